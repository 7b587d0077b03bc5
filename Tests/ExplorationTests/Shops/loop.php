<?php
$r = new Redis();
$r->connect(getenv('REDIS_HOST'), (int)getenv('REDIS_PORT'));
function look($r) {
    $n = (int)$r->get('count');
    if ($n > 0) $r->set('count', $n - 1);
    return $n > 0;
}
function watch($r) {
    while (true) {
        $r->watch('count');
        $n = (int)$r->get('count');
        if ($n < 1) { $r->unwatch(); return false; }
        if ($r->multi()->set('count', $n - 1)->exec()) return true;
    }
}
function count_down($r) {
    $left = $r->decr('count');
    if ($left < 0) $r->incr('count');
    return $left >= 0;
}
$buy = ['look' => 'look', 'watch' => 'watch', 'count' => 'count_down'][getenv('HOW')];
while (fgets(STDIN) !== false) {
    try {
        echo $buy($r) ? "won\n" : "nothing\n";
    } catch (RedisException $e) {
        echo 'error ', $e->getMessage(), "\n";
    }
}

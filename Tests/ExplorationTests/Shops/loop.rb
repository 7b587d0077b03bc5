require 'redis'
r = Redis.new(url: ENV['REDIS_URL'])
$stdout.sync = true
look = lambda do
  n = r.get('count').to_i
  r.set('count', n - 1) if n > 0
  n > 0
end
watch = lambda do
  loop do
    done = r.watch('count') do
      n = r.get('count').to_i
      if n > 0
        r.multi { |all| all.set('count', n - 1) }
      else
        r.unwatch
        false
      end
    end
    return done && true unless done.nil?
  end
end
count = lambda do
  left = r.decr('count')
  r.incr('count') if left < 0
  left >= 0
end
buy = { 'look' => look, 'watch' => watch, 'count' => count }[ENV['HOW']]
while STDIN.gets
  begin
    puts buy.call ? 'won' : 'nothing'
  rescue Redis::BaseError => e
    puts "error #{e.message}"
  end
end

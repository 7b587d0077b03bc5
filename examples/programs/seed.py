"""The second listing of the article that stress began with, as it stands there but for spelling (the copy had lost its capitals)
and the name of the key, and without its printing: the threads of serve() call its choose() where its own did.

Needs redis-py, as the article's program does.
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "drivers"))

import redis
from redis import WatchError

import stress_driver

# Each of 100 threads takes two connections at once; redis-py 8 lets a client have 100, unless it is told otherwise.
conn = redis.Redis.from_url(os.environ["STRESS_REDIS_URL"], max_connections=1000)


def miaosha(name, conn, pipe):
    # 先監視,自己的值沒有被修改過
    try:
        pipe.watch(COUNT)
        # 事務開始
        pipe.multi()
        old_count = conn.get(COUNT)
        count = int(old_count)
        if count > 0:  # 有庫存
            # set之後對應ret 為[True]或者[], 而decr對應自減, 其ret 為[對應的count殘餘值]
            pipe.set(COUNT, count - 1)
            # 執行,把所有命令一次性推送過去
            ret = pipe.execute()
            return len(ret) > 0
    except WatchError:
        # 觀察被watch鎖住的情況
        pipe.unwatch()
        return False


def choose(name, conn):
    with conn.pipeline() as pipe:
        res = miaosha(name, conn, pipe)
        return res


def buy(question):
    global COUNT
    COUNT = question["sale"] + ":count"
    sold = choose(question["buyer"], conn)
    return "sold-out" if sold is None else "won" if sold else "conflict"


stress_driver.serve(buy, threads=100)

#!/usr/bin/env python
# -*- coding:utf-8 -*-
import redis
from multiprocessing import Process
from threading import Thread
import random, time
from redis import WatchError

def miaosha(name, conn, pipe):
    # 先監視,自己的值沒有被修改過
    # while stack_count > 0:
    try:
        pipe.watch('count')
        # 事務開始
        pipe.multi()
        old_count = conn.get('count')
        count = int(old_count)
        # input('我考慮一下')
        # time.sleep(random.randint(1, 2))
        # time.sleep(random.random())
        if count > 0: # 有庫存
            # set之後對應ret 為[true]或者, 而decr對應自減, 其ret 為[對應的count殘餘值]
            pipe.set('count', count - 1)
            # pipe.decr("count")
        # 執行,把所有命令一次性推送過去
        ret = pipe.execute()
        print(ret)
        if len(ret) > 0:
            print('第%s個人搶購成功' % name)
            return True
        else:
            print('第%s個人搶購失敗' % name)
            return True
        # return true
    except WatchError as e:
        # 列印watcherror異常, 觀察被watch鎖住的情況
        # print(e)
        # print("當前使用者搶購失敗")
        pipe.unwatch()
        return False

def choose(name, conn):
    with conn.pipeline() as pipe:
        res = miaosha(name, conn, pipe)
        return res

def worker(name, conn):
    for r in range(3):
        res = choose(name, conn)
        if res:
            break
        else:
            print(f"第次嘗試~~~")

def threading_work():
    conn = redis.Redis(host='127.0.0.1', port=6379)
    for i in range(100):
        t = Thread(target=worker, args=(i, conn))
        t.start()

if __name__ == '__main__':
    # 多程序多執行緒本案例, 會出現列印文字重複問題, 實際操作需要調整, 應用於測試
    # tt_list =
    # for r in range(4):
    # tt = process(target=threading_work)
    # tt.start()
    # for tt in tt_list:
    # tt.join()
    conn = redis.Redis(host='127.0.0.1', port=6379)
    for i in range(300):
        t = Thread(target=worker, args=(i, conn))
        t.start()

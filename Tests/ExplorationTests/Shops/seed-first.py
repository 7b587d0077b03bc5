import redis
conn = redis.Redis(host='127.0.0.1',port=6379)
# conn.set('count',1000)
with conn.pipeline() as pipe:
    # 先監視,自己的值沒有被修改過
    conn.watch('count')
    # 事務開始
    pipe.multi()
    old_count = conn.get('count')
    count = int(old_count)
    # input('我考慮一下')
    if count > 0: # 有庫存
        pipe.set('count', count - 1)
        # 執行,把所有命令一次性推送過去
        ret2 = pipe.execute()
        print(ret2) # [true]
    ret = pipe.execute()
    print(type(ret))
    print(ret) #

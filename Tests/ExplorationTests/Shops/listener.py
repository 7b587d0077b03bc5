import os, sys, threading, redis
from flask import Flask, request, jsonify
app = Flask("shop")
r = redis.Redis.from_url(os.environ["REDIS_URL"])
def work():
    messages = r.pubsub(ignore_subscribe_messages=True)
    messages.subscribe("orders")
    for message in messages.listen():
        user = message["data"].decode()
        n = int(r.get("count") or 0)
        if n > 0: r.set("count", n - 1)
        r.rpush("result:" + user, "won" if n > 0 else "nothing")
@app.post("/buy")
def buy():
    user = request.args["user"]
    r.publish("orders", user)
    result = r.blpop("result:" + user, 5)
    return jsonify(ok=result is not None and result[1] == b"won")
threading.Thread(target=work, daemon=True).start()
app.run(port=int(sys.argv[1]), threaded=True)

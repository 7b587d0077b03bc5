import os, sys, threading, redis
from flask import Flask, request, jsonify
app = Flask("shop")
r = redis.Redis.from_url(os.environ["REDIS_URL"])
@app.post("/buy")
def buy():
    ok = r.decr("count") >= 0
    if not ok: r.incr("count")
    answer = jsonify(ok=ok)
    user = request.args["user"]
    if ok: answer.call_on_close(lambda: r.sadd("winners", user))
    return answer
app.run(port=int(sys.argv[1]), threaded=True)

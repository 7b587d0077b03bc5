import os, sys, threading, time, redis
from flask import Flask, jsonify
app = Flask("shop")
lock = threading.Lock()
r = redis.Redis.from_url(os.environ["REDIS_URL"])


def beat():
    own = redis.Redis.from_url(os.environ["REDIS_URL"])
    while True:
        own.ping()
        time.sleep(0.003)


threading.Thread(target=beat, daemon=True).start()


@app.post("/buy")
def buy():
    with lock:
        n = int(r.get("count"))
        if n > 0: r.set("count", n - 1)
    return jsonify(ok=n > 0)


app.run(port=int(sys.argv[1]), threaded=True)

"""A shop whose client library sends a command again when no reply came. POST /items/7/buy sells."""

import os

import redis
from flask import Flask, jsonify, request
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

if os.environ.get("SHOP_REPAIRED"):
    from repaired import SCRIPT
else:
    from bug import SCRIPT

app = Flask(__name__)
client = redis.Redis.from_url(
    os.environ["SHOP_REDIS_URL"],
    decode_responses=True,
    # As often as redis-py 8 does by default.
    retry=Retry(ExponentialBackoff(cap=0.1, base=0.01), 10),
    retry_on_error=[redis.ConnectionError, redis.TimeoutError],
)


@app.post("/items/<int:item>/buy")
def post_buy(item):
    key = request.headers["Idempotency-Key"]
    left = client.eval(SCRIPT, 3, f"stock:{item}", f"orders:{item}", f"told:{item}", key)
    if left < 0:
        return jsonify(error="sold out"), 409
    return jsonify(order=key, left=left)


@app.post("/admin/items/<int:item>/stock")
def post_stock(item):
    client.delete(f"orders:{item}", f"told:{item}")
    client.set(f"stock:{item}", int(request.get_json()["units"]))
    return jsonify(open=True)


@app.get("/health")
def health():
    client.ping()
    return jsonify(open=True)

"""A shop with Redis alone, for stock and orders. POST /items/7/buy sells, POST /admin/items/7/stock opens the sale."""

import os
import uuid

import redis
from flask import Flask, jsonify, request

if os.environ.get("SHOP_REPAIRED"):
    from repaired import buy
else:
    from bug import buy

app = Flask(__name__)
client = redis.Redis.from_url(os.environ["SHOP_REDIS_URL"], decode_responses=True)


@app.post("/items/<int:item>/buy")
def post_buy(item):
    wanted = request.get_json()
    key = request.headers.get("Idempotency-Key") or str(uuid.uuid4())
    left = buy(client, item, wanted["user"], int(wanted["quantity"]), key)
    if left is None:
        return jsonify(error="sold out"), 409
    return jsonify(order=key, left=left)


@app.post("/admin/items/<int:item>/stock")
def post_stock(item):
    client.delete(f"orders:{item}")
    client.set(f"stock:{item}", int(request.get_json()["units"]))
    return jsonify(open=True)


@app.get("/health")
def health():
    client.ping()
    return jsonify(open=True)

"""A shop as many are: stock in Redis, orders in PostgreSQL. POST /items/7/buy sells, POST /admin/items/7/stock opens the sale."""

import os
import uuid

from flask import Flask, jsonify, request

import orders
import stock

if os.environ.get("SHOP_REPAIRED"):
    from repaired import buy
else:
    from bug import buy

app = Flask(__name__)


@app.post("/items/<int:item>/buy")
def post_buy(item):
    wanted = request.get_json()
    key = request.headers.get("Idempotency-Key") or str(uuid.uuid4())
    try:
        left = buy(item, wanted["user"], int(wanted["quantity"]), key)
    except Exception:
        app.logger.exception("order %s", key)
        return jsonify(error="nothing was sold, please try again"), 503
    if left is None:
        return jsonify(error="sold out"), 409
    return jsonify(order=key, left=left)


@app.post("/admin/items/<int:item>/stock")
def post_stock(item):
    units = int(request.get_json()["units"])
    orders.fill(item, units)
    stock.fill(item, units)
    return jsonify(units=units)


@app.get("/health")
def health():
    return jsonify(open=True)

"""A shop that sells carts. POST /orders sells one, POST /admin/items/tea/stock opens the sale of an item."""

import json
import os
import re
import threading
import uuid
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

if os.environ.get("SHOP_REPAIRED"):
    from repaired import take
else:
    from bug import take

local = threading.local()


def database():
    """The connection of this thread; each connection of a client has a thread."""
    if not hasattr(local, "connection"):
        local.connection = psycopg2.connect(os.environ["SHOP_DATABASE_URL"])
    return local.connection


class SoldOut(Exception):
    """Not enough of one of the items."""


def order(key, wanted):
    lines = [(str(line["item"]), int(line["quantity"])) for line in wanted["lines"]]
    if not lines or any(quantity < 1 for _, quantity in lines):
        raise ValueError("a cart has lines, and a line a quantity")
    units = Counter()
    for item, quantity in lines:
        units[item] += quantity
    try:
        # One transaction: committed at its end, rolled back by an exception.
        with database() as connection, connection.cursor() as cursor:
            # Who asks again with the same key gets the first answer.
            cursor.execute("SELECT answer FROM orders WHERE id = %s", (key,))
            if row := cursor.fetchone():
                return 200, json.loads(row[0])
            # In the order of the items: two carts with the same ones, the other way round, would wait for each other.
            left = take(cursor, sorted(units.items()))
            if left is None:
                raise SoldOut
            answer = {"order": key, "left": [left[item] for item, _ in lines]}
            cursor.execute(
                "INSERT INTO orders (id, user_name, answer) VALUES (%s, %s, %s)",
                (key, wanted["user"], json.dumps(answer)),
            )
            for item, quantity in units.items():
                cursor.execute("INSERT INTO order_lines VALUES (%s, %s, %s)", (key, item, quantity))
        return 200, answer
    except SoldOut:
        return 409, {"error": "sold out"}
    except psycopg2.errors.UniqueViolation:
        return 429, {"error": "this order is being worked on"}


def restock(item, wanted):
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders WHERE id IN (SELECT order_id FROM order_lines WHERE item = %s)", (item,))
        cursor.execute(
            "INSERT INTO items VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET stock = excluded.stock",
            (item, int(wanted["units"])),
        )
    return 200, {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of an answer in one packet, and no wait for more.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        self.answer(200, {"open": True})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            wanted = json.loads(body or b"{}")
            if self.path == "/orders":
                self.answer(*order(self.headers["Idempotency-Key"] or str(uuid.uuid4()), wanted))
            elif found := re.fullmatch(r"/admin/items/([\w-]+)/stock", self.path):
                self.answer(*restock(found[1], wanted))
            else:
                self.answer(404, {"error": "no such page"})
        except (KeyError, TypeError, ValueError) as error:
            self.answer(400, {"error": str(error)})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    # All buyers come at the same moment.
    request_queue_size = 1024
    daemon_threads = True


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(os.environ.get("PORT", 0))), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()

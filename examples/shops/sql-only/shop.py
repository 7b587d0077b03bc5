"""A shop without anything but a database. POST /items/7/buy sells, POST /admin/items/7/stock opens the sale."""

import json
import os
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

if os.environ.get("SHOP_REPAIRED"):
    from repaired import buy
else:
    from bug import buy

local = threading.local()


def database():
    """The connection of this thread; each connection of a client has a thread."""
    if not hasattr(local, "connection"):
        local.connection = psycopg2.connect(os.environ["SHOP_DATABASE_URL"])
    return local.connection


def order(item, key, wanted):
    user, quantity = wanted["user"], int(wanted["quantity"])
    try:
        # One transaction: committed at its end, rolled back by an exception.
        with database() as connection, connection.cursor() as cursor:
            # Who asks again with the same key gets the first answer.
            cursor.execute("SELECT stock_left FROM orders WHERE id = %s", (key,))
            if row := cursor.fetchone():
                return 200, {"order": key, "left": row[0]}
            left = buy(cursor, item, quantity)
            if left is None:
                return 409, {"error": "sold out"}
            cursor.execute(
                "INSERT INTO orders (id, item, user_name, quantity, stock_left) VALUES (%s, %s, %s, %s, %s)",
                (key, item, user, quantity, left),
            )
        return 200, {"order": key, "left": left}
    except psycopg2.errors.UniqueViolation:
        return 429, {"error": "this order is being worked on"}


def restock(item, wanted):
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders WHERE item = %s", (item,))
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
            if found := re.fullmatch(r"/items/(\d+)/buy", self.path):
                self.answer(*order(int(found[1]), self.headers["Idempotency-Key"] or str(uuid.uuid4()), wanted))
            elif found := re.fullmatch(r"/admin/items/(\d+)/stock", self.path):
                self.answer(*restock(int(found[1]), wanted))
            else:
                self.answer(404, {"error": "no such page"})
        except (KeyError, ValueError) as error:
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

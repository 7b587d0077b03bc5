"""A shop that holds units until they are paid. POST /items/7/reserve holds; /holds/ID/pay and /holds/ID/cancel end it."""

import json
import os
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

if os.environ.get("SHOP_REPAIRED"):
    from repaired import cancel
else:
    from bug import cancel

# As strategy.yaml says in `lapses:`.
HOLD = "200 milliseconds"

local = threading.local()


def database():
    """The connection of this thread; each connection of a client has a thread."""
    if not hasattr(local, "connection"):
        local.connection = psycopg2.connect(os.environ["SHOP_DATABASE_URL"])
    return local.connection


def reserve(item, wanted):
    user, quantity = wanted["user"], int(wanted["quantity"])
    hold = str(uuid.uuid4())
    # One transaction: committed at its end, rolled back by an exception.
    with database() as connection, connection.cursor() as cursor:
        # Whoever changes the stock has its row first, so that nobody waits for somebody who waits for them.
        cursor.execute("SELECT stock FROM items WHERE id = %s FOR UPDATE", (item,))
        (stock,) = cursor.fetchone()
        # What nobody has paid in time is for sale again.
        cursor.execute(
            "UPDATE holds SET state = 'lapsed' WHERE item = %s AND state = 'held' AND ends_at <= clock_timestamp()"
            " RETURNING quantity",
            (item,),
        )
        stock += sum(row[0] for row in cursor.fetchall())
        enough = stock >= quantity
        cursor.execute("UPDATE items SET stock = %s WHERE id = %s", (stock - quantity if enough else stock, item))
        if not enough:
            return 409, {"error": "sold out"}
        cursor.execute(
            "INSERT INTO holds (id, item, user_name, quantity, ends_at)"
            " VALUES (%s, %s, %s, %s, clock_timestamp() + %s::interval)",
            (hold, item, user, quantity, HOLD),
        )
    return 200, {"hold": hold}


def pay(hold):
    with database() as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE holds SET state = 'paid' WHERE id = %s AND state = 'held' AND ends_at > clock_timestamp()", (hold,)
        )
        return (200, {"paid": hold}) if cursor.rowcount else (410, {"error": "this hold has ended"})


def cancelled(hold):
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM items WHERE id = (SELECT item FROM holds WHERE id = %s) FOR UPDATE", (hold,))
        if given_back := cancel(cursor, hold):
            item, quantity = given_back
            cursor.execute("UPDATE items SET stock = stock + %s WHERE id = %s", (quantity, item))
            return 200, {"cancelled": hold}
        return 410, {"error": "this hold has ended"}


def restock(item, wanted):
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM holds WHERE item = %s", (item,))
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
            if found := re.fullmatch(r"/items/(\d+)/reserve", self.path):
                self.answer(*reserve(int(found[1]), wanted))
            elif found := re.fullmatch(r"/holds/([\w-]+)/pay", self.path):
                self.answer(*pay(found[1]))
            elif found := re.fullmatch(r"/holds/([\w-]+)/cancel", self.path):
                self.answer(*cancelled(found[1]))
            elif found := re.fullmatch(r"/admin/items/(\d+)/stock", self.path):
                self.answer(*restock(int(found[1]), wanted))
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

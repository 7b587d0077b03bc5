"""A shop that answers before the order is in the database: it takes the unit in Redis and puts the order on a stream.

POST /items/7/buy sells, POST /admin/items/7/stock opens the sale. Orders are written by consumer.py.
"""

import json
import os
import re
import sqlite3
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis

client = redis.Redis.from_url(os.environ["SHOP_REDIS_URL"])
# Unit and order at once: no order is forgotten here.
take = client.register_script("""
    local stock = tonumber(redis.call('GET', KEYS[1]) or '0')
    if stock < tonumber(ARGV[2]) then return -1 end
    redis.call('XADD', KEYS[2], '*', 'id', ARGV[1], 'quantity', ARGV[2], 'user', ARGV[3], 'item', ARGV[4])
    return redis.call('DECRBY', KEYS[1], ARGV[2])
""")


def order(item, key, wanted):
    left = take(keys=[f"stock:{item}", "orders"], args=[key, int(wanted["quantity"]), wanted["user"], item])
    return (409, {"error": "sold out"}) if left < 0 else (202, {"order": key, "left": left})


def restock(item, wanted):
    client.xtrim("orders", maxlen=0, approximate=False)
    connection = sqlite3.connect(os.environ["SHOP_DATABASE_FILE"])
    with connection:
        connection.execute("DELETE FROM orders WHERE item = ?", (item,))
    connection.close()
    client.set(f"stock:{item}", int(wanted["units"]))
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

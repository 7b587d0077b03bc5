"""Writes the orders of the stream to SQLite. Several of these share the work; the argument is the name of this one."""

import os
import sqlite3
import sys

import redis

if os.environ.get("SHOP_REPAIRED"):
    from repaired import work
else:
    from bug import work

STREAM, GROUP = "orders", "writers"


class Orders:
    """The orders on the stream that are this consumer's."""

    def __init__(self, client, name):
        self.client, self.name = client, name

    def read(self, after):
        """Up to ten: new ones (">"), or again those that this consumer has and has not acknowledged ("0")."""
        streams = self.client.xreadgroup(GROUP, self.name, {STREAM: after}, count=10, block=1000)
        return streams[0][1] if streams else []

    def acknowledge(self, ids):
        """They are done with: nobody gets them again."""
        pipeline = self.client.pipeline()
        pipeline.xack(STREAM, GROUP, *ids)
        pipeline.xdel(STREAM, *ids)
        pipeline.execute()


def main():
    client = redis.Redis.from_url(os.environ["SHOP_REDIS_URL"], decode_responses=True)
    try:
        client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    except redis.ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise
    # Transactions are ours to begin.
    database = sqlite3.connect(os.environ["SHOP_DATABASE_FILE"], timeout=5, isolation_level=None)
    print("waiting for orders", flush=True)
    work(Orders(client, sys.argv[1]), database)


if __name__ == "__main__":
    main()

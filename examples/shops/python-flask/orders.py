"""The orders: a row each in PostgreSQL, through a pool of two connections for each process."""

import os

from psycopg2.pool import ThreadedConnectionPool

SIZE = 2
# Raises PoolError when all of them are in use.
pool = ThreadedConnectionPool(SIZE, SIZE, os.environ["SHOP_DATABASE_URL"])


def fill(item, units):
    connection = pool.getconn()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM orders WHERE item = %s", (item,))
            cursor.execute(
                "INSERT INTO items VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET units = excluded.units", (item, units)
            )
    finally:
        pool.putconn(connection)


def write(connection, item, user, quantity, key):
    """Writes the order and commits it, or raises an error and has written nothing."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders (id, item, user_name, quantity) VALUES (%s, %s, %s, %s)", (key, item, user, quantity)
        )

"""What can fail comes first: wait for a connection, then take the unit; and give it back if its order cannot be written."""

import threading

import orders
import stock

free = threading.BoundedSemaphore(orders.SIZE)


def buy(item, user, quantity, key):
    """Sells units, and returns what is left; None if that is not enough."""
    with free:
        connection = orders.pool.getconn()
        try:
            left = stock.take(item, quantity)
            if left is None:
                return None
            try:
                orders.write(connection, item, user, quantity, key)
            except Exception:
                stock.give_back(item, quantity)
                raise
        finally:
            orders.pool.putconn(connection)
    return left

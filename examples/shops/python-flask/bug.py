"""The unit is taken first. When the pool is exhausted, the buyer gets an error, and the unit is gone."""

import orders
import stock


def buy(item, user, quantity, key):
    """Sells units, and returns what is left; None if that is not enough."""
    left = stock.take(item, quantity)
    if left is None:
        return None
    connection = orders.pool.getconn()
    try:
        orders.write(connection, item, user, quantity, key)
    finally:
        orders.pool.putconn(connection)
    return left

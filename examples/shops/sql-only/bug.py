"""Looks at the stock, then takes. Between the two, at READ COMMITTED, others look at the same stock."""


def buy(cursor, item, quantity):
    """Takes units, and returns what is left; None if that is not enough."""
    cursor.execute("SELECT stock FROM items WHERE id = %s", (item,))
    (stock,) = cursor.fetchone()
    if stock < quantity:
        return None
    cursor.execute("UPDATE items SET stock = stock - %s WHERE id = %s", (quantity, item))
    return stock - quantity

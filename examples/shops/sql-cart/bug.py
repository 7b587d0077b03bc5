"""Looks at every item of the cart, then takes. Between the two, at READ COMMITTED, others look at the same stock."""


def take(cursor, wanted):
    """Takes units of several items, and returns what is left of each; None if one of them is short."""
    left = {}
    for item, quantity in wanted:
        cursor.execute("SELECT stock FROM items WHERE id = %s", (item,))
        (stock,) = cursor.fetchone()
        if stock < quantity:
            return None
        left[item] = stock - quantity
    for item, quantity in wanted:
        cursor.execute("UPDATE items SET stock = stock - %s WHERE id = %s", (quantity, item))
    return left

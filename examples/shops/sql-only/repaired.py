"""One statement looks and takes. It locks the row, and looks again if somebody was quicker."""


def buy(cursor, item, quantity):
    """Takes units, and returns what is left; None if that is not enough."""
    cursor.execute(
        "UPDATE items SET stock = stock - %s WHERE id = %s AND stock >= %s RETURNING stock", (quantity, item, quantity)
    )
    row = cursor.fetchone()
    return row[0] if row else None

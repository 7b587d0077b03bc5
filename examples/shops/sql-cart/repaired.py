"""One statement for each item looks and takes. Where one is short, the transaction undoes what those before took."""


def take(cursor, wanted):
    """Takes units of several items, and returns what is left of each; None if one of them is short."""
    left = {}
    for item, quantity in wanted:
        cursor.execute(
            "UPDATE items SET stock = stock - %s WHERE id = %s AND stock >= %s RETURNING stock",
            (quantity, item, quantity),
        )
        row = cursor.fetchone()
        if not row:
            return None
        left[item] = row[0]
    return left

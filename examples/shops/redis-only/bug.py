"""Between GET and SET others read the same stock."""


def buy(client, item, user, quantity, key):
    """Sells units, and returns what is left; None if that is not enough."""
    left = int(client.get(f"stock:{item}")) - quantity
    if left < 0:
        return None
    client.set(f"stock:{item}", left)
    client.hset(f"orders:{item}", key, user)
    return left

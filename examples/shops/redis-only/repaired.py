"""One script reads, decides and writes, and nobody comes in between."""

SCRIPT = """
    local left = tonumber(redis.call('GET', KEYS[1])) - ARGV[1]
    if left < 0 then return -1 end
    redis.call('SET', KEYS[1], left)
    redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
    return left
"""


def buy(client, item, user, quantity, key):
    """Sells units, and returns what is left; None if that is not enough."""
    left = client.eval(SCRIPT, 2, f"stock:{item}", f"orders:{item}", quantity, key, user)
    return None if left < 0 else left

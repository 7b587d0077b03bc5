"""The stock: a number in Redis for each item. Nobody takes more than there is."""

import os

import redis

client = redis.Redis.from_url(os.environ["SHOP_REDIS_URL"])
_take = client.register_script("""
    local stock = tonumber(redis.call('GET', KEYS[1]) or '0')
    if stock < tonumber(ARGV[1]) then return -1 end
    return redis.call('DECRBY', KEYS[1], ARGV[1])
""")


def fill(item, units):
    client.set(f"stock:{item}", units)


def take(item, quantity):
    """Takes units, and returns what is left; None if that is not enough."""
    left = _take(keys=[f"stock:{item}"], args=[quantity])
    return None if left < 0 else left


def give_back(item, quantity):
    client.incrby(f"stock:{item}", quantity)

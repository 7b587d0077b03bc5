"""Buys in one script, which Redis runs as one."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "drivers"))

import resp
import stress_driver

redis = resp.Redis(os.environ["STRESS_REDIS_URL"])

TAKE_ONE = """
    local left = tonumber(redis.call('GET', KEYS[1]))
    if left <= 0 then return -1 end
    redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
    return redis.call('DECR', KEYS[1])
"""


def buy(question):
    stock, orders = question["sale"] + ":stock", question["sale"] + ":orders"
    left = redis.call("EVAL", TAKE_ONE, 2, stock, orders, question["id"], question["buyer"])
    return "sold-out" if left < 0 else {"outcome": "won", "remaining": left}


stress_driver.serve(buy)

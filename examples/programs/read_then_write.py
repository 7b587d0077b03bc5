"""Buys as a service does that reads the stock, looks at it, and writes what it has reckoned."""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "drivers"))

import resp
import stress_driver

redis = resp.Redis(os.environ["STRESS_REDIS_URL"])


def buy(question):
    key = question["sale"] + ":stock"
    left = int(redis.call("GET", key))
    if left <= 0:
        return "sold-out"
    time.sleep(0.001)  # a service has more to do in between
    redis.call("SET", key, left - 1)
    return {"outcome": "won", "remaining": left - 1}


stress_driver.serve(buy)

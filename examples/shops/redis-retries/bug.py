"""One script, and nobody comes in between. But sent twice, it sells twice."""

SCRIPT = """
    local left = tonumber(redis.call('GET', KEYS[1])) - 1
    if left < 0 then return -1 end
    redis.call('SET', KEYS[1], left)
    redis.call('RPUSH', KEYS[2], ARGV[1])
    return left
"""

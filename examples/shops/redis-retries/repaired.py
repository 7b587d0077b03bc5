"""The same script, which remembers what it told for a key."""

SCRIPT = """
    local before = redis.call('HGET', KEYS[3], ARGV[1])
    if before then return tonumber(before) end
    local left = tonumber(redis.call('GET', KEYS[1])) - 1
    if left < 0 then return -1 end
    redis.call('SET', KEYS[1], left)
    redis.call('RPUSH', KEYS[2], ARGV[1])
    redis.call('HSET', KEYS[3], ARGV[1], left)
    return left
"""

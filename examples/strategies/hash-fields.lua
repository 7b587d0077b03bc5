-- KEYS: item, bought. ARGV: user, count, limit.
local count = tonumber(ARGV[2])
local item = redis.call('HMGET', KEYS[1], 'total', 'sold')
local left = tonumber(item[1]) - tonumber(item[2])
local had = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
if had + count > tonumber(ARGV[3]) then return -2 end
if left < count then return -1 end
redis.call('HINCRBY', KEYS[1], 'sold', count)
redis.call('HINCRBY', KEYS[2], ARGV[1], count)
return 1

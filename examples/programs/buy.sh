#!/bin/sh
# Buys one unit for a buyer: buy.sh STOCK ORDERS ATTEMPT BUYER. Exit code 0 and what is left, or 3 where it is sold out.
left=$(redis-cli --no-auth-warning -u "$STRESS_REDIS_URL" EVAL "
    local left = tonumber(redis.call('GET', KEYS[1]))
    if left <= 0 then return -1 end
    redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
    return redis.call('DECR', KEYS[1])" 2 "$1" "$2" "$3" "$4") || exit 1
[ "$left" -ge 0 ] || exit 3
echo "{\"left\": $left}"

import FlashSale
import Testing

@testable import Strategies

extension LuaReadingTests {
    @Test("correct scripts are met with silence", arguments: correctScripts + guardedScripts)
    func silence(script: String) { #expect(Self.found(in: script) == []) }

    /// Whole scripts of the usual kinds.
    static let correctScripts = [
        """
        -- KEYS: the stock. ARGV: how many
        local stock = tonumber(redis.call('GET', KEYS[1]))
        if stock == nil or stock <= 0 then
            return -1
        end
        if stock < tonumber(ARGV[1]) then return 0 end
        redis.call('DECRBY', KEYS[1], ARGV[1])
        return 1
        """,
        """
        local stock = redis.call("get", KEYS[1])
        if not stock then return -2 end
        stock = tonumber(stock)
        local wanted = tonumber(ARGV[1] or '1')
        if stock >= wanted then
            return redis.call("decrby", KEYS[1], wanted)
        else
            return -1
        end
        """,
        """
        local shop = redis.call('HMGET', KEYS[1], 'total', 'sold')
        local total, sold = tonumber(shop[1]), tonumber(shop[2] or '0')
        if not total then return -1 end
        if sold + ARGV[1] <= total then
            redis.call('HINCRBY', KEYS[1], 'sold', ARGV[1])
            return total - sold - ARGV[1]
        end
        return -2
        """,
        """
        if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then
            return 2
        end
        if (tonumber(redis.call('GET', KEYS[1]) or '0') <= 0) then
            return 1;
        end
        redis.call('INCRBY', KEYS[1], -1)
        redis.call('SADD', KEYS[2], ARGV[1])
        redis.call('XADD', KEYS[3], '*', 'buyer', ARGV[1], 'order', ARGV[2])
        return 0
        """,
        """
        -- no keys at all: everything comes as an argument
        local stockKey, buyersKey, buyer = ARGV[1], ARGV[2], ARGV[3]
        if redis.call('SADD', buyersKey, buyer) == 0 then return 2 end
        if redis.call('DECR', stockKey) < 0 then
            redis.call('INCR', stockKey)
            redis.call('SREM', buyersKey, buyer)
            return 1
        end
        return 0
        """,
        """
        -- red packets: one for each
        if redis.call('HEXISTS', KEYS[3], ARGV[1]) ~= 0 then return nil end
        local packet = redis.call('RPOP', KEYS[1])
        if packet then
            local order = cjson.decode(packet)
            order['userId'] = ARGV[1]
            if order.money > 0 and order.id == 7 then order.big = true end
            local text = cjson.encode(order)
            redis.call('HSET', KEYS[3], ARGV[1], '1')
            redis.call('LPUSH', KEYS[2], text)
            return text
        end
        return nil
        """,
        """
        -- token bucket
        local rate, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
        local now, wanted = tonumber(ARGV[3]), tonumber(ARGV[4])
        local tokens = tonumber(redis.call('get', KEYS[1]))
        if tokens == nil then tokens = capacity end
        local refreshed = tonumber(redis.call('get', KEYS[2])) or 0
        local filled = math.min(capacity, tokens + math.max(0, now - refreshed) * rate)
        local allowed = filled >= wanted
        if allowed then filled = filled - wanted end
        redis.call('setex', KEYS[1], math.floor(capacity / rate * 2), filled)
        redis.call('setex', KEYS[2], math.floor(capacity / rate * 2), now)
        return { allowed and 1 or 0, filled }
        """,
        """
        if redis.call('GET', KEYS[1]) == ARGV[1] then
            return redis.call('DEL', KEYS[1])
        else
            return 0
        end
        """,
        """
        -- several items at once: all or nothing
        for i, key in ipairs(KEYS) do
            local stock = redis.call('GET', key)
            if not stock or tonumber(stock) < tonumber(ARGV[i]) then return i end
        end
        for i, key in ipairs(KEYS) do redis.call('DECRBY', key, ARGV[i]) end
        return 0
        """,
        """
        local function stockOf(key)
            local text = redis.call('GET', key)
            return text and tonumber(text) or 0
        end
        local sold = function(key, n) return redis.call('DECRBY', key, n) end
        if stockOf(KEYS[1]) > 0 then return sold(KEYS[1], 1) end
        return -1
        """,
        """
        local help = [==[
        if redis.call('SISMEMBER', KEYS[1], ARGV[1]) then x = 1 end
        ]] redis.pcall('DEL', 'a')
        ]==]
        local more = "stock = redis.call(\\"GET\\", 'k') < 5"
        return #help + #more
        """,
        """
        --[[ if redis.call('EXISTS', 'k') then
             x = 1 end ]]
        --[=[ redis.pcall('DECR', KEYS[1]) ]] ]=]
        -- y = ARGV[1] > 5
        return 1 --[[ z = 2 ]]
        """,
        """
        local reply = redis.pcall('DECR', KEYS[1])
        if type(reply) == 'table' and reply.err then
            return redis.error_reply(reply.err)
        end
        if reply and reply < 0 then
            redis.call('INCR', KEYS[1])
            return -1
        end
        return reply
        """,
        """
        -- fixed window
        local count = redis.call('INCR', KEYS[1])
        if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
        if count > tonumber(ARGV[1]) then return 0 end
        return 1
        """,
        """
        -- sliding window
        local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
        if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
        redis.call('ZADD', KEYS[1], now, ARGV[4])
        redis.call('PEXPIRE', KEYS[1], window)
        return 1
        """,
        """
        -- a lock that its holder may take again
        if redis.call('exists', KEYS[1]) == 0 or redis.call('hexists', KEYS[1], ARGV[2]) == 1 then
            redis.call('hincrby', KEYS[1], ARGV[2], 1)
            redis.call('pexpire', KEYS[1], ARGV[1])
            return nil
        end
        return redis.call('pttl', KEYS[1])
        """,
        """
        if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', 30) then return 0 end
        local id = redis.call('LPOP', KEYS[2])
        while id do
            if id ~= '' and id ~= ARGV[1] then return id end
            id = redis.call('LPOP', KEYS[2])
        end
        return false
        """,
        """
        local limit = tonumber(ARGV[2])
        local bought = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or 0)
        if bought + 1 > limit then return {2, bought} end
        local unit = redis.call('SPOP', KEYS[1])
        if unit == false then return {1, 0} end
        redis.call('HSET', KEYS[2], ARGV[1], bought + 1)
        return {0, unit}
        """,
    ]

    /// Doubtful looks that are right.
    static let guardedScripts = [
        "local n = redis.call('LLEN', KEYS[1])\nif n and n > 0 then return n end\nreturn 0",
        "local left = redis.call('DECR', KEYS[1])\nif not left then return -1 end\nif left < 0 then return 0 end",
        "if (redis.call('SCARD', KEYS[1]) or 0) >= 100 then return 0 end",
        "if redis.call('HGET', KEYS[1], ARGV[1]) and redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 1 end",
        "if (redis.call('GET', KEYS[1]) or 0) == 0 then return 'none' end",
        "local x = ARGV[1]\nif type(x) == 'number' then return x > 5 end",
        "for i = 1, #ARGV do ARGV[i] = tonumber(ARGV[i]) end\nif ARGV[1] > ARGV[2] then return 1 end",
        "local function numbers(t) for i, v in ipairs(t) do t[i] = tonumber(v) end end\nnumbers(ARGV)\nreturn ARGV[1] > 5",
        "local n = ARGV[1]\nlocal function many() return n > 5 end\nn = tonumber(n)\nreturn many()",
        "local n = ARGV[1]\nif KEYS[1] then n = tonumber(n) end\nreturn n > 5",
        "local n\nlocal last = 0\nwhile last < 3 do\n  if n and n > last then return n end\n  n = ARGV[1] + 0 last = n\nend",
        "local key = KEYS[1] or 'stock'\nlocal k = key\nreturn redis.call('GET', k)",
        "local key = 'a'\nif #KEYS > 0 then key = KEYS[1] end\nreturn redis.call('GET', key)",
        "local t = {}\nt.a, t['b'] = 1, 2\nt[#t + 1] = {x = 1; 2, [3] = 4}\nfunction t.f(self) return self.a end\nreturn t:f()",
        "local r = redis.call('ZADD', KEYS[1], 'INCR', 1, ARGV[1])\nif r then return r end\nreturn 0",
        "redis.setresp(3)\nlocal h = redis.call('HGETALL', KEYS[1])\nreturn h[1] == 1",
        "local ok, reply = pcall(redis.call, 'DECR', KEYS[1])\nif not ok then return -1 end\nreturn reply",
        "local _ = redis.pcall('DEL', KEYS[1])\nredis.log(redis.LOG_NOTICE, 'sold')\nreturn redis.status_reply('OK')",
        "local now = redis.call('TIME')\nlocal ms = now[1] * 1000 + math.floor(now[2] / 1000)\nreturn ms > 5 and 1 or 0",
        "redis.call('PUBLISH', 'sold', ARGV[1])\nreturn redis.call('SORT', KEYS[1], 'BY', 'weight')",
        "local s = ARGV[1]\nif s == KEYS[1] or s == '0' or s ~= ARGV[2] then return 1 end\nreturn 0",
        "local a <const> = 1\nb = 2",
        "repeat local id = redis.call('LPOP', KEYS[1]) until not id\nreturn 1",
        "local f = function(x, ...) x = x or 1 local a = {...} return x, a end\nlocal f2 = f\nf2 'x' { y = 1 }\nreturn 1",
    ]
}

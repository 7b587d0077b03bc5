import FlashSale
import Testing

@testable import Strategies

@Suite struct LuaReadingTests {
    static func found(in script: String) -> [String] {
        LuaReading(script).warnings.map { "\($0.line) \($0.name)" }
    }

    @Test(
        "a number that stands as a condition",
        arguments: [
            ("if redis.call('SISMEMBER', KEYS[2], ARGV[1]) then return 2 end", ["1 zero-is-true"]),
            ("if (redis.call(\"sismember\", KEYS[2], ARGV[1])) then return 2 end", ["1 zero-is-true"]),
            ("if not redis.call('EXISTS', KEYS[1]) then return -1 end", ["1 zero-is-true"]),
            (
                "local n = 0\nif n == 0 and redis.call('HEXISTS', KEYS[1], ARGV[1]) then return 2 end",
                ["2 zero-is-true"]
            ),
            (
                "if redis.call('EXISTS', KEYS[1]) or redis.call('TTL', KEYS[2]) > 5 then return 1 end",
                ["1 zero-is-true"]
            ),
            ("while redis.call('LLEN', KEYS[1]) do\n redis.call('LPOP', KEYS[1])\nend", ["1 zero-is-true"]),
            ("repeat\n redis.call('RPOP', KEYS[1])\nuntil not redis.call('LLEN', KEYS[1])", ["3 zero-is-true"]),
            (
                "local has = redis.call('SISMEMBER', KEYS[2], ARGV[1])\n\nif has then\n return 2\nend\nreturn 0",
                ["3 zero-is-true"]
            ),
            ("local isNew = redis.call('SADD', KEYS[1], ARGV[1])\nif not isNew then return 2 end", ["2 zero-is-true"]),
            ("local set = redis.call('SETNX', KEYS[1], ARGV[1])\nreturn set and 1 or 0", ["2 zero-is-true"]),
            ("return redis.call('HSETNX', KEYS[1], ARGV[1], 1) and 1 or 0", ["1 zero-is-true"]),
            ("if tonumber(redis.call('SISMEMBER', KEYS[1], ARGV[1])) then return 2 end", ["1 zero-is-true"]),
            (
                "local call = redis.call\nlocal left = call('DECR', KEYS[1])\nif left then return 1 end\nreturn 0",
                ["3 zero-is-true"]
            ),
            (
                "if redis.call('GET', KEYS[1]) then\n return 0\nelseif server.call('DEL', KEYS[2]) then\n return 1\nend",
                ["3 zero-is-true"]
            ),
            (
                "local function bought(set, id)\n  if redis.call('SISMEMBER', set, id) then\n    return true\n  end\n"
                    + "  return false\nend\nif bought(KEYS[1], ARGV[1]) then return 2 end\nreturn 0",
                ["2 zero-is-true"]
            ),
            ("local n = redis.call('ZADD', KEYS[1], 1, ARGV[1]) or 0\nif n then return 1 end", ["2 zero-is-true"]),
            // `not` holds more strongly than `==`.
            ("if not redis.call('EXISTS', KEYS[1]) == 1 then return -1 end", ["1 zero-is-true"]),
        ])
    func zeroIsTrue(script: String, warnings: [String]) { #expect(Self.found(in: script) == warnings) }

    @Test(
        "strings that are compared as if they were numbers",
        arguments: [
            ("if redis.call('GET', KEYS[1]) <= 0 then return 1 end", ["1 string-comparison"]),
            ("local stock = redis.call('get', KEYS[1])\nif stock == 0 then return 1 end", ["2 string-comparison"]),
            ("local stock = redis.call('GET', KEYS[1])\nif stock < ARGV[2] then return 1 end", ["2 string-comparison"]),
            (
                "local stock = redis.call('GET', KEYS[1])\nif not stock or stock <= 0 then\n return 1\nend",
                ["2 string-comparison"]
            ),
            ("local stock = redis.call('GET', KEYS[1]) or 0\nif stock <= 0 then return 1 end", ["2 string-comparison"]),
            (
                "local stock = redis.call('GET', KEYS[1]) or '0'\nif 0 == stock then return 1 end",
                ["2 string-comparison"]
            ),
            (
                "local quantity = tonumber(ARGV[1])\nlocal stock = redis.call('HGET', KEYS[1], 'stock')\n"
                    + "if stock < quantity then return 0 end",
                ["3 string-comparison"]
            ),
            (
                "local shop = redis.call('HMGET', KEYS[1], 'total', 'sold')\nif shop[2] >= shop[1] then return 1 end",
                ["2 string-comparison"]
            ),
            (
                "local total, sold = unpack(redis.call('HMGET', KEYS[1], 'total', 'sold'))\n"
                    + "if sold < total then return 1 end",
                ["2 string-comparison"]
            ),
            ("if ARGV[2] ~= 1 then return 0 end", ["1 string-comparison"]),
            (
                "local shop = toTable(redis.call('HGETALL', KEYS[1]))\nif ARGV[1] > 5 then return 0 end",
                ["2 string-comparison"]
            ),
            ("for _, id in ipairs(ARGV) do\n if id == 5 then return 1 end\nend", ["2 string-comparison"]),
            ("local n, max = ARGV[1], ARGV[2]\nif n > max then return 0 end", ["2 string-comparison"]),
            (
                "local score = redis.call('ZSCORE', KEYS[1], ARGV[1])\nreturn score >= 100 and 1 or 0",
                ["2 string-comparison"]
            ),
            ("if redis.call('SCARD', KEYS[1]) >= ARGV[1] then return 1 end", ["1 string-comparison"]),
            ("if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == '1' then return 2 end", ["1 string-comparison"]),
            (
                "local left = redis.call('GET', KEYS[1])\nif left == 0 then return 1 end\n"
                    + "left = tonumber(left)\nif left == 0 then return 1 end",
                ["2 string-comparison"]
            ),
            (
                "local token = redis.call('LPOP', KEYS[1])\nif token\n  and token\n  > 5 then return 1 end",
                ["4 string-comparison"]
            ),
        ])
    func stringComparison(script: String, warnings: [String]) { #expect(Self.found(in: script) == warnings) }

    @Test(
        "errors, keys and globals",
        arguments: [
            ("redis.pcall('DECR', KEYS[1])\nreturn 1", ["1 pcall-ignored"]),
            ("local try = redis.pcall\ntry('DECR', KEYS[1])\nreturn 1", ["2 pcall-ignored"]),
            ("return redis.call('GET', 'seckill:stock')", ["1 undeclared-key"]),
            ("return redis.call('DECR', 'seckill:stock:' .. ARGV[1])", ["1 undeclared-key"]),
            (
                "local id = ARGV[1]\nlocal stockKey = 'stock:' .. id\nlocal left = tonumber(redis.call('get', stockKey))\n"
                    + "if left <= 0 then return 1 end\nredis.call('incrby', stockKey, -1)\nreturn 0",
                ["3 undeclared-key", "5 undeclared-key"]
            ),
            ("local key = string.format('stock:%s', ARGV[1])\nreturn redis.call('DECR', key)", ["2 undeclared-key"]),
            (
                "redis.call(\n  'XADD',\n  'stream.orders', '*', 'buyer', ARGV[1])\nreturn 0",
                ["3 undeclared-key"]
            ),
            ("return redis.call('SADD', KEYS[1] .. ':users', ARGV[1])", ["1 undeclared-key"]),
            ("stock = tonumber(redis.call('GET', KEYS[1]))\nreturn stock", ["1 global-variable"]),
            ("function take(n)\n  return redis.call('DECRBY', KEYS[1], n)\nend\nreturn take(1)", ["1 global-variable"]),
            ("for i = 1, 3 do\n  local x = i\nend\nx = 1", ["4 global-variable"]),
            ("if redis.call('GET', KEYS[1]) then local code = 1 end\ncode = 2\nreturn code", ["2 global-variable"]),
            ("local a = 1\na, b = 2, 3\nreturn a", ["2 global-variable"]),
            (
                "key = 'stock'\nif redis.pcall('EXISTS', 'stock') then redis.pcall('DECR', 'stock') end return 0",
                ["1 global-variable", "2 zero-is-true", "2 undeclared-key", "2 pcall-ignored"]
            ),
            // What comes before a place that is no Lua is still told.
            ("total = 1\nlocal = 5\nother = 2", ["1 global-variable"]),
        ])
    func others(script: String, warnings: [String]) { #expect(Self.found(in: script) == warnings) }

    @Test("a message says what is wrong and what to write instead")
    func messages() throws {
        let script = """
            local stock = redis.call('GET', KEYS[1])
            if stock < ARGV[1] then return 0 end
            if redis.call('SISMEMBER', KEYS[2], ARGV[2]) then return 2 end
            """
        let messages = LuaReading(script).warnings.map(\.message)
        try #require(messages.count == 2)
        #expect(messages[0].hasSuffix("write tonumber(stock) < tonumber(ARGV[1])"))
        #expect(messages[1].hasSuffix("compare it: redis.call('SISMEMBER', …) == 1"))
    }

    @Test(
        "the commands that a script calls",
        arguments: [
            ("", []),
            ("return redis.call('get', KEYS[1])", ["1 GET"]),
            ("local call = redis.call\nlocal n = 1\ncall(\"DECR\", KEYS[1])", ["3 DECR"]),
            (
                "server.call('incr', KEYS[1]) return {redis.pcall('GET', KEYS[1]), redis.call('TIME')[1]}",
                [
                    "1 INCR", "1 GET", "1 TIME",
                ]
            ),
            ("redis.call 'PING'\nredis['call']([[ECHO]], 'x')", ["1 PING", "2 ECHO"]),
            ("local function f()\n  return function() return redis.call('TTL', KEYS[1]) end\nend", ["2 TTL"]),
            ("local ok, reply = pcall(redis.call, 'HGET', KEYS[1], 'stock')", ["1 HGET"]),
            ("local r = redis local c = r.call c('LPOP', KEYS[1])", ["1 LPOP"]),
            ("-- redis.call('GET', k)\nlocal s = \"redis.call('SET', k, 1)\" return other.call('DEL', s)", []),
            ("local name = ARGV[1] return redis.call(name, KEYS[1])", []),
            (
                "if redis.call('A') then redis.call('B') elseif redis.call('C') then redis.call('D') end",
                [
                    "1 A", "1 B", "1 C", "1 D",
                ]
            ),
        ])
    func calledCommands(script: String, commands: [String]) {
        #expect(LuaReading(script).calledCommands.map { "\($0.line) \($0.name)" } == commands)
    }

    @Test(
        "the integers that a script returns",
        arguments: [
            ("return 0", [0]),
            ("if redis.call('GET', KEYS[1]) then return -1 end return (1);", [-1, 1]),
            ("for i = 1, 2 do if i == 2 then return 3 end end do return - (2) end return 0x10", [3, -2, 16]),
            ("local function f() return 'x' end local g = function() return end return 7", [7]),
            ("#!lua flags=no-writes\nreturn 4 -- the end", [4]),
            ("while true do if KEYS[1] then return 1 else return 2 end end return -0", [0, 1, 2]),
        ] as [(String, Set<Int>)])
    func literalReturns(script: String, integers: Set<Int>) {
        #expect(LuaReading(script).literalReturns == integers)
    }

    @Test(
        "scripts whose returns are not known, or that may end without one",
        arguments: [
            "", "local x = 1", "return", "return 1, 2", "return 1.5", "return '1'", "return redis.call('GET', KEYS[1])",
            "return 1 + 1", "if KEYS[1] then return 1 end", "if KEYS[1] then return 1 else return 0 end",
            "return not 1",
            "return {1}", "if KEYS[1] then return end return 1", "return 1 return 2", "return 1 end", "return (1",
            "return 99999999999999999999", "return tonumber(1)", "return 1 or 2", "local x = ( return 1",
        ])
    func noLiteralReturns(script: String) { #expect(LuaReading(script).literalReturns == nil) }
}

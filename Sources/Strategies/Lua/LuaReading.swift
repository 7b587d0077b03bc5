/// What can be said of a Lua script for Redis without running it: the commands it calls, the integers it returns, and
/// mistakes that scripts of flash sales often make. It says nothing where it is not sure, and nothing of what comes
/// after a place that is no Lua 5.1.
package struct LuaReading: Sendable {
    /// A mistake that the script very likely makes.
    package struct Warning: Sendable, Equatable {
        /// What sort of mistake: `zero-is-true`, `string-comparison`, `pcall-ignored`, `undeclared-key` or
        /// `global-variable`.
        package var name: String
        /// The line of the script, from 1.
        package var line: Int
        /// What is wrong, why, and what to write instead.
        package var message: String

        package init(name: String, line: Int, message: String) {
            self.name = name
            self.line = line
            self.message = message
        }
    }

    /// The commands that `redis.call`, `redis.pcall` and Valkey's `server.call` are given by name, in capitals and in
    /// the order of the script, with the line of the call. Names that are only known at run time are missing.
    package var calledCommands: [(name: String, line: Int)]
    /// The integers that the script can return, if each of its returns outside of functions gives one that is written
    /// out and its last statement is a return; otherwise nil.
    package var literalReturns: Set<Int>?
    /// In the order of lines, each name once a line.
    package var warnings: [Warning]

    /// Reads a script. Never fails; takes time in proportion to the text.
    package init(_ text: String) {
        let walk = LuaWalk.over(LuaLexer.tokens(of: text))
        calledCommands = walk.calledCommands
        let returned = walk.returns.compactMap { $0 }
        literalReturns = walk.endsInReturn && returned.count == walk.returns.count ? Set(returned) : nil
        warnings = []
        var names: Set<String> = []
        for (_, warning) in walk.warnings.sorted(by: { $0.token < $1.token }) {
            if warning.line != warnings.last?.line { names = [] }
            if names.insert(warning.name).inserted { warnings.append(warning) }
        }
    }
}

/// What a script gets from Redis's commands, in RESP2 and as Lua sees it: https://redis.io/docs/latest/commands/
enum LuaCommands {
    /// The kind of a reply, or `unknown` where it depends on more than the name.
    static func reply(of name: String, to arguments: [LuaValue], changesProtocol: Bool) -> LuaValue.Kind {
        if name == "ZADD" {
            // With INCR it gives the score, or nil.
            let mayIncrement = arguments.contains { $0.kind == .literal("INCR") || $0.kind == .literal("incr") }
            return mayIncrement ? .unknown : .count(command: name)
        }
        if givesFlag.contains(name) || givesCount.contains(name) { return .count(command: name) }
        if givesTextOfOne.contains(name) {
            // With a count they give a table.
            return arguments.count == 2 ? .text : .unknown
        }
        if givesText.contains(name) { return .text }
        if changesProtocol { return .unknown }
        if givesScore.contains(name) { return .text }
        return givesTexts.contains(name) ? .texts : .unknown
    }

    /// The usual answers are 0 and 1.
    static let givesFlag: Set<String> = [
        "COPY", "DEL", "EXISTS", "EXPIRE", "EXPIREAT", "GETBIT", "HDEL", "HEXISTS", "HSET", "HSETNX", "MOVE", "MSETNX",
        "PERSIST", "PEXPIRE", "PEXPIREAT", "PFADD", "RENAMENX", "SADD", "SETBIT", "SETNX", "SISMEMBER", "SMOVE", "SREM",
        "TOUCH", "UNLINK", "XACK", "XDEL", "ZADD", "ZREM",
    ]
    private static let givesCount: Set<String> = [
        "APPEND", "BITCOUNT", "DBSIZE", "DECR", "DECRBY", "HINCRBY", "HLEN", "HSTRLEN", "INCR", "INCRBY", "LINSERT",
        "LLEN", "LPUSH", "LPUSHX", "LREM", "PFCOUNT", "PTTL", "PUBLISH", "RPUSH", "RPUSHX", "SCARD", "STRLEN", "TTL",
        "XLEN", "XTRIM", "ZCARD", "ZCOUNT", "ZLEXCOUNT", "ZREMRANGEBYRANK", "ZREMRANGEBYSCORE",
    ]
    private static let givesTextOfOne: Set<String> = ["HRANDFIELD", "LPOP", "RPOP", "SPOP", "SRANDMEMBER"]
    private static let givesText: Set<String> = [
        "BRPOPLPUSH", "GET", "GETDEL", "GETEX", "GETRANGE", "GETSET", "HGET", "HINCRBYFLOAT", "INCRBYFLOAT", "LINDEX",
        "LMOVE", "RPOPLPUSH", "SUBSTR",
    ]
    private static let givesScore: Set<String> = ["ZINCRBY", "ZSCORE"]
    private static let givesTexts: Set<String> = [
        "HGETALL", "HKEYS", "HMGET", "HVALS", "LRANGE", "MGET", "SMEMBERS", "TIME", "ZPOPMAX", "ZPOPMIN", "ZRANGE",
        "ZRANGEBYSCORE", "ZREVRANGE", "ZREVRANGEBYSCORE",
    ]

    /// Commands whose first argument is a key.
    static let takesKeyFirst: Set<String> = [
        "APPEND", "BITCOUNT", "BITFIELD", "BITPOS", "BLPOP", "BRPOP", "COPY", "DECR", "DECRBY", "DEL", "DUMP", "EXISTS",
        "EXPIRE", "EXPIREAT", "EXPIRETIME", "GEOADD", "GEODIST", "GEOPOS", "GEOSEARCH", "GET", "GETBIT", "GETDEL",
        "GETEX", "GETRANGE", "GETSET", "HDEL", "HEXISTS", "HGET", "HGETALL", "HINCRBY", "HINCRBYFLOAT", "HKEYS", "HLEN",
        "HMGET", "HMSET", "HRANDFIELD", "HSCAN", "HSET", "HSETNX", "HSTRLEN", "HVALS", "INCR", "INCRBY", "INCRBYFLOAT",
        "LINDEX", "LINSERT", "LLEN", "LMOVE", "LPOP", "LPOS", "LPUSH", "LPUSHX", "LRANGE", "LREM", "LSET", "LTRIM",
        "MGET", "MSET", "MSETNX", "PERSIST", "PEXPIRE", "PEXPIREAT", "PEXPIRETIME", "PFADD", "PFCOUNT", "PSETEX",
        "PTTL", "RENAME", "RENAMENX", "RESTORE", "RPOP", "RPOPLPUSH", "RPUSH", "RPUSHX", "SADD", "SCARD", "SDIFF",
        "SET", "SETBIT", "SETEX", "SETNX", "SETRANGE", "SINTER", "SISMEMBER", "SMEMBERS", "SMISMEMBER", "SMOVE",
        "SPOP", "SRANDMEMBER", "SREM", "SSCAN", "STRLEN", "SUBSTR", "SUNION", "TOUCH", "TTL", "TYPE", "UNLINK", "XACK",
        "XADD", "XAUTOCLAIM", "XCLAIM", "XDEL", "XLEN", "XPENDING", "XRANGE", "XREVRANGE", "XTRIM", "ZADD", "ZCARD",
        "ZCOUNT", "ZINCRBY", "ZLEXCOUNT", "ZMSCORE", "ZPOPMAX", "ZPOPMIN", "ZRANDMEMBER", "ZRANGE", "ZRANGEBYLEX",
        "ZRANGEBYSCORE", "ZRANK", "ZREM", "ZREMRANGEBYLEX", "ZREMRANGEBYRANK", "ZREMRANGEBYSCORE", "ZREVRANGE",
        "ZREVRANGEBYSCORE", "ZREVRANK", "ZSCAN", "ZSCORE",
    ]
}

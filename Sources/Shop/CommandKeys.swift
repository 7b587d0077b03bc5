/// Where the keys of plain commands are, for servers that do not tell.
package enum CommandKeys {
    /// The keys among `arguments`, or nil where that is not known of the command.
    ///
    /// - Parameter name: in capitals; `arguments` starts with the name too.
    static func keys(of name: String, _ arguments: [[UInt8]]) -> [[UInt8]]? {
        if isHarmlessWithoutKeys(name) { return [] }
        if allKeys.contains(name) { return Array(arguments.dropFirst()) }
        if firstKey.contains(name) { return Array(arguments.dropFirst().prefix(1)) }
        return nil
    }

    /// Whether a command without keys is known to change nothing. Of others, such as those of modules, nobody can say what
    /// they act on.
    package static func isHarmlessWithoutKeys(_ name: String) -> Bool { keyless.contains(name) }

    private static let keyless: Set<String> = [
        "COMMAND", "DBSIZE", "ECHO", "INFO", "LASTSAVE", "LOLWUT", "PING", "ROLE", "TIME", "UNWATCH", "WAIT", "WAITAOF",
    ]
    private static let allKeys: Set<String> = ["DEL", "EXISTS", "MGET", "TOUCH", "UNLINK", "WATCH"]
    private static let firstKey: Set<String> = [
        "APPEND", "DECR", "DECRBY", "EXPIRE", "GET", "GETDEL", "GETSET", "HDEL", "HEXISTS", "HGET", "HGETALL",
        "HINCRBY",
        "HLEN", "HMGET", "HSET", "HSETNX", "INCR", "INCRBY", "LINDEX", "LLEN", "LPOP", "LPUSH", "LRANGE", "LREM",
        "PERSIST",
        "PEXPIRE", "PTTL", "RPOP", "RPUSH", "SADD", "SCARD", "SET", "SETEX", "SETNX", "SISMEMBER", "SMEMBERS", "SPOP",
        "SREM",
        "STRLEN", "TTL", "XADD", "XLEN", "XRANGE", "ZADD", "ZCARD", "ZINCRBY", "ZRANGE", "ZREM", "ZSCORE",
    ]
}

internal import FlashSale
internal import RedisDriver
internal import Strategies

/// What the server tells of its commands, and what is known of some without it.
struct CommandTable {
    private var traits: [CommandName: CommandTraits] = [:]
    /// Whether the server told, so that a name that is not here is no command.
    private(set) var isTold = false

    /// What is known of every server.
    init() {
        for name in Self.readers {
            add(name) {
                $0.mayWrite = false; $0.keys = .places(first: 1, last: 1, step: 1)
            }
        }
        for name in ["MGET", "EXISTS", "SINTER", "SUNION", "SDIFF"] {
            add(name) {
                $0.mayWrite = false; $0.keys = .places(first: 1, last: -1, step: 1)
            }
        }
        for name in Self.writers { add(name) { $0.keys = .places(first: 1, last: 1, step: 1) } }
        for name in ["DEL", "UNLINK"] { add(name) { $0.keys = .places(first: 1, last: -1, step: 1) } }
        mendKnown()
    }

    /// Asks the server.
    init(asking connection: inout Connection) throws(ConnectionError) {
        self.init()
        let reply = try connection.call(["COMMAND"])
        guard reply.kind == .array else { return }
        for index in 0..<reply.elementCount() {
            if let entry = reply.element(index) { read(reply, entry) }
        }
        isTold = true
        mendKnown()
    }

    /// Asks a server, by a connection of its own.
    ///
    /// - Throws: 69 where it cannot be reached.
    static func of(_ endpoint: RedisEndpoint) throws(RunError) -> CommandTable {
        do throws(ConnectionError) {
            var connection = try Connection(
                to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
            do throws(ConnectionError) {
                return try CommandTable(asking: &connection)
            } catch {
                // Some servers do not tell, or tell too much.
                return CommandTable()
            }
        } catch {
            switch error {
            case .refused, .unsecured: throw RunError(.unavailable, error.description)
            default: throw RunError(.unavailable, "\(endpoint.redacted): \(error)")
            }
        }
    }

    /// What is known of a command; nil if it is not known at all.
    func traits(_ name: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer?) -> CommandTraits? {
        guard let key = CommandName(name), let found = traits[key] else { return nil }
        guard found.hasSubcommands, let second, let longer = CommandName(name, second) else { return found }
        return traits[longer] ?? found
    }

    // MARK: Reading

    /// Reads one entry of COMMAND (https://redis.io/docs/latest/commands/command/), and those of its subcommands.
    private mutating func read(_ reply: Reply, _ entry: Int) {
        guard reply.kind(at: entry) == .array, reply.elementCount(at: entry) >= 6,
            let name = reply.element(0, of: entry), let key = CommandName(reply.string(at: name)),
            let flags = reply.element(2, of: entry)
        else { return }
        var found = CommandTraits()
        for index in 0..<reply.elementCount(at: flags) {
            switch reply.element(index, of: flags).map({ reply.string(at: $0) }) {
            case "readonly": found.mayWrite = false
            case "blocking": found.blocks = true
            default: break
            }
        }
        let places = (3...5).compactMap { reply.element($0, of: entry).flatMap { reply.integer(at: $0) } }
        if places.count == 3, places[0] > 0 {
            found.keys = .places(first: places[0], last: places[1], step: max(1, places[2]))
        }
        if let subcommands = reply.element(9, of: entry), reply.kind(at: subcommands) == .array,
            reply.elementCount(at: subcommands) > 0
        {
            found.hasSubcommands = true
            for index in 0..<reply.elementCount(at: subcommands) {
                if let subcommand = reply.element(index, of: subcommands) { read(reply, subcommand) }
            }
        }
        traits[key] = found
    }

    private mutating func add(_ name: String, _ change: (inout CommandTraits) -> Void) {
        guard let key = CommandName(name) else { return }
        change(&traits[key, default: CommandTraits()])
    }

    /// What no server tells.
    private mutating func mendKnown() {
        let locals = Set(Self.locals)
        for name in Self.locals {
            add(name) {
                $0.isLocal = true; $0.mayWrite = false; $0.keys = .none
            }
        }
        // Their subcommands as well.
        for (key, _) in traits where locals.contains(where: { key.isSubcommand(of: $0) }) {
            traits[key]?.isLocal = true
            traits[key]?.mayWrite = false
        }
        for (name, role) in Self.roles { add(name) { $0.role = role } }
        for name in ["AUTH", "HELLO", "ACL", "CONFIG", "MIGRATE"] {
            add(name) {
                $0.isSecret = true; $0.hasSubcommands = false
            }
        }
        for name in ["EVAL", "EVALSHA", "FCALL", "EVAL_RO", "EVALSHA_RO", "FCALL_RO"] {
            add(name) {
                $0.keys = .counted(at: 2); $0.mayWrite = !name.hasSuffix("_RO")
            }
        }
        add("CLIENT") { $0.hasSubcommands = true }
        add("CLIENT|REPLY") {
            $0.role = .silent; $0.isLocal = true; $0.mayWrite = false
        }
        // It reads, and what it reads decides what a transaction may do.
        add("WATCH") {
            $0.mayWrite = false; $0.keys = .places(first: 1, last: -1, step: 1)
        }
    }

    private static let roles: [(String, CommandTraits.Role)] = [
        ("MULTI", .multi), ("EXEC", .exec), ("DISCARD", .discard), ("WATCH", .watch), ("UNWATCH", .unwatch),
        ("RESET", .reset), ("AUTH", .auth), ("HELLO", .hello), ("SELECT", .select), ("SUBSCRIBE", .subscribe),
        ("PSUBSCRIBE", .subscribe), ("SSUBSCRIBE", .subscribe), ("UNSUBSCRIBE", .subscribe),
        ("PUNSUBSCRIBE", .subscribe), ("SUNSUBSCRIBE", .subscribe), ("MONITOR", .monitor), ("SYNC", .silent),
        ("PSYNC", .silent),
    ]

    private static let locals = [
        "ACL", "ASKING", "AUTH", "BGREWRITEAOF", "BGSAVE", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DEBUG", "DISCARD",
        "ECHO", "FUNCTION", "HELLO", "INFO", "LASTSAVE", "LATENCY", "LOLWUT", "MEMORY", "MODULE", "MONITOR", "MULTI",
        "PING", "PSUBSCRIBE", "PSYNC", "PUBSUB", "PUNSUBSCRIBE", "QUIT", "READONLY", "READWRITE", "REPLCONF", "RESET",
        "ROLE", "SAVE", "SCRIPT", "SELECT", "SLOWLOG", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "SYNC", "TIME",
        "UNSUBSCRIBE", "UNWATCH", "WAIT", "WAITAOF",
    ]
    private static let readers = [
        "GET", "STRLEN", "TTL", "PTTL", "TYPE", "HGET", "HMGET", "HGETALL", "HLEN", "HEXISTS", "HKEYS", "HVALS", "LLEN",
        "LRANGE", "LINDEX", "SCARD", "SISMEMBER", "SMEMBERS", "ZSCORE", "ZRANGE", "ZCARD", "ZRANK", "XLEN", "XRANGE",
        "GETRANGE", "GETBIT", "BITCOUNT", "SCAN", "KEYS", "DBSIZE", "HSCAN", "SSCAN", "ZSCAN", "DUMP",
    ]
    private static let writers = [
        "SET", "SETNX", "SETEX", "PSETEX", "GETSET", "GETDEL", "APPEND", "INCR", "INCRBY", "DECR", "DECRBY", "EXPIRE",
        "PEXPIRE", "PERSIST", "HSET", "HSETNX", "HMSET", "HDEL", "HINCRBY", "LPUSH", "RPUSH", "LPOP", "RPOP", "LREM",
        "SADD", "SREM", "SPOP", "ZADD", "ZREM", "ZINCRBY", "XADD",
    ]
}

extension CommandName {
    /// Whether its first word, behind which there is a second, is this one.
    fileprivate func isSubcommand(of name: String) -> Bool {
        withUnsafeBytes(of: self) { bytes in
            bytes.starts(with: name.utf8) && bytes.count > name.utf8.count
                && bytes[name.utf8.count] == UInt8(ascii: "|")
        }
    }
}

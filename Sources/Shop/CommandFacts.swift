package import FlashSale
internal import RedisDriver
internal import Strategies

/// What the server tells of one command (COMMAND INFO, https://redis.io/docs/latest/commands/command/).
package struct CommandFacts {
    /// Where the keys of a command stand among its arguments.
    package enum KeyPlaces: Equatable {
        /// Always at the same positions.
        case fixed
        /// Behind words, or as many as an argument says: the positions of such counts.
        case movable(counts: Set<Int>)
        /// Somewhere that only the server's own code knows.
        case untold
    }

    /// In lower case, as the server gives them.
    package let flags: Set<String>
    package let keyPlaces: KeyPlaces
    /// Whether its second argument says which command it is.
    let hasSubcommands: Bool

    /// - Parameter entry: the command's element of the reply.
    init?(_ reply: Reply, entry: Int) {
        guard let flags = reply.element(2, of: entry) else { return nil }
        let words = (0..<reply.elementCount(at: flags)).compactMap { reply.element($0, of: flags) }.map {
            reply.string(at: $0)
        }
        self.flags = Set(words)
        keyPlaces = words.contains("movablekeys") ? Self.places(reply, reply.element(8, of: entry)) : .fixed
        hasSubcommands = reply.element(9, of: entry).map { reply.elementCount(at: $0) > 0 } ?? false
    }

    /// Reads key specifications, which came with Redis 7 (https://redis.io/docs/latest/develop/reference/key-specs/).
    private static func places(_ reply: Reply, _ specifications: Int?) -> KeyPlaces {
        guard let specifications, reply.elementCount(at: specifications) > 0 else { return .untold }
        var counts: Set<Int> = []
        for index in 0..<reply.elementCount(at: specifications) {
            guard let specification = reply.element(index, of: specifications),
                let begin = reply.value(after: "begin_search", in: specification),
                let find = reply.value(after: "find_keys", in: specification)
            else { return .untold }
            switch (text(reply, of: "type", in: begin), text(reply, of: "type", in: find)) {
            case ("index", "range"), ("keyword", "range"): break
            case ("index", "keynum"):
                guard let start = number(reply, of: "index", in: begin),
                    let offset = number(reply, of: "keynumidx", in: find)
                else {
                    return .untold
                }
                counts.insert(start + offset)
            default: return .untold
            }
        }
        return .movable(counts: counts)
    }

    private static func text(_ reply: Reply, of name: String, in array: Int) -> String? {
        reply.value(after: name, in: array).map(reply.string(at:))
    }

    private static func number(_ reply: Reply, of name: String, in array: Int) -> Int? {
        reply.value(after: "spec", in: array).flatMap { reply.value(after: name, in: $0) }.flatMap(reply.integer(at:))
    }

    /// Why a command may touch other keys than it shows with the values at hand, or nil if it cannot.
    ///
    /// Where keys follow a count or a word, every count is to be a literal, and so is every argument that could be taken for a
    /// word. A key that holds the tag cannot be taken for either.
    ///
    /// - Parameters:
    ///   - templates: the command's arguments with its name.
    ///   - examples: the same, filled in.
    func reasonKeysMayMove(_ templates: [Template], examples: [[UInt8]], tag: String) -> String? {
        if hasSubcommands, templates.count > 1, templates[1].dependsOnAttempt {
            return "the word after its name decides what it does, and is not written out"
        }
        guard keyPlaces != .fixed else { return nil }
        for (index, (template, example)) in zip(templates, examples).enumerated().dropFirst() {
            let text = String(decoding: example, as: UTF8.self)
            if text.contains(tag) { continue }
            if template.dependsOnAttempt {
                guard case .movable(let counts) = keyPlaces, !template.hasText else {
                    return "argument \(index) is a value of the moment, and could be taken for one of its words"
                }
                guard !counts.contains(index) else {
                    return "argument \(index) says how many keys follow, and is a value of the moment"
                }
            } else if keyPlaces == .untold, text.contains("*") {
                return "\(text) is a pattern for other keys"
            }
        }
        return nil
    }
}

extension Template {
    /// Whether what it gives can differ from attempt to attempt.
    fileprivate var dependsOnAttempt: Bool {
        values.contains { value in
            switch value {
            case .integer, .variable(.sale), .variable(.units), .variable(.item): false
            case .variable, .key, .capture, .reply, .random, .draw, .ofLine: true
            }
        }
    }

    /// Whether it gives what the server or a key said, which may be any text.
    fileprivate var hasText: Bool {
        values.contains { value in
            switch value {
            case .capture, .key, .reply, .ofLine(_, .key): true
            case .integer, .variable, .random, .draw, .ofLine: false
            }
        }
    }
}

/// The keys that a command touches, as far as they are told.
package enum FoundKeys {
    case keys([[UInt8]])
    /// It has none.
    case none
    /// The server's words.
    case untold(String)
}

extension Sale {
    /// Asks the server which keys a command touches.
    package mutating func keys(of command: [[UInt8]]) throws(RunError) -> FoundKeys {
        // COMMAND GETKEYS refuses a name alone.
        if command.count == 1 { return .none }
        let reply = try call([Array("COMMAND".utf8), Array("GETKEYS".utf8)] + command)
        if reply.kind == .array {
            return .keys(
                (0..<reply.elementCount()).compactMap { reply.element($0) }.map { Array(reply.bytes(at: $0)) })
        }
        return reply.string().contains("no key arguments") ? .none : .untold(shown(reply))
    }

    /// What the server tells of commands, by their names; nil where it does not tell.
    package mutating func facts(of names: [String]) throws(RunError) -> [String: CommandFacts]? {
        let reply = try call(["COMMAND", "INFO"] + names)
        guard reply.kind == .array else { return nil }
        var facts: [String: CommandFacts] = [:]
        for (index, name) in names.enumerated() {
            if let entry = reply.element(index) { facts[name] = CommandFacts(reply, entry: entry) }
        }
        return facts
    }
}

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

    /// Whether every server since Redis 2.8 has the command under this name (in capitals), unless somebody took it away.
    static func isWellKnown(_ name: String) -> Bool {
        (allKeys.contains(name) && name != "TOUCH" && name != "UNLINK")
            || (firstKey.contains(name) && name != "GETDEL" && !name.hasPrefix("X"))
    }

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

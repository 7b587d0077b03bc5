/// What one command does to one key, or to one part of it.
struct KeyAccess: Equatable {
    /// A key, or the field, member or element of one.
    struct Item: Hashable {
        var key: String
        /// nil means the whole of it.
        var part: String?

        /// Whether what happens to one may change the other.
        func meets(_ other: Item) -> Bool {
            key == other.key && (part == nil || other.part == nil || part == other.part)
        }
    }

    enum Effect: Equatable {
        /// Reads what is there.
        case read
        /// Reads how much is there.
        case count
        /// Reads whether anything is there.
        case existence
        /// Writes whatever was there before.
        case overwrite
        case remove
        /// Adds to a number, which is the reply.
        case delta
        /// Writes only where nothing is; the reply tells.
        case create
        /// Adds a part.
        case add
        /// Takes a part that nobody else gets.
        case pop
        /// Gives it an end, in milliseconds.
        case lease(Int?)

        var isRead: Bool { self == .read || self == .count || self == .existence }

        var isWrite: Bool {
            if case .lease = self { return false }
            return !isRead
        }
    }

    var item: Item
    var effect: Effect
    /// Where key and part stand among the command's arguments.
    var keyIndex: Int
    var partIndex: Int?
    /// How long what is written lasts, in milliseconds; nil where it has no end.
    var leaseMilliseconds: Int?

    /// What a command does, as far as it is known; commands that are not known do nothing here, so that nobody is warned of
    /// what may not be.
    static func of(_ arguments: [String]) -> [KeyAccess] {
        guard let name = arguments.first?.uppercased(), arguments.count > 1 else { return [] }
        let command = Command(name: name, arguments: arguments)
        return command.ofString ?? command.ofHash ?? command.ofSet ?? command.ofList ?? command.ofOthers ?? []
    }
}

/// The table of commands, by type.
private struct Command {
    var name: String
    var arguments: [String]

    private func whole(_ effect: KeyAccess.Effect, at index: Int = 1, lease: Int? = nil) -> KeyAccess {
        KeyAccess(
            item: .init(key: arguments[index], part: nil), effect: effect, keyIndex: index, partIndex: nil,
            leaseMilliseconds: lease)
    }

    /// One access for each key from `first` on.
    private func keys(_ effect: KeyAccess.Effect, from first: Int = 1, by step: Int = 1, dropLast: Int = 0)
        -> [KeyAccess]
    {
        stride(from: first, to: arguments.count - dropLast, by: step).map { whole(effect, at: $0) }
    }

    /// One access for each part of the first key.
    private func parts(_ effect: KeyAccess.Effect, from first: Int = 2, by step: Int = 1) -> [KeyAccess] {
        stride(from: first, to: arguments.count, by: step).map { index in
            KeyAccess(
                item: .init(key: arguments[1], part: arguments[index]), effect: effect, keyIndex: 1, partIndex: index)
        }
    }

    private func onePart(_ effect: KeyAccess.Effect, at index: Int = 2) -> [KeyAccess] {
        index < arguments.count ? Array(parts(effect, from: index).prefix(1)) : []
    }

    private func milliseconds(at index: Int, perUnit: Int) -> Int? {
        guard index < arguments.count, let number = Int(arguments[index]), number < 1 << 40 else { return nil }
        return number * perUnit
    }

    /// The number behind a word among the options.
    private func option(_ word: String, perUnit: Int) -> Int? {
        arguments.dropFirst(3).firstIndex { $0.uppercased() == word }.flatMap {
            milliseconds(at: $0 + 1, perUnit: perUnit)
        }
    }

    private func has(_ word: String, from index: Int) -> Bool {
        arguments.dropFirst(index).contains { $0.uppercased() == word }
    }

    var ofString: [KeyAccess]? {
        switch name {
        case "GET", "GETRANGE", "SUBSTR", "STRLEN", "GETEX": [whole(.read)]
        case "MGET": keys(.read)
        case "SET":
            [
                whole(
                    has("NX", from: 3) ? .create : .overwrite,
                    lease: option("PX", perUnit: 1) ?? option("EX", perUnit: 1000))
            ]
        case "SETNX": [whole(.create)]
        case "SETEX": [whole(.overwrite, lease: milliseconds(at: 2, perUnit: 1000))]
        case "PSETEX": [whole(.overwrite, lease: milliseconds(at: 2, perUnit: 1))]
        case "GETSET", "SETRANGE": [whole(.overwrite)]
        case "MSET": keys(.overwrite, by: 2)
        case "MSETNX": keys(.create, by: 2)
        case "GETDEL": [whole(.pop)]
        case "INCR", "DECR", "INCRBY", "DECRBY", "INCRBYFLOAT": [whole(.delta)]
        case "APPEND": [whole(.add)]
        case "GETBIT": onePart(.read)
        case "SETBIT": onePart(.overwrite)
        case "BITCOUNT": [whole(.count)]
        case "BITPOS": [whole(.read)]
        default: nil
        }
    }

    var ofHash: [KeyAccess]? {
        switch name {
        case "HGET", "HEXISTS", "HSTRLEN": onePart(.read)
        case "HMGET": parts(.read)
        case "HGETALL", "HKEYS", "HVALS", "HRANDFIELD": [whole(.read)]
        case "HLEN": [whole(.count)]
        case "HSET", "HMSET": parts(.overwrite, by: 2)
        case "HSETNX": onePart(.create)
        case "HDEL": parts(.remove)
        case "HINCRBY", "HINCRBYFLOAT": onePart(.delta)
        default: nil
        }
    }

    var ofSet: [KeyAccess]? {
        switch name {
        case "SISMEMBER", "ZSCORE", "ZRANK", "ZREVRANK": onePart(.read)
        case "SMISMEMBER", "ZMSCORE": parts(.read)
        case "SMEMBERS", "SRANDMEMBER", "ZRANGE", "ZREVRANGE", "ZRANGEBYSCORE", "ZREVRANGEBYSCORE", "ZRANDMEMBER":
            [whole(.read)]
        case "SCARD", "ZCARD", "ZCOUNT": [whole(.count)]
        case "SADD": parts(.add)
        case "SREM", "ZREM": parts(.remove)
        case "SPOP", "ZPOPMIN", "ZPOPMAX": [whole(.pop)]
        case "ZINCRBY": onePart(.delta, at: 3)
        case "ZADD":
            // Options come before the first score.
            arguments.indices.dropFirst(2).first { Double(arguments[$0]) != nil }.map { first in
                parts(has("NX", from: 2) ? .create : .add, from: first + 1, by: 2)
            } ?? []
        default: nil
        }
    }

    var ofList: [KeyAccess]? {
        switch name {
        case "LINDEX", "LRANGE", "LPOS": [whole(.read)]
        case "LLEN": [whole(.count)]
        case "RPUSH", "LPUSH", "RPUSHX", "LPUSHX", "LINSERT": [whole(.add)]
        case "LPOP", "RPOP": [whole(.pop)]
        case "BLPOP", "BRPOP": keys(.pop, dropLast: 1)
        case "RPOPLPUSH", "LMOVE", "BLMOVE", "BRPOPLPUSH":
            arguments.count > 2 ? [whole(.pop), whole(.add, at: 2)] : []
        case "LREM": onePart(.remove, at: 3)
        case "LSET", "LTRIM": [whole(.overwrite)]
        default: nil
        }
    }

    var ofOthers: [KeyAccess]? {
        switch name {
        case "EXISTS", "TYPE", "TTL", "PTTL": keys(.existence)
        case "DEL", "UNLINK": keys(.remove)
        case "EXPIRE": [whole(.lease(milliseconds(at: 2, perUnit: 1000)))]
        case "PEXPIRE": [whole(.lease(milliseconds(at: 2, perUnit: 1)))]
        case "XADD": [whole(.add)]
        case "XLEN": [whole(.count)]
        case "XRANGE", "XREVRANGE": [whole(.read)]
        case "XDEL": [whole(.remove)]
        case "XTRIM": [whole(.overwrite)]
        default: nil
        }
    }
}

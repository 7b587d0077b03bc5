internal import CLinux
package import RedisDriver
internal import Strategies

/// What a private server holds, and who of those who watch it has been overtaken, step by step.
///
/// Every value is compared as DUMP has it, so that nothing has to be known of types, and no server has to allow DEBUG.
package struct Keyspace {
    /// Values by their keys, as DUMP gives them.
    private var values: [[UInt8]: [UInt8]] = [:]
    /// Keys that expire, and what is left to them when they were last written, in milliseconds.
    package private(set) var expiring: [[UInt8]: Int] = [:]
    /// CLOCK_MONOTONIC at which they do so by themselves, at the earliest.
    private var ends: [[UInt8]: UInt64] = [:]
    /// Commands that bring all back that was there when the sale opened, in every database.
    private var restoring: [[[UInt8]]] = []
    /// The first database as it was then.
    private var opening: (values: [[UInt8]: [UInt8]], expiring: [[UInt8]: Int]) = ([:], [:])

    package init() {}

    /// Whether a key may have expired that nobody has told to.
    package var someTimeIsOver: Bool {
        guard !ends.isEmpty else { return false }
        let now = Clock.nanoseconds()
        return ends.values.contains { $0 <= now }
    }

    /// What a step has done.
    package struct Change {
        /// Whether any key is other than before.
        package var changed: Bool
        /// Connections, by their CLIENT ID, whose EXEC will fail since somebody wrote what they watch.
        package var overtaken: Set<Int>
    }

    /// Keys that were not there at the beginning, and do not expire.
    package var lasting: Set<[UInt8]> {
        Set(values.keys).subtracting(expiring.keys).subtracting(opening.values.keys)
    }

    /// In milliseconds. A key that has less gets so much more, so that it expires when the search says so and not by itself.
    private static let hour = 3_600_000

    private static func lengthened(_ milliseconds: Int) -> Int {
        milliseconds < hour ? milliseconds + hour : milliseconds
    }

    // MARK: Before the doors open

    /// Remembers all that is there. The connection is then in the first database.
    package mutating func remember(_ connection: inout Connection) throws(ConnectionError) {
        (restoring, values, expiring, ends) = ([[Array("FLUSHALL".utf8)]], [:], [:], [:])
        let info = try connection.call(["INFO", "keyspace"]).string()
        let others = info.split(whereSeparator: \.isNewline).compactMap { line in
            line.hasPrefix("db") ? Int(line.dropFirst(2).prefix { $0.isNumber }) : nil
        }.filter { $0 != 0 }
        // The first one last, so that its keys are those that are looked at.
        for database in others + [0] {
            (values, expiring) = ([:], [:])
            let select = ["SELECT", String(database)].map { Array($0.utf8) }
            _ = try connection.call(select)
            try look(at: Self.keys(&connection), &connection)
            restoring.append(select)
            for (key, value) in values {
                let left = expiring[key].map { Self.lengthened($0) } ?? 0
                restoring.append([Array("RESTORE".utf8), key, Array(String(left).utf8), value])
            }
        }
        opening = (values, expiring)
    }

    /// Puts everything to where it was then.
    package mutating func reset(_ connection: inout Connection) throws(ConnectionError) {
        for reply in try connection.call(all: restoring) where reply.kind == .error {
            throw .refused("the private server cannot be set back: \(reply.string())")
        }
        (values, expiring, ends) = (opening.values, opening.expiring, [:])
        let now = Clock.nanoseconds()
        for (key, left) in expiring { ends[key] = now + UInt64(Self.lengthened(left)) * 1_000_000 }
    }

    /// Lets a key expire now, so that whoever watches it is told.
    package func expire(_ key: [UInt8], _ connection: inout Connection) throws(ConnectionError) {
        _ = try connection.call([Array("PEXPIREAT".utf8), key, Array("1".utf8)])
    }

    /// Lets all keys expire that have no more than so many milliseconds left, and the others have less. The server's own clock has gone on
    /// by as much.
    package mutating func letTimePass(
        milliseconds: Int, _ connection: inout Connection
    ) throws(ConnectionError) {
        for (key, left) in expiring {
            if left > milliseconds {
                expiring[key] = left - milliseconds
                continue
            }
            try expire(key, &connection)
            (values[key], expiring[key], ends[key]) = (nil, nil, nil)
        }
    }

    // MARK: While it is open

    /// Looks at what a command may have changed.
    ///
    /// - Parameter areWatched: whether somebody watches keys.
    package mutating func look(
        after footprint: Footprint, areWatched: Bool, _ connection: inout Connection
    ) throws(ConnectionError) -> Change {
        guard footprint.mayWrite else { return Change(changed: false, overtaken: []) }
        let before = values
        let beforeExpiring = expiring
        let keys =
            footprint.writesAnything
            ? Array(Set(try Self.keys(&connection)).union(values.keys)) : Array(footprint.writtenKeys)
        let overtaken = try look(at: keys, asksClients: areWatched, &connection)
        return Change(
            changed: values != before || expiring.keys != beforeExpiring.keys, overtaken: overtaken)
    }

    private static func keys(_ connection: inout Connection) throws(ConnectionError) -> [[UInt8]] {
        let reply = try connection.call(["KEYS", "*"])
        guard reply.kind == .array else { return [] }
        return (0..<reply.elementCount()).compactMap { reply.element($0) }.map { Array(reply.bytes(at: $0)) }
    }

    @discardableResult
    private mutating func look(
        at keys: [[UInt8]], asksClients: Bool = false, _ connection: inout Connection
    ) throws(ConnectionError) -> Set<Int> {
        var commands = keys.flatMap { [[Array("DUMP".utf8), $0], [Array("PTTL".utf8), $0]] }
        if asksClients { commands.append(["CLIENT", "LIST"].map { Array($0.utf8) }) }
        guard !commands.isEmpty else { return [] }
        let asked = Clock.nanoseconds()
        let replies = try connection.call(all: commands)
        var longer: [[[UInt8]]] = []
        for (index, key) in keys.enumerated() {
            let value = replies[2 * index]
            values[key] = value.kind == .string ? Array(value.bytes()) : nil
            let left = replies[2 * index + 1].integer() ?? -2
            expiring[key] = left >= 0 ? left : nil
            ends[key] = left >= 0 ? asked + UInt64(left) * 1_000_000 : nil
            if left >= 0, Self.lengthened(left) > left {
                longer.append([Array("PEXPIRE".utf8), key, Array(String(Self.lengthened(left)).utf8)])
            }
        }
        // Whoever watches such a key was overtaken by what has just written it.
        if !longer.isEmpty {
            _ = try connection.call(all: longer)
            for command in longer { ends[command[1]] = asked + UInt64(Self.hour) * 1_000_000 }
        }
        return asksClients ? Self.overtaken(replies[replies.count - 1].string()) : []
    }

    /// Those with the flag `d` (https://redis.io/docs/latest/commands/client-list/).
    private static func overtaken(_ list: String) -> Set<Int> {
        var found: Set<Int> = []
        for line in list.split(separator: "\n") {
            var id: Int?
            var isOvertaken = false
            for field in line.split(separator: " ") {
                if field.hasPrefix("id=") { id = Int(field.dropFirst(3)) }
                if field.hasPrefix("flags=") { isOvertaken = field.dropFirst(6).contains("d") }
            }
            if isOvertaken, let id { found.insert(id) }
        }
        return found
    }
}

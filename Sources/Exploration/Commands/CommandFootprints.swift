package import RedisDriver
internal import Strategies

/// Which keys commands touch, as the server tells it, each asked once.
package struct CommandFootprints {
    private var known: [[[UInt8]]: Footprint] = [:]
    /// Commands that only read, in capitals, for servers that do not say what a command does with each of its keys (before 7.0).
    private var reading: [String: Bool] = [:]
    private var tellsFlags = true
    /// Scripts and functions were seen to touch keys that they were not given.
    package private(set) var scriptsTouchAnything: Bool

    package init(scriptsTouchAnything: Bool) { self.scriptsTouchAnything = scriptsTouchAnything }

    /// A script was seen to do so.
    package mutating func scriptsMayTouchAnything() {
        scriptsTouchAnything = true
        known = [:]
    }

    /// - Parameter connection: to the server, which nobody else uses.
    package mutating func footprint(
        of words: [[UInt8]], asking connection: inout Connection
    ) throws(ConnectionError) -> Footprint {
        if let known = known[words] { return known }
        let footprint = try find(words, &connection)
        known[words] = footprint
        return footprint
    }

    private mutating func find(
        _ words: [[UInt8]], _ connection: inout Connection
    ) throws(ConnectionError) -> Footprint {
        let name = words.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? ""
        if let special = special(name, words) { return special }
        if tellsFlags {
            let reply = try connection.call(["COMMAND", "GETKEYSANDFLAGS"].map { Array($0.utf8) } + words)
            if reply.kind == .array { return Self.footprint(flagged: reply) }
            if reply.string().contains("no key arguments") { return .everything }
            tellsFlags =
                !reply.string().hasPrefix("ERR unknown subcommand")
                && !reply.string().hasPrefix("ERR Unknown subcommand")
            guard !tellsFlags else { return .everything }
        }
        let reply = try connection.call(["COMMAND", "GETKEYS"].map { Array($0.utf8) } + words)
        guard reply.kind == .array, reply.elementCount() > 0 else { return .everything }
        let onlyReads = try self.onlyReads(name, &connection)
        var footprint = Footprint()
        for key in Self.elements(of: reply).map({ Array(reply.bytes(at: $0)) }) {
            if onlyReads { footprint.read(key) } else { footprint.write(key) }
        }
        return footprint
    }

    /// What the server's answer would not say, or not right.
    private func special(_ name: String, _ words: [[UInt8]]) -> Footprint? {
        switch name {
        case "PING", "ECHO", "TIME", "WAIT", "WAITAOF", "UNWATCH", "DISCARD", "MULTI", "LOLWUT", "ROLE", "COMMAND",
            "SCRIPT":
            return Footprint()
        case "KEYS", "SCAN", "DBSIZE", "RANDOMKEY", "INFO":
            var all = Footprint()
            all.readEverything()
            return all
        case "PUBLISH", "SPUBLISH":
            guard words.count > 1 else { return .everything }
            var channel = Footprint()
            channel.write(Array("#".utf8) + words[1])
            return channel
        case "EVAL", "EVALSHA", "FCALL":
            // Reading by keys alone cannot be told from what such a script says of itself.
            return scriptsTouchAnything || words.count < 3 || words[2] == [UInt8(ascii: "0")] ? .everything : nil
        case "EVAL_RO", "EVALSHA_RO", "FCALL_RO":
            guard scriptsTouchAnything || words.count < 3 || words[2] == [UInt8(ascii: "0")] else { return nil }
            var all = Footprint()
            all.readEverything()
            return all
        default: return nil
        }
    }

    private static func footprint(flagged reply: Reply) -> Footprint {
        var footprint = Footprint()
        for entry in elements(of: reply) {
            guard let key = reply.element(0, of: entry), let flags = reply.element(1, of: entry) else { continue }
            let words = (0..<reply.elementCount(at: flags)).compactMap { reply.element($0, of: flags) }.map {
                reply.string(at: $0)
            }
            if words.contains("RO") {
                footprint.read(Array(reply.bytes(at: key)))
            } else {
                footprint.write(Array(reply.bytes(at: key)))
            }
        }
        return footprint
    }

    private static func elements(of reply: Reply) -> [Int] {
        (0..<reply.elementCount()).compactMap { reply.element($0) }
    }

    private mutating func onlyReads(_ name: String, _ connection: inout Connection) throws(ConnectionError) -> Bool {
        if let known = reading[name] { return known }
        let reply = try connection.call(["COMMAND", "INFO", name])
        var found = false
        if reply.kind == .array, let entry = reply.element(0), let flags = reply.element(2, of: entry) {
            found = (0..<reply.elementCount(at: flags)).contains { index in
                reply.element(index, of: flags).map { reply.string(at: $0) == "readonly" } ?? false
            }
        }
        // It reads what it watches, and COMMAND does not say so.
        reading[name] = found || name == "WATCH"
        return reading[name] ?? false
    }
}

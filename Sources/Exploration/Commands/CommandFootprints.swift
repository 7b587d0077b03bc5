internal import RedisDriver
internal import Strategies

/// Which keys a command looks at, and which it may change, as the server tells (COMMAND GETKEYSANDFLAGS, before 7.0 COMMAND GETKEYS).
struct CommandFootprints {
    private static var most: Int { 20_000 }
    private var known: [[[UInt8]]: CommandKeys] = [:]
    private var tellsFlags = true
    /// Scripts that were seen to touch keys that they do not name, by their name or digest: they may touch any.
    private(set) var widened: Set<[UInt8]> = []

    init() {}

    /// Commands that look at all keys, and those that have none.
    private static let readers: Set<String> = ["KEYS", "SCAN", "DBSIZE", "RANDOMKEY"]
    private static let keyless: Set<String> = [
        "EXEC", "WAIT", "WAITAOF", "TIME", "PING", "ECHO", "COMMAND", "LOLWUT", "ROLE", "SCRIPT",
    ]

    /// Whether a command is known to look at no key, and to change none.
    ///
    /// - Parameter name: in capitals.
    static func touchesNothing(_ name: String) -> Bool { keyless.contains(name) }

    /// - Parameters:
    ///   - words: its name and its arguments.
    ///   - mayWrite: whether the server does not say that it only reads: all that is known of each key before 7.0.
    ///   - database: of the connection. A key of another one than the first has its number before it.
    mutating func keys(
        of words: [[UInt8]], mayWrite: Bool, in database: Int = 0, asking connection: inout Connection
    ) throws(ConnectionError) -> CommandKeys {
        let request = words + [Array(String(database).utf8)]
        if let keys = known[request] { return keys }
        let keys = try ask(words, mayWrite, database, &connection)
        if known.count >= Self.most { known = [:] }
        known[request] = keys
        return keys
    }

    static func key(_ key: [UInt8], in database: Int) -> [UInt8] {
        database == 0 ? key : Array("(\(database)) ".utf8) + key
    }

    private mutating func ask(
        _ words: [[UInt8]], _ mayWrite: Bool, _ database: Int, _ connection: inout Connection
    ) throws(ConnectionError) -> CommandKeys {
        var found = CommandKeys()
        let name = words.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? ""
        switch name {
        case "WATCH":
            found.named = words.dropFirst().map { Self.key($0, in: database) }
            for key in found.named { found.footprint.read(key) }
            return found
        case "PUBLISH" where words.count > 1, "SPUBLISH" where words.count > 1:
            found.named = [Array("#".utf8) + words[1]]
            found.footprint.write(found.named[0])
            return found
        case let name where Self.readers.contains(name):
            found.footprint.readEverything()
            return found
        case let name where Self.keyless.contains(name): return found
        default: break
        }
        guard let keys = try keys(of: words, mayWrite, &connection), !keys.isEmpty else {
            found.footprint = .everything
            return found
        }
        found.named = keys.map { Self.key($0.key, in: database) }
        for (key, mayWrite) in zip(found.named, keys.map { $0.mayWrite }) {
            if mayWrite { found.footprint.write(key) } else { found.footprint.read(key) }
        }
        if words.count > 1, Self.isScript(words[0]), widened.contains(words[1]) { found.footprint = .everything }
        // What it sorts by is in keys that it does not name.
        let sortsByOthers = words.dropFirst().contains {
            ["BY", "GET"].contains(String(decoding: $0, as: UTF8.self).uppercased())
        }
        if ["SORT", "SORT_RO"].contains(name), sortsByOthers { found.footprint.readEverything() }
        return found
    }

    /// Whether the word behind this one names a script.
    static func isScript(_ word: [UInt8]) -> Bool {
        ["EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO", "EVAL", "EVAL_RO"].contains(
            String(decoding: word, as: UTF8.self).uppercased())
    }

    /// Nil where the server does not tell.
    private mutating func keys(
        of words: [[UInt8]], _ mayWrite: Bool, _ connection: inout Connection
    ) throws(ConnectionError) -> [(key: [UInt8], mayWrite: Bool)]? {
        if tellsFlags {
            let reply = try connection.call(["COMMAND", "GETKEYSANDFLAGS"].map { Array($0.utf8) } + words)
            if reply.kind == .array {
                return (0..<reply.elementCount()).compactMap { index in
                    guard let pair = reply.element(index), let key = reply.element(0, of: pair),
                        let flags = reply.element(1, of: pair)
                    else { return nil }
                    let isRead = (0..<reply.elementCount(at: flags)).contains {
                        reply.element($0, of: flags).map { reply.string(at: $0) } == "RO"
                    }
                    return (Array(reply.bytes(at: key)), !isRead)
                }
            }
            // An error of 7.0 says what is wrong with the command.
            tellsFlags =
                !reply.string().lowercased().contains("unknown subcommand")
                && !reply.string().lowercased().contains("try command help")
        }
        let reply = try connection.call(["COMMAND", "GETKEYS"].map { Array($0.utf8) } + words)
        guard reply.kind == .array else { return nil }
        return (0..<reply.elementCount()).compactMap { index in
            reply.element(index).map { (Array(reply.bytes(at: $0)), mayWrite) }
        }
    }

    /// A script was seen to touch a key that it did not name.
    ///
    /// - Returns: whether that is news.
    mutating func widen(_ script: [UInt8]) -> Bool {
        guard widened.insert(script).inserted else { return false }
        known = known.filter { !($0.key.count > 1 && $0.key[1] == script) }
        return true
    }
}

package import RedisDriver
internal import Rehearsal
internal import Strategies

/// Watches which keys scripts and functions touch beside those that they were given (MONITOR).
package final class ScriptWatch {
    /// A script did more than it was known to.
    package struct Stray {
        /// The text, the digest or the name that it was called by.
        package var script: [UInt8]
        /// The first key that it was not given; a command's name where nobody can name the keys.
        package var key: [UInt8]
    }

    private var connection: Connection
    private var marks = 0
    /// Keys of the commands that scripts have sent, each asked once.
    private var known: [[[UInt8]]: [[UInt8]]] = [:]
    private static let mostKnown = 20_000

    private init(_ connection: consuming Connection) { self.connection = connection }

    package static func start(at endpoint: RedisEndpoint) throws(ConnectionError) -> ScriptWatch {
        var connection = try Connection(
            to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
        _ = try connection.call(["MONITOR"])
        return ScriptWatch(connection)
    }

    /// What scripts have done since the last time that nobody could know, the first such thing of each call.
    ///
    /// - Parameter admin: another connection to the same server.
    package func strays(asking admin: inout Connection) throws(ConnectionError) -> [Stray] {
        marks += 1
        let mark = ["ECHO", "stress-mark-\(marks)"].map { Array($0.utf8) }
        _ = try admin.call(mark)
        var calls: [(call: [[UInt8]], inner: [[[UInt8]]])] = []
        var reply = Reply()
        while true {
            try connection.receive(into: &reply)
            guard let command = MonitorText.command(reply.string()) else { continue }
            if command.words == mark { break }
            if !command.isOfScript {
                calls.append((command.words, []))
            } else if !calls.isEmpty {
                calls[calls.count - 1].inner.append(command.words)
            }
        }
        var strays: [Stray] = []
        for (call, inner) in calls where !inner.isEmpty && call.count > 1 {
            let declared = Self.declaredKeys(call)
            for command in inner {
                guard let key = try keys(of: command, &admin).first(where: { !declared.contains($0) }) else { continue }
                strays.append(Stray(script: call[1], key: key))
                break
            }
        }
        return strays
    }

    private static func declaredKeys(_ call: [[UInt8]]) -> Set<[UInt8]> {
        guard call.count > 2, let count = Int(String(decoding: call[2], as: UTF8.self)) else { return [] }
        return Set(call.dropFirst(3).prefix(max(0, count)))
    }

    private func keys(
        of command: [[UInt8]], _ admin: inout Connection
    ) throws(ConnectionError) -> [[UInt8]] {
        if let known = known[command] { return known }
        let name = command.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? ""
        var keys: [[UInt8]] = []
        if !CommandFootprints.touchesNothing(name) {
            let reply = try admin.call([Array("COMMAND".utf8), Array("GETKEYS".utf8)] + command)
            keys =
                reply.kind == .array
                ? (0..<reply.elementCount()).compactMap { reply.element($0) }.map { Array(reply.bytes(at: $0)) }
                : [Array(name.utf8)]
        }
        if known.count >= Self.mostKnown { known = [:] }
        known[command] = keys
        return keys
    }
}

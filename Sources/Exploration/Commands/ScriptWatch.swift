package import RedisDriver
internal import Rehearsal
internal import Strategies

/// Watches which keys scripts and functions touch beside those that they were given (MONITOR).
package final class ScriptWatch {
    private var connection: Connection
    private var marks = 0
    /// Keys of the commands that scripts have sent, each asked once.
    private var known: [[String]: [String]] = [:]

    private init(_ connection: consuming Connection) { self.connection = connection }

    package static func start(at endpoint: RedisEndpoint) throws(ConnectionError) -> ScriptWatch {
        var connection = try Connection(
            to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
        _ = try connection.call(["MONITOR"])
        return ScriptWatch(connection)
    }

    /// The first key that a script has touched since the last time and was not given, or a word for what it did to keys that nobody
    /// can name; nil where there is none.
    ///
    /// - Parameter admin: another connection to the same server.
    package func undeclaredKey(asking admin: inout Connection) throws(ConnectionError) -> String? {
        marks += 1
        let mark = ["ECHO", "stress-mark-\(marks)"]
        _ = try admin.call(mark)
        var calls: [(declared: Set<String>, inner: [String])] = []
        var declared: Set<String> = []
        var reply = Reply()
        while true {
            try connection.receive(into: &reply)
            guard let command = MonitorText.command(reply.string()) else { continue }
            if command.isOfScript {
                calls.append((declared, command.arguments))
            } else if command.arguments == mark {
                break
            } else {
                declared = Self.declaredKeys(command.arguments)
            }
        }
        for call in calls {
            for key in try keys(of: call.inner, &admin) where !call.declared.contains(key) { return key }
        }
        return nil
    }

    private static func declaredKeys(_ command: [String]) -> Set<String> {
        guard command.count > 2, let count = Int(command[2]) else { return [] }
        return Set(command.dropFirst(3).prefix(max(0, count)))
    }

    /// A word in the place of keys where the server tells none of a command that may touch some.
    private func keys(
        of command: [String], _ admin: inout Connection
    ) throws(ConnectionError) -> [String] {
        if let known = known[command] { return known }
        let name = command.first?.uppercased() ?? ""
        var keys: [String] = []
        if command.count > 1 || !Self.touchesNothing.contains(name) {
            let reply = try admin.call(["COMMAND", "GETKEYS"] + command)
            if reply.kind == .array {
                keys = (0..<reply.elementCount()).compactMap { reply.element($0) }.map { reply.string(at: $0) }
            } else if !Self.touchesNothing.contains(name) {
                keys = [name]
            }
        }
        known[command] = keys
        return keys
    }

    private static let touchesNothing: Set<String> = ["PING", "ECHO", "TIME", "COMMAND", "LOLWUT"]
}

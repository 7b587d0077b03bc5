internal import RedisDriver
internal import Strategies

/// Commands that wait on the server until somebody else does something, such as BLPOP, XREAD BLOCK and WAIT.
enum BlockedClients {
    /// Whether a client waits so on a server that is ours alone.
    ///
    /// A server that is busy with a script answers nobody, and then none waits.
    static func areThere(at endpoint: RedisEndpoint?) -> Bool {
        guard let endpoint,
            var connection = try? Connection(
                to: endpoint, name: nil, connectTimeoutMilliseconds: 1000, timeoutMilliseconds: 1000),
            let reply = try? connection.call(["CLIENT", "LIST"]), reply.kind == .string
        else { return false }
        return reply.string().split(separator: "\n").contains { line in
            line.split(separator: " ").contains { $0.hasPrefix("flags=") && $0.dropFirst(6).contains("b") }
        }
    }
}

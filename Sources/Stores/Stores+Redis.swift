internal import CLinux
internal import FlashSale
internal import Host
internal import RedisDriver
internal import Strategies

/// A connection that is kept.
final class RedisStore {
    var connection: Connection

    init(_ connection: consuming Connection) { self.connection = connection }
}

extension Stores {
    func ask(
        _ command: [[UInt8]], _ endpoint: RedisEndpoint, _ question: StoreQuestion, _ due: UInt64
    ) throws(RunError) -> StoreTable {
        let reply = try reply(to: command, endpoint, question, due)
        guard let table = RedisTable.read(reply, to: command) else {
            throw RunError(
                .usage,
                "\(question.place): redis: \(Self.name(command)) at \(endpoint.redacted) was answered by \(Secret(of: endpoint).shown(reply)), "
                    + "which is no table; wanted one value, a list, or a list of lists of one length")
        }
        return table
    }

    /// - Throws: 64 for an error that says that the command is wrong, 69 for any other.
    func reply(
        to command: [[UInt8]], _ endpoint: RedisEndpoint, _ question: StoreQuestion, _ due: UInt64
    ) throws(RunError) -> Reply {
        guard !command.isEmpty else {
            throw RunError(.usage, "\(question.place): redis: wanted a command, found nothing")
        }
        var node = endpoint
        // A cluster's node that does not have the key says who has it, and has executed nothing.
        for _ in 0..<Self.mostMoves {
            let reply = try reply(of: node, to: command, question, due)
            guard endpoint.isCluster, case .moved(let host, let port)? = reply.relocation else {
                return try checked(reply, to: command, node, question)
            }
            let asked = host.isEmpty ? node.addresses.first?.host ?? "" : host
            node = endpoint.at(.init(host: asked, port: port))
        }
        throw RunError(
            .unavailable,
            "\(question.place): redis: the nodes of \(endpoint.redacted) send \(Self.name(command)) from one to another"
        )
    }

    /// How often a question goes after a key that is at another node.
    private static var mostMoves: Int { 5 }

    private func reply(
        of endpoint: RedisEndpoint, to command: [[UInt8]], _ question: StoreQuestion, _ due: UInt64
    ) throws(RunError) -> Reply {
        let key = "\(endpoint.redacted) \(endpoint.password ?? "")"
        let store = try store(endpoint, key, question)
        let secret = Secret(of: endpoint)
        do throws(ConnectionError) {
            return try store.connection.call(command) { Interruption.requests >= 2 || Clock.nanoseconds() >= due }
        } catch {
            connections[key] = nil
            if Interruption.requests >= 2 { throw interrupted(question) }
            if error == .timeout { throw late(question, endpoint.redacted) }
            throw RunError(
                .unavailable,
                "\(question.place): redis: \(Self.name(command)) at \(endpoint.redacted): \(secret.shown(error))")
        }
    }

    private func checked(
        _ reply: Reply, to command: [[UInt8]], _ endpoint: RedisEndpoint, _ question: StoreQuestion
    ) throws(RunError) -> Reply {
        guard reply.kind == .error else { return reply }
        let secret = Secret(of: endpoint)
        let words = reply.string()
        let isWrong = ["ERR unknown", "ERR wrong number", "ERR syntax", "WRONGTYPE"].contains { words.hasPrefix($0) }
        throw RunError(
            isWrong ? .usage : .unavailable,
            "\(question.place): redis: \(endpoint.redacted) answers \(Self.name(command)) with the error \(secret.shown(words))"
        )
    }

    private func store(
        _ endpoint: RedisEndpoint, _ key: String, _ question: StoreQuestion
    ) throws(RunError) -> RedisStore {
        // What can be read before anything is asked is the end of the connection: nothing is asked on that.
        if let store = connections[key], store.connection.isUsable, !store.connection.awaitReply(atMostMilliseconds: 0)
        {
            return store
        }
        do throws(ConnectionError) {
            var connection = try Connection(
                to: endpoint, name: nil, connectTimeoutMilliseconds: timeoutMilliseconds,
                timeoutMilliseconds: timeoutMilliseconds)
            connection.replyLimit = ReplyLimit.ofOrders
            let store = RedisStore(connection)
            connections[key] = store
            return store
        } catch {
            let advice = if case .unsecured = error { "" } else { "; is Redis running there?" }
            throw RunError(.unavailable, "\(question.place): redis: \(error.description)\(advice)")
        }
    }

    private static func name(_ command: [[UInt8]]) -> String {
        ForeignText.shown(command[0], limit: ForeignText.nameLimit)
    }
}

internal import CLinux
internal import FlashSale
internal import Host
package import RedisDriver
internal import Strategies

/// The sale on one node of several: which that is, and going after it when it moves.
extension Sale {
    /// How long the sale is gone after while no node serves it.
    private static var patienceNanoseconds: UInt64 { 10_000_000_000 }
    /// How long nodes may name different primaries: while one hands over to another, each has its own word.
    private static var handOverNanoseconds: UInt64 { 3_000_000_000 }
    /// How long one node is waited for that only has to say what it is.
    private static var wordMilliseconds: Int { 500 }

    /// The endpoint of the node that the sale is connected to.
    package var home: RedisEndpoint? {
        endpoint.map { endpoint in primary.map { endpoint.at($0.address) } ?? endpoint }
    }

    /// - Returns: nil where the server is one alone.
    static func locate(
        _ endpoint: RedisEndpoint?, hint: RedisEndpoint.Address? = nil
    ) throws(ConnectionError) -> Primary? {
        guard let endpoint, endpoint.mayMove else { return nil }
        let deadline = Clock.nanoseconds() + handOverNanoseconds
        while true {
            do throws(LocatorProblem) {
                return try PrimarySearch.run(endpoint, hint: hint, timeoutMilliseconds: 1000)
            } catch {
                guard error.kind == .noPrimary, Clock.nanoseconds() < deadline else { throw .notLocated(error) }
                Clock.sleep(until: Clock.nanoseconds() + 100_000_000)
            }
        }
    }

    static func connect(
        to endpoint: RedisEndpoint, _ primary: Primary?, name: String?, withinMilliseconds limit: Int = 10_000
    ) throws(ConnectionError) -> Connection {
        try Connection(
            to: primary.map { endpoint.at($0.address) } ?? endpoint, name: name,
            connectTimeoutMilliseconds: min(limit, 5000), timeoutMilliseconds: limit)
    }

    /// Replaces the connection.
    ///
    /// - Parameter limit: how long the server may take for each answer.
    mutating func connectAgain(withinMilliseconds limit: Int) throws(ConnectionError) {
        guard let endpoint else { throw .closed }
        primary = try Self.locate(endpoint, hint: primary?.address)
        connection = try Self.connect(to: endpoint, primary, name: connectionName, withinMilliseconds: limit)
    }

    /// Connects again if the connection was lost while buyers bought: servers hang up on those who say nothing.
    /// What follows only reads, and removes our own keys.
    package mutating func renewConnection() {
        guard hasServer else { return }
        // One that is no primary any more answers, too.
        if isAtHome, connection.isUsable, (try? call(["PING"])) != nil { return }
        // A server that did not answer now would keep us waiting for every further question, too.
        guard !isSilent else { return }
        try? connectAgain(withinMilliseconds: 10_000)
    }

    /// Whether the node that the sale is connected to is the primary now, as far as anybody says.
    var isAtHome: Bool {
        guard let primary else { return true }
        guard let found = try? Self.locate(endpoint, hint: primary.address) else { return false }
        return found.address == primary.address
    }

    /// Sends a command again that a node did not execute, to where the sale is now.
    mutating func follow(
        _ relocation: Relocation, _ answer: Reply, to arguments: [[UInt8]], until deadline: UInt64
    ) throws(RunError) -> Reply {
        let end = min(deadline, Clock.nanoseconds() + Self.patienceNanoseconds)
        var relocation = relocation
        var answer = answer
        var isFirst = true
        while Clock.nanoseconds() < end, Interruption.requests < 2 {
            // Two nodes that name each other should not be asked without end.
            if !isFirst { Clock.sleep(until: Clock.nanoseconds() + 10_000_000) }
            isFirst = false
            switch relocation {
            case .moved(let host, let port):
                let asked = host.isEmpty ? primary?.address.host ?? "" : host
                try? goTo(.init(host: asked, port: port))
            case .notServing:
                Clock.sleep(until: Clock.nanoseconds() + 50_000_000)
                try? connectAgain(withinMilliseconds: 2000)
            case .asked(let host, let port):
                let named = RedisEndpoint.Address(host: host.isEmpty ? primary?.address.host ?? "" : host, port: port)
                // Without an answer it may have been executed: that is not asked for again.
                if let there = try visit(named, arguments), there.relocation == nil { return there }
                Clock.sleep(until: Clock.nanoseconds() + 20_000_000)
            case .migrating: Clock.sleep(until: Clock.nanoseconds() + 20_000_000)
            }
            guard connection.isUsable else { continue }
            answer = try ask(arguments, until: deadline)
            guard let next = answer.relocation else { return answer }
            relocation = next
        }
        return answer
    }

    /// Sends a command to a node that ASK has named.
    ///
    /// - Returns: nil where the node cannot be reached, and nothing was sent.
    /// - Throws: ``RunError`` with 69 where it does not answer.
    private func visit(_ node: RedisEndpoint.Address, _ arguments: [[UInt8]]) throws(RunError) -> Reply? {
        guard let endpoint,
            var connection = try? Connection(
                to: endpoint.at(node), name: connectionName, connectTimeoutMilliseconds: 2000,
                timeoutMilliseconds: 10_000)
        else { return nil }
        do throws(ConnectionError) {
            return try connection.call(all: [[Array("ASKING".utf8)], arguments]).last
        } catch {
            throw RunError(
                .unavailable,
                "the connection to Redis was lost at \(String(decoding: arguments[0], as: UTF8.self)): \(secret.shown(error))"
            )
        }
    }

    private mutating func goTo(_ address: RedisEndpoint.Address) throws(ConnectionError) {
        guard let endpoint else { return }
        primary = try Self.locate(endpoint, hint: address)
        connection = try Self.connect(to: endpoint, primary, name: connectionName)
    }

    // MARK: All nodes

    /// The nodes beside the one that the sale is connected to.
    private var otherNodes: [RedisEndpoint] {
        guard let primary, let endpoint else { return [] }
        return primary.nodes.filter { $0 != primary.address }.map { endpoint.at($0) }
    }

    private func word(of node: RedisEndpoint, _ command: [String]) -> Reply? {
        guard
            var connection = try? Connection(
                to: node, name: nil, connectTimeoutMilliseconds: Self.wordMilliseconds,
                timeoutMilliseconds: Self.wordMilliseconds)
        else { return nil }
        return try? connection.call(command)
    }

    /// Whether another node than the sale's own has connections of that name. One that does not answer cannot change the sale: it
    /// is not the primary.
    func isNamedElsewhere(_ name: String) -> Bool {
        otherNodes.contains { node in
            guard let reply = word(of: node, ["CLIENT", "LIST"]), reply.kind == .string else { return false }
            return reply.string().split(separator: "\n").contains { line in
                line.split(separator: " ").contains { $0 == "name=\(name)" }
            }
        }
    }

    /// Waits until one node alone is the sale's primary: one that was cut off, or stood still, may take itself for it, and answer
    /// what is not true any more.
    ///
    /// - Returns: why that is not so after the time, in words that go on after "but"; nil if it is.
    package mutating func settle(withinMilliseconds limit: Int) -> String? {
        let deadline = Clock.nanoseconds() + UInt64(limit) * 1_000_000
        guard isSpread, let shelves = commands.shelves.numbers else { return settleHere(until: deadline) }
        defer { goHome() }
        for shelf in [0] + shelves {
            go(to: shelf)
            if let problem = settleHere(until: deadline) { return problem }
        }
        return nil
    }

    private mutating func settleHere(until deadline: UInt64) -> String? {
        guard primary != nil, let endpoint else { return nil }
        while true {
            var problem: String
            do throws(ConnectionError) {
                guard let found = try Self.locate(endpoint, hint: primary?.address) else { return nil }
                if found.address != primary?.address || !connection.isUsable {
                    primary = found
                    connection = try Self.connect(to: endpoint, found, name: connectionName)
                }
                primary = found
                guard let rival = rival(of: found) else { return nil }
                problem = "\(rival) takes itself for the primary, too, beside \(found.address)"
            } catch {
                problem = "which node is the primary is not known: \(error)"
            }
            guard Clock.nanoseconds() < deadline, Interruption.requests < 2 else { return problem }
            Clock.sleep(until: Clock.nanoseconds() + 100_000_000)
        }
    }

    /// Another node that says of itself what only the primary may.
    private func rival(of primary: Primary) -> RedisEndpoint.Address? {
        guard let endpoint else { return nil }
        return primary.nodes.first { address in
            guard address != primary.address else { return false }
            let node = endpoint.at(address)
            guard endpoint.isCluster else {
                guard let reply = word(of: node, ["ROLE"]), let role = reply.element(0) else { return false }
                return reply.kind == .array && reply.string(at: role) == "master"
            }
            guard let reply = word(of: node, ["CLUSTER", "SLOTS"]) else { return false }
            return Locator.claims(reply, of: endpoint, by: address)
        }
    }

    // MARK: Closing

    /// Removes the sale's keys from a cluster's other primaries: its slot may be on its way to one of them.
    func removeKeys(matching pattern: String, elsewhere progress: inout ClosingProgress) {
        guard let endpoint, endpoint.isCluster, let primary else { return }
        for address in primary.primaries where address != primary.address {
            guard
                var node = try? Connection(
                    to: endpoint.at(address), name: nil, connectTimeoutMilliseconds: Self.wordMilliseconds,
                    timeoutMilliseconds: 2000)
            else { continue }
            var cursor = "0"
            repeat {
                guard !progress.isOver,
                    let reply = try? node.call(["SCAN", cursor, "MATCH", pattern, "COUNT", "1000"]),
                    let next = reply.element(0), let list = reply.element(1)
                else { break }
                cursor = reply.string(at: next)
                let keys = (0..<reply.elementCount(at: list)).compactMap { index in
                    reply.element(index, of: list).map { Array(reply.bytes(at: $0)) }
                }
                for key in keys {
                    let answers = try? node.call(all: [[Array("ASKING".utf8)], [Array("DEL".utf8), key]])
                    guard answers?.last?.kind != .integer else { continue }
                    progress.note("the node \(address) did not remove it", key: key)
                }
            } while cursor != "0"
        }
    }

    /// Removes libraries from a cluster's other primaries: clients load them where they are sent to.
    mutating func removeLibraries(_ names: [String], elsewhere progress: inout ClosingProgress) {
        guard endpoint?.isCluster == true, !names.isEmpty else { return }
        for node in otherNodes {
            for name in names {
                guard let reply = word(of: node, ["FUNCTION", "DELETE", name]), reply.kind == .error else { continue }
                let text = reply.string()
                if !text.contains("not found"), !text.hasPrefix("READONLY"), !text.hasPrefix("ERR unknown command") {
                    progress.note(
                        "the node \(node.redacted) answered FUNCTION DELETE \(name) with \(shown(reply))", library: name
                    )
                }
            }
        }
    }
}

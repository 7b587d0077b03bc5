internal import FlashSale
internal import Glibc
package import RedisDriver
internal import Strategies

/// Who is primary.
extension EmbeddedTopology {
    /// How long a server may take to say what it is. One that stands still on purpose is not asked.
    static var answerMilliseconds: Int { 2000 }
    static var pauseMicroseconds: UInt32 { 3000 }

    /// The slot of a key; nil where there are none.
    ///
    /// - Throws: `didNotHappen` where no node tells.
    package func slot(of key: String) throws(ServerFaultError) -> Int? {
        guard topology.isCluster else { return nil }
        for node in nodes where node.status == .running {
            if let slot = Self.ask(node, ["CLUSTER", "KEYSLOT", key]).integer() { return slot }
        }
        throw .didNotHappen("no node of the cluster tells which slot the sale has")
    }

    /// The server that takes writes, as those see it that decide: the sentinels, the nodes of the cluster, or we.
    ///
    /// - Parameter slot: of the sale, in a cluster.
    /// - Throws: `didNotHappen` where nobody tells.
    package func primary(of slot: Int?) throws(ServerFaultError) -> EmbeddedServer {
        var found: EmbeddedServer?
        // On a busy machine nobody may answer in time.
        try wait("the primary of the sale", milliseconds: 10_000) { () throws(ServerFaultError) in
            switch topology {
            case .replicas: found = appointed
            case .sentinel: found = sentinels.lazy.compactMap { self.node(named: $0) }.first
            case .cluster: found = owner(of: slot ?? 0)
            }
            return found != nil
        }
        guard let found else { throw .didNotHappen("nobody is primary") }
        return found
    }

    /// The node that a sentinel takes for the primary.
    func node(named sentinel: EmbeddedServer) -> EmbeddedServer? {
        let address = Self.ask(
            sentinel, ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", Topology.masterName],
            withinMilliseconds: Self.answerMilliseconds)
        guard address.kind == .array, let port = address.element(1).map({ address.string(at: $0) }) else { return nil }
        return nodes.first { "\($0.port)" == port }
    }

    /// The node that says that a slot is its own; of several, the one whose claim is the newest.
    func owner(of slot: Int, exceptFor other: EmbeddedServer? = nil) -> EmbeddedServer? {
        var newest: (node: EmbeddedServer, epoch: Int)?
        for node in nodes where node.status == .running && node !== other {
            guard let epoch = Self.epoch(of: node, ifItHas: slot), epoch >= newest?.epoch ?? 0 else { continue }
            newest = (node, epoch)
        }
        return newest?.node
    }

    /// The epoch with which a node claims a slot; nil where it does not.
    private static func epoch(of node: EmbeddedServer, ifItHas slot: Int) -> Int? {
        let reply = ask(node, ["CLUSTER", "NODES"], withinMilliseconds: answerMilliseconds)
        guard reply.kind == .string else { return nil }
        for line in reply.string().split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 8, fields[2].hasPrefix("myself,master") else { continue }
            let hasIt = fields[8...].contains { range in
                let bounds = range.split(separator: "-").compactMap { Int($0) }
                guard let first = bounds.first, let last = bounds.last, first <= last else { return false }
                return (first...last).contains(slot)
            }
            if hasIt { return Int(fields[6]) }
        }
        return nil
    }

    /// What a server says of itself in the section `replication` of INFO; nothing where it does not answer.
    func replication(of node: EmbeddedServer) -> InfoFields {
        guard node.status == .running else { return InfoFields(Reply.silence) }
        return InfoFields(Self.ask(node, ["INFO", "replication"], withinMilliseconds: Self.answerMilliseconds))
    }

    /// The nodes that follow a primary, as they themselves say, the one that has most of its data first.
    func replicas(of primary: EmbeddedServer) -> [EmbeddedServer] {
        var found: [(node: EmbeddedServer, offset: Int)] = []
        for node in nodes where node !== primary {
            let fields = replication(of: node)
            guard fields["role"] == "slave", fields["master_port"] == "\(primary.port)" else { continue }
            found.append((node, fields["slave_repl_offset"].flatMap { Int($0) } ?? 0))
        }
        return found.sorted { $0.offset > $1.offset }.map(\.node)
    }

    /// Whether a primary of a cluster has heard that a node is its replica. Until then it passes over, without a word, what only a
    /// replica may ask of it.
    static func knows(_ primary: EmbeddedServer, replica: EmbeddedServer) -> Bool {
        let nodes = ask(primary, ["CLUSTER", "NODES"], withinMilliseconds: answerMilliseconds)
        guard nodes.kind == .string else { return false }
        let lines = nodes.string().split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count >= 8 }
        guard let own = lines.first(where: { $0[2].contains("myself") })?[0] else { return false }
        return lines.contains {
            $0[1].contains(":\(replica.port)@") && $0[2].split(separator: ",").contains("slave") && $0[3] == own
        }
    }

    /// Looks again and again until something holds.
    ///
    /// - Throws: `didNotHappen` where it does not in time.
    func wait(
        _ what: String, milliseconds: Int = 20_000, until holds: () throws(ServerFaultError) -> Bool
    ) throws(ServerFaultError) {
        let deadline = Deadline(milliseconds: milliseconds)
        while try !holds() {
            guard !deadline.hasPassed else {
                throw .didNotHappen("\(what) was not seen within \(milliseconds / 1000) seconds")
            }
            usleep(Self.pauseMicroseconds)
        }
    }

    /// Has a server do something.
    ///
    /// - Throws: `didNotHappen` with its answer where that is not OK.
    static func order(_ words: [String], _ server: EmbeddedServer) throws(ServerFaultError) {
        let reply = ask(server, words, withinMilliseconds: 5000)
        guard reply.kind != .error else {
            throw .didNotHappen(
                "\(words.joined(separator: " ")): \(reply.string().isEmpty ? "no answer" : reply.string())")
        }
    }
}

extension EmbeddedServer {
    /// Where it listens.
    package var port: Int { settings.port }
    package var address: RedisEndpoint.Address { .init(host: ServerSettings.address, port: port) }
}

extension Reply {
    /// What stands for an answer that never came.
    static var silence: Reply {
        var reply = Reply()
        reply.append(.error, "")
        return reply
    }
}

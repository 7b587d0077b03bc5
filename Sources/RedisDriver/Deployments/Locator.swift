package import Strategies

/// Finds out which node is the primary now, without I/O: each event returns whom to ask next.
///
/// Sentinels are asked one after the other. The first that names a primary is believed if that node says of itself that it is
/// one (https://redis.io/docs/latest/develop/reference/sentinel-clients/). A cluster's nodes are asked for their slots until one
/// says of itself that the slot is its own: a node that was cut off may name a primary of the past.
package struct Locator: Sendable {
    typealias Address = RedisEndpoint.Address

    /// What to do next.
    package enum Action: Sendable, Equatable {
        /// Send these commands in one go, then ``Locator/answered(_:)`` or ``Locator/unanswered(because:)``.
        case ask(RedisEndpoint.Address, of: Respondent, [[String]])
        case found(Primary)
        case failed(LocatorProblem)
    }

    /// Who is asked, and so which password is for it.
    package enum Respondent: Sendable, Equatable {
        case sentinel, node
    }

    private enum Stage: Equatable {
        /// The respondents at this place of ``asked`` and after it are still to be asked.
        case seeking
        /// A Sentinel has named a primary, which has to confirm it.
        case confirming(Address, others: [Address], by: Address)
    }

    private let deployment: RedisEndpoint.Deployment
    private var queue: [Address]
    private var seen: Set<Address> = []
    private var current: Address?
    private var stage = Stage.seeking
    /// What went wrong so far, the first of each respondent.
    private var problems: [LocatorProblem] = []
    /// Who named the address that is asked now; nil for one of the URL.
    private var sources: [Address: Address] = [:]

    /// - Parameter hint: a node of a cluster to be asked first, such as the one that another has just named.
    package init(_ endpoint: RedisEndpoint, hint: RedisEndpoint.Address? = nil) {
        deployment = endpoint.deployment
        queue = endpoint.addresses
        if let hint, endpoint.isCluster { queue.insert(hint, at: 0) }
    }

    /// Begins.
    package mutating func start() -> Action { next() }

    private mutating func next() -> Action {
        stage = .seeking
        while !queue.isEmpty {
            let address = queue.removeFirst()
            guard seen.insert(address).inserted else { continue }
            current = address
            switch deployment {
            case .single: return .found(Primary(address: address))
            case .sentinel(let group):
                return .ask(
                    address, of: .sentinel,
                    [["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group.name], ["SENTINEL", "REPLICAS", group.name]])
            case .cluster: return .ask(address, of: .node, [["CLUSTER", "SLOTS"], ["CLUSTER", "INFO"]])
            case .replicas: return .ask(address, of: .node, [["ROLE"]])
            }
        }
        return .failed(worst)
    }

    /// The most telling of all problems: one that will not pass, then the last that somebody has told.
    private var worst: LocatorProblem {
        let told = problems.last { $0.kind != .nobodyAnswers }
        if let told { return problems.last { !$0.mayPass } ?? told }
        let reasons = problems.map(\.description).joined(separator: "; ")
        let who: String
        switch deployment {
        case .sentinel: who = "no Sentinel answers"
        case .cluster: who = "no node of the cluster answers"
        case .replicas: who = "no node answers"
        case .single: who = "the server does not answer"
        }
        return LocatorProblem(.nobodyAnswers, reasons.isEmpty ? who : "\(who) (\(reasons))")
    }

    private mutating func note(_ kind: LocatorProblem.Kind, _ text: String) -> Action {
        problems.append(LocatorProblem(kind, text))
        return next()
    }

    // MARK: Events

    /// The one that was asked cannot be reached, or does not answer in time.
    ///
    /// - Parameter reason: in words that go on after a colon.
    package mutating func unanswered(because reason: String, isRefusal: Bool = false) -> Action {
        guard let current else { return .failed(worst) }
        if case .confirming(let primary, _, let sentinel) = stage { return unreachable(primary, by: sentinel, reason) }
        if isRefusal { return note(.refused, "\(current) lets nobody in: \(reason)") }
        if let source = sources[current] { return unreachable(current, by: source, reason) }
        return note(.nobodyAnswers, "\(current): \(reason)")
    }

    private mutating func unreachable(_ node: Address, by source: Address, _ reason: String) -> Action {
        let announcing: String
        if case .sentinel = deployment {
            announcing = "the Sentinel at \(source) names the primary \(node)"
        } else {
            announcing = "the node at \(source) names \(node)"
        }
        return note(
            .unreachable,
            "\(announcing), which cannot be reached from here (\(reason)); see what the node announces "
                + "(\(isCluster ? "cluster-announce-ip" : "replica-announce-ip")), or run where it can be reached")
    }

    private var isCluster: Bool { if case .cluster = deployment { true } else { false } }

    /// The answers to what was asked, one for each command.
    package mutating func answered(_ replies: [Reply]) -> Action {
        guard let current, let first = replies.first else { return .failed(worst) }
        switch (stage, deployment) {
        case (.confirming(let primary, let others, let sentinel), _):
            return confirmed(first, primary, others, by: sentinel)
        case (.seeking, .sentinel(let group)):
            return named(first, replies.dropFirst().first, by: current, group)
        case (.seeking, .cluster(let cluster)):
            return told(first, replies.dropFirst().first, by: current, cluster)
        case (.seeking, .single): return .found(Primary(address: current))
        case (.seeking, .replicas(let nodes)): return said(first, by: current, of: nodes)
        }
    }

    // MARK: Nodes of which one is the primary

    private mutating func said(_ role: Reply, by node: Address, of nodes: [Address]) -> Action {
        guard role.kind == .array, let word = role.element(0) else {
            return note(.noPrimary, "the node at \(node) answers ROLE with \(ShortReply.text(role))")
        }
        guard role.string(at: word) == "master" else {
            return note(.noPrimary, "no node says of itself that it is the primary: a failover may be under way")
        }
        return .found(Primary(address: node, replicas: nodes.filter { $0 != node }))
    }

    // MARK: Sentinels

    private mutating func named(
        _ reply: Reply, _ replicas: Reply?, by sentinel: Address, _ group: RedisEndpoint.SentinelGroup
    ) -> Action {
        guard reply.kind != .error else {
            let text = reply.string()
            if text.hasPrefix("ERR unknown") {
                return note(
                    .noSentinel,
                    "what answers at \(sentinel) is a Redis server and no Sentinel, whose port is \(RedisEndpoint.defaultSentinelPort) as a rule"
                )
            }
            return note(.refused, "the Sentinel at \(sentinel) answers \(ShortReply.text(reply))")
        }
        guard reply.kind == .array, let host = reply.element(0), let port = reply.element(1),
            let address = Self.address(reply.string(at: host), reply.integer(at: port), by: sentinel)
        else {
            return note(
                .unknownName,
                "the Sentinel at \(sentinel) knows no primary called \(group.name); which it knows, SENTINEL MASTERS tells"
            )
        }
        stage = .confirming(address, others: replicas.map { Self.replicas($0) } ?? [], by: sentinel)
        return .ask(address, of: .node, [["ROLE"]])
    }

    private static func replicas(_ reply: Reply) -> [Address] {
        guard reply.kind == .array else { return [] }
        return (0..<reply.elementCount()).compactMap { index in
            guard let node = reply.element(index), reply.kind(at: node) == .array else { return nil }
            var fields: [String: String] = [:]
            for place in stride(from: 0, to: reply.elementCount(at: node) - 1, by: 2) {
                guard let key = reply.element(place, of: node), let value = reply.element(place + 1, of: node) else {
                    continue
                }
                fields[reply.string(at: key)] = reply.string(at: value)
            }
            guard let host = fields["ip"], !host.isEmpty, let port = fields["port"].flatMap({ Int($0) }) else {
                return nil
            }
            return Address(host: host, port: port)
        }
    }

    private mutating func confirmed(
        _ reply: Reply, _ primary: Address, _ others: [Address], by sentinel: Address
    ) -> Action {
        if reply.kind == .error {
            let text = reply.string()
            // Who may not ask for the role has to believe the Sentinel.
            if text.hasPrefix("NOPERM") || text.hasPrefix("ERR unknown") {
                return .found(Primary(address: primary, replicas: others))
            }
            return note(.noPrimary, "the primary \(primary) answers \(ShortReply.text(reply))")
        }
        guard let role = reply.element(0), reply.string(at: role) == "master" else {
            return note(
                .noPrimary,
                "the Sentinel at \(sentinel) names the primary \(primary), which says of itself that it is a replica: a failover "
                    + "may be under way")
        }
        return .found(Primary(address: primary, replicas: others))
    }

    // MARK: A cluster

    private mutating func told(
        _ slots: Reply, _ info: Reply?, by node: Address, _ cluster: RedisEndpoint.ClusterNodes
    ) -> Action {
        guard slots.kind == .array else {
            let text = slots.string()
            if text.contains("cluster support disabled") {
                return note(
                    .noCluster,
                    "the server at \(node) is no part of a cluster (cluster support disabled): write redis://")
            }
            if text.hasPrefix("ERR unknown") {
                return note(.noCluster, "what answers at \(node) knows no CLUSTER: a Sentinel, or a server alone")
            }
            return note(.refused, "the node at \(node) answers CLUSTER SLOTS with \(ShortReply.text(slots))")
        }
        let table = SlotTable(slots, by: node)
        guard let primary = table.primary(of: cluster.slot) else {
            return note(
                .uncovered,
                cluster.slot.map {
                    "no node has the slot \($0), which the sale's keys are in, by the word of \(node); redis-cli --cluster check tells what is missing"
                } ?? "no node of the cluster has a slot, by the word of \(node)")
        }
        if info?.kind == .string, info?.string().contains("cluster_state:fail") == true {
            for other in table.nodes { enlist(other, by: node) }
            return note(
                .clusterDown,
                "the cluster is down by the word of \(node) (cluster_state:fail): slots are not covered, or too few nodes are there; "
                    + "redis-cli --cluster check tells more")
        }
        // What a node says of itself is believed; of another, that one has to say it.
        guard primary != node else {
            return .found(
                Primary(
                    address: primary, replicas: table.replicas(of: cluster.slot), others: table.nodes,
                    primaries: table.primaries))
        }
        guard !seen.contains(primary) else {
            for other in table.nodes { enlist(other, by: node) }
            return note(
                .noPrimary,
                "the node at \(node) names \(primary), which does not say the same of itself: a failover may be under way"
            )
        }
        sources[primary] = node
        queue.insert(primary, at: 0)
        return next()
    }

    private mutating func enlist(_ address: Address, by source: Address) {
        guard !seen.contains(address), !queue.contains(address) else { return }
        sources[address] = source
        queue.append(address)
    }

    /// An address as nodes name each other: an empty host is that of the node that was asked.
    static func address(_ host: String, _ port: Int?, by asked: RedisEndpoint.Address) -> RedisEndpoint.Address? {
        guard let port, (1...65535).contains(port), host != "?" else { return nil }
        return Address(host: host.isEmpty ? asked.host : host, port: port)
    }

    /// Whether a node's answer to CLUSTER SLOTS says that the endpoint's slot is its own.
    package static func claims(_ slots: Reply, of endpoint: RedisEndpoint, by node: RedisEndpoint.Address) -> Bool {
        guard case .cluster(let cluster) = endpoint.deployment, slots.kind == .array else { return false }
        return SlotTable(slots, by: node).primary(of: cluster.slot) == node
    }
}

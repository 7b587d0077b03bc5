internal import FlashSale
internal import Strategies

/// What a strategy file says of itself and a trial can show.
enum Claim: Hashable {
    /// A repeated call takes nothing.
    case idempotent(Idempotency)
    case safeUnder(FaultKind)

    /// All that a file claims, in the order of its words.
    static func all(of strategy: Strategy) -> [Claim] {
        (strategy.idempotency == .none ? [] : [.idempotent(strategy.idempotency)])
            + strategy.safeUnder.map(Claim.safeUnder)
    }

    /// As the file has it.
    var text: String {
        switch self {
        case .idempotent(let idempotency): "idempotent: \(idempotency.rawValue)"
        case .safeUnder(let kind): "safe-under: \(kind.rawValue)"
        }
    }

    /// What has to strike before anything is known of it. A promise about repeated calls is for clients that call again because
    /// they got no answer.
    var kinds: [FaultKind] {
        switch self {
        case .idempotent: [.loseReplies, .repeatRequests]
        case .safeUnder(let kind): [kind]
        }
    }

    /// The check that must have been made, and upheld.
    var judge: CheckName {
        switch self {
        case .idempotent: .oneUnitPerPurchase
        case .safeUnder: .exactAccounting
        }
    }

    /// Whether the stock may be another one afterwards.
    var setsStockBack: Bool {
        let kinds: [FaultKind] = [
            .crashRedis, .stopRedis, .powerCut, .evictStock, .evictKeys, .restockReset, .failover, .crashPrimary,
            .cutReplication, .freezePrimary,
        ]
        return self.kinds.contains(where: kinds.contains)
    }

    /// Whether it strikes at a moment, and not all the time.
    var hasMoment: Bool { kinds.contains { ![.wire, .answers].contains($0.description.place) } }

    /// Whether buyers have to go on after an attempt without a clear answer.
    var needsCarelessClients: Bool {
        if case .idempotent = self { true } else { false }
    }
}

extension Claim {
    /// The servers that a trial of these faults needs; nil for one.
    static func topology(for kinds: [FaultKind], waitedReplicas: Int) -> Topology? {
        if kinds.contains(.moveSlot) { return .cluster(primaries: 3, replicas: 3 * max(1, min(2, waitedReplicas))) }
        let isBroken = kinds.contains { $0.description.place == .topology }
        guard isBroken || waitedReplicas > 0 else { return nil }
        return .replicas(min(Topology.replicaBounds.upperBound, max(isBroken ? 2 : 1, waitedReplicas)))
    }
}

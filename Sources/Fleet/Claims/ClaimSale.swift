internal import FlashSale
internal import Strategies

/// The small sale in which claims are put to the test. Pure: everything follows from the strategy and the run that it precedes.
struct ClaimSale {
    let strategy: Strategy
    /// Of the run.
    let scenario: Scenario

    /// Of single units; several times as many where more are bought at once.
    private static let usualUnits = 240
    private static let clients = 20
    /// Of attempts, so that among hundreds some are surely struck.
    private static let wireShare = 0.05
    /// Of those whose answer is late, each of which lets the sale wait.
    private static let slowShare = 0.02
    /// Between two faults of the server, in nanoseconds: so long it is a sale like any other.
    private static let pause: UInt64 = 60_000_000
    /// A fault of the server that lasts.
    private static let longest: UInt64 = 60_000_000
    /// Buyers who come at the moment of a fault, so that it meets somebody.
    private static let rush = 40

    /// What a fault of the server meets.
    enum Phase: CaseIterable {
        /// Buyers who win.
        case stocked
        /// A great many buyers who come too late, some of whom are between two commands, such as taking and giving back.
        case soldOut
    }

    /// Of single units, where faults are to come after the last one is sold.
    private static let fewUnits = 40
    /// Who come around the moment of a fault when nothing is left, and how long before it the first of them does.
    private static let lateRush = 1500
    private static let lateStart: UInt64 = 5_000_000

    /// Which of them may differ: an attempt of one command is on the server's side as a whole.
    var phases: [Phase] {
        strategy.allSteps.reduce(0) { $0 + $1.commandCount } > 1 ? Phase.allCases : [.stocked]
    }

    /// - Parameter struck: whether what the claims name is to happen; without it the sale shows what it is like otherwise.
    func scenario(for claims: [Claim], in phase: Phase = .stocked, struck: Bool = true) -> Scenario {
        // What sets the stock back comes last, so that the others meet a sale that sells.
        let ordered = claims.filter { !$0.setsStockBack } + claims.filter(\.setsStockBack)
        let kinds = ordered.flatMap(\.kinds).reduce(into: [FaultKind]()) { if !$0.contains($1) { $0.append($1) } }
        let mean = (scenario.quantity.min + scenario.quantity.max + 1) / 2
        var sale = scenario
        // One item is enough to show what it is like.
        sale.items = nil
        sale.units = units(mean, phase)
        sale.procs = struck && kinds.contains { $0.description.place == .fleet } ? 2 : 1
        (sale.threads, sale.clients) = (1, Self.clients / sale.procs)
        sale.attempts = max(3, scenario.attempts)
        sale.thinkTimeMicroseconds = strategy.hasThinkStep ? Scenario.Range(min: 0, max: 0) : nil
        sale.retryUnknown =
            (strategy.load.retryUnknown ?? false) || (struck && claims.contains(where: \.needsCarelessClients))
        sale.persistence = kinds.contains(where: \.needsData) ? .always : .none
        (sale.redis, sale.service, sale.gate) = ("embedded", nil, nil)
        sale.topology = Claim.topology(for: struck ? kinds : [], waitedReplicas: strategy.waitedReplicas)
        // More than there is for, so that the end of the stock is met, but not before the last fault.
        sale.buyers = max(Self.clients, sale.units / mean * 5 / 4)
        sale.pace = .rush
        sale.faults = nil
        if struck { plan(kinds, in: &sale, phase) }
        sale.repeatEvery =
            struck
            ? ProvingLoad(of: strategy).repeatEvery(
                units: sale.units, quantity: sale.quantity, attempts: sale.attempts, purchases: sale.totalPurchases)
            : nil
        return sale
    }

    private func units(_ mean: Int, _ phase: Phase) -> Int {
        let usual = phase == .stocked ? Self.usualUnits : Self.fewUnits
        let units = strategy.load.units ?? ProvingLoad.units(usual * mean, for: scenario.quantity)
        return strategy.emptyDraw(units: units) == nil ? units : scenario.units
    }

    /// Those of the wire last all the time, the others come one after the other while buyers come at a rate.
    private func plan(_ kinds: [FaultKind], in sale: inout Scenario, _ phase: Phase) {
        var faults: [Fault] = []
        var moment = Self.pause
        for kind in kinds {
            switch kind.description.place {
            case .wire, .answers:
                faults.append(
                    Fault(
                        kind, at: .time(nanoseconds: 0), share: kind == .slowReplies ? Self.slowShare : Self.wireShare))
            case .server, .topology, .fleet, .service:
                let usual = kind.description.length
                // Who holds a lock has to be away for longer than a lease.
                let length = usual.map { kind == .freezeWorker ? $0 : min($0, Self.longest) }
                sale.pace.bursts.append(
                    phase == .stocked
                        ? Pace.Burst(buyers: Self.rush, atNanoseconds: moment)
                        : Pace.Burst(buyers: Self.lateRush, atNanoseconds: moment - Self.lateStart))
                faults.append(Fault(kind, at: .time(nanoseconds: moment), lengthNanoseconds: length))
                moment += (length ?? 0) + Self.pause
            }
        }
        sale.faults = faults
        guard !sale.pace.bursts.isEmpty else { return }
        let others = sale.buyers * sale.purchasesPerBuyer
        sale.buyers += sale.pace.burstBuyers
        sale.pace.rate = Rate(perSecond: Double(others) / (Double(moment) / 1e9))
    }
}

extension FaultKind {
    /// Whether only a server that keeps everything can be expected to survive it.
    fileprivate var needsData: Bool { [.crashRedis, .stopRedis, .powerCut].contains(self) }
}

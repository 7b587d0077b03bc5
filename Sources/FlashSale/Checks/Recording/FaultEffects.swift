/// What planned faults came to, and what they explain.
enum FaultEffects {
    /// A sentence if a planned fault was not seen to have an effect: the run then shows nothing of it.
    static func missed(_ faults: [FaultRecord]) -> String? {
        let missed = faults.filter { $0.effect != .proven }
        guard let first = missed.first else { return nil }
        return "--fault \(first.fault): \(first.proof)"
            + (missed.count == 1 ? "" : " (and \((missed.count - 1).counted("more fault")) without a proven effect)")
    }

    /// What follows a sentence on what a run met; empty without faults.
    static func proven(_ faults: [FaultRecord]) -> String {
        let proven = faults.filter { $0.effect == .proven }
        return proven.isEmpty ? "" : "; \(proven.map(\.fault).joined(separator: ", ")) had its effect"
    }

    /// How many attempts without a clear answer the faults explain: all that ended after the sale was stopped or emptied, and
    /// as many as others struck.
    static func errorsExplained(_ facts: RunFacts) -> Int {
        let proven = facts.faults.filter { $0.effect == .proven }
        guard !proven.isEmpty else { return 0 }
        let struck = proven.reduce(0) { $0 + ($1.kind.stopsTheSale ? 0 : $1.plausiblyStruck) }
        let errors = facts.recorded.survey.tally.failed + facts.recorded.survey.tally.unknown
        guard let first = proven.filter(\.kind.stopsTheSale).compactMap(\.beganNs).min() else {
            return min(errors, struck)
        }
        var after = 0
        let history = facts.recorded.history
        for (position, record) in history.records where record.outcome == .failed || record.outcome == .unknown {
            if history.earliestReturn(at: position) ?? .max >= first { after += 1 }
        }
        return min(errors, after + struck)
    }
}

extension FaultRecord {
    /// How many it struck; a damaged file may hold any number.
    var plausiblyStruck: Int { min(max(0, struck ?? 0), 1 << 40) }
}

extension FaultKind {
    /// Whether errors of any attempt may follow from it, for as long as the run lasts; the others strike so many.
    fileprivate var stopsTheSale: Bool {
        switch self {
        case .crashRedis, .stopRedis, .freezeRedis, .powerCut, .fillMemory, .evictKeys, .evictStock, .restockReset,
            .busyScript, .failover, .crashPrimary, .cutReplication, .freezePrimary, .moveSlot, .killConnections,
            .freezeWorker, .killService, .freezeService:
            true
        case .flushScripts, .loseReplies, .cutRequests, .slowReplies, .repeatRequests, .killWorker, .loseAnswers: false
        }
    }
}

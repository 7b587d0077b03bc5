internal import EmbeddedRedis
internal import FlashSale
internal import RedisDriver
internal import Shop
internal import Strategies

/// Units that come back, or come to the sale later.
extension Rehearsal {
    /// Sees that each restock of the file gives what the file says.
    ///
    /// - Throws: ``RunError`` with 64 if one does not.
    borrowing func tryRestocks(_ record: inout RehearsalRecord) throws(RunError) {
        guard !strategy.restocks.isEmpty else { return }
        var watched = try WatchedSale.open(at: server.endpoint, strategy, units: plan.units, clock: clock)
        try watched.sale.tryRestocks()
        try watched.close(noting: &record)
    }

    /// Lets the buyers come once more, if some of them failed or were told that somebody else was quicker, and looks at the
    /// stock after each of their commands: whether it moved there and back.
    ///
    /// The commands are those of the acts, to which this adds nothing but questions, so that only their ends are kept.
    borrowing func lookForReturns(_ record: inout RehearsalRecord) throws(RunError) {
        let mayHave = record.acts.contains { act in
            act.kind != .withoutStock && act.visits.contains { $0.mayHaveReturned }
        }
        // Where units lapse, whoever was not sold anything may hold some.
        guard mayHave, strategy.lapsesNanoseconds == nil else { return }
        var watched = try WatchedSale.open(at: server.endpoint, strategy, units: plan.units, clock: clock)
        let scenario = Scenario(
            strategy: source, units: plan.units, buyers: plan.buyers, purchasesPerBuyer: plan.purchasesOfFirstBuyer,
            quantity: Scenario.Range(min: plan.quantity, max: plan.quantity), attempts: RehearsalPlan.attempts + 1,
            procs: 1,
            threads: 1, thinkTimeMicroseconds: thinkTime)
        var buyers = RehearsalBuyers(
            program: StrategyProgram(
                strategy, saleTag: watched.sale.tag, readOnlyCommands: Set(watched.facts.readOnlyCommands),
                scriptHashes: watched.sale.scriptHashes, scenario: scenario),
            scenario: scenario, names: watched.names, file: strategy.file, clock: clock)
        buyers.watchesStock = true
        try playSingles(by: &buyers, at: &watched.sale, watchedBy: &watched.monitor)
        record.movedThereAndBack = buyers.visits.filter { $0.mayHaveReturned && $0.moved }.map(\.attempt.outcome)
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        try watched.close(noting: &record)
    }
}

extension RehearsalRecord.Visit {
    /// Whether it sent several commands, sold nothing and changed nothing in the end, and says that it never did.
    fileprivate var mayHaveReturned: Bool {
        (attempt.outcome == .failed || attempt.outcome == .conflict) && exchanges.count > 1 && before == after
    }
}

/// Units that were taken and given back under another name.
enum ReturnWarnings {
    static func of(_ record: RehearsalRecord) -> [RehearsalWarnings.Warning] {
        record.movedThereAndBack.map { outcome in
            .init(
                "returned-is-meant", kind: outcome.word,
                message:
                    "an attempt that ended as \(outcome.word) took units and gave them back: \(outcome.word) says that it never had "
                    + "any, so others who meet it look wrong; write then: returned")
        }
    }
}

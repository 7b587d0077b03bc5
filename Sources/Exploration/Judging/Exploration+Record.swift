package import FlashSale

extension Exploration {
    /// As `explore.json` has it.
    ///
    /// - Parameters:
    ///   - started: ISO 8601, UTC.
    ///   - subject: the strategy's name, or the words of the program.
    package func record(started: String, subject: String, attempts: Int, quantity: Int) -> ExplorationRecord {
        ExplorationRecord(
            started: started, subject: subject, attempts: attempts, quantity: quantity, verdict: result,
            reason: reason, phases: outcomes.map(Self.record),
            findings: findings,
            counterexample: counterexample?.record)
    }

    private var findings: [Finding] {
        outcomes.flatMap(\.remarks).reduce(into: outcomes.compactMap(\.finding).prefix(1).map { $0 }) { all, remark in
            if !all.contains(where: { $0.name == remark.name }) { all.append(remark) }
        }
    }

    private static func record(_ outcome: Outcome) -> ExplorationRecord.Phase {
        let bounds = outcome.phase.bounds
        var allUpTo: Int?
        if case .cut(let cost) = outcome.end, cost >= 0 { allUpTo = cost }
        return .init(
            title: outcome.phase.title, buyers: outcome.phase.buyers,
            purchasesPerBuyer: outcome.phase.purchasesPerBuyer, units: outcome.phase.units,
            afterHold: outcome.phase.afterHoldWords, carts: outcome.phase.cartWords,
            expiries: bounds.expiries, faults: bounds.faults,
            with: ExplorationBounds.FaultKind.allCases.filter(bounds.kinds.contains).map(\.rawValue),
            complete: outcome.end == .complete && outcome.counts.givenUp == 0, allUpTo: allUpTo,
            orders: outcome.counts.complete, executions: outcome.counts.executions,
            redundant: outcome.counts.redundant, givenUp: outcome.counts.givenUp, left: outcome.counts.waiting,
            commands: outcome.counts.steps, ends: outcome.outcomes.sorted(),
            unsteady: outcome.counts.unsteady ?? outcome.note,
            doubt: outcome.doubt,
            verdict: outcome.isViolated
                ? .violated : outcome.isComplete && outcome.doubt == nil ? .upheld : .inconclusive,
            seconds: outcome.seconds)
    }
}

extension Counterexample {
    /// As `explore.json` has it.
    package var record: ExplorationRecord.Counterexample {
        .init(
            buyers: phase.buyers, purchasesPerBuyer: phase.purchasesPerBuyer, units: phase.units,
            afterHold: phase.afterHoldWords, carts: phase.cartWords,
            instances: phase.instances, switches: schedule.cost,
            schedule: schedule.words,
            steps: rows.enumerated().map { place, row in
                .init(
                    step: place + 1, choice: row.choice.description, buyer: row.buyer,
                    phase: row.part?.word, command: row.words, reply: row.reply, note: row.note, stock: row.stock,
                    orders: row.orders, outcome: row.outcome)
            },
            wrongStep: wrongRow.map { $0 + 1 }, story: story,
            checks: checks.filter { $0.result != .notApplicable }.map { RunRecord.Check($0) })
    }
}

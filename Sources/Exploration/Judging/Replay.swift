package import FlashSale

/// Makes one order again, and looks at the stock after each step.
package enum Replay {
    /// What another server, or another program, did differently.
    package struct Difference: Sendable, Equatable {
        /// Place of the step, from 0.
        package var step: Int
        package var was: String
        package var isNow: String
    }

    /// How it went.
    package struct Result: Sendable {
        package var counterexample: Counterexample
        /// Nil where everybody did as before.
        package var difference: Difference?
        /// Whether every step of the schedule was made.
        package var isWhole: Bool
    }

    /// - Parameters:
    ///   - schedule: what to make. Where it ends, whoever can goes on, one after the other.
    ///   - expected: the rows that were seen before; nil where nobody has.
    ///   - phase: in which it was found.
    /// - Returns: the order as it is now.
    package static func make<Sale: SteppedSale & ~Copyable>(
        _ schedule: Schedule, at sale: inout Sale, in phase: ExplorationPhase, expected: [Counterexample.Row]? = nil
    ) throws(RunError) -> Result {
        try sale.begin()
        var execution = Execution(buyers: sale.buyers, areAlike: false)
        var rows: [Counterexample.Row] = []
        var difference: Difference?
        var isWhole = true
        while rows.count < phase.bounds.steps {
            let offers = try sale.offers()
            let place = rows.count
            let pick: Offer
            if place < schedule.steps.count {
                guard let found = offers.first(where: { $0.choice == schedule.steps[place].choice }) else {
                    difference =
                        difference
                        ?? Difference(
                            step: place, was: expected?[place].words ?? "\(schedule.steps[place].choice)",
                            isNow: offers.isEmpty
                                ? "nothing" : offers.filter(\.choice.isRun).map(\.words).joined(separator: ", "))
                    isWhole = false
                    break
                }
                pick = found
            } else {
                let runs = execution.inOrder(execution.admitted(offers, within: ExplorationBounds()))
                guard let next = runs.first else { break }
                pick = next
            }
            execution.begin(pick, for: execution.price(of: pick, among: offers))
            let taken = try sale.take(pick)
            execution.complete(taken)
            let look = try sale.look()
            let row = Counterexample.Row(
                choice: pick.choice, buyer: pick.choice.buyer.map { sale.number(of: $0) },
                part: pick.choice.buyer.flatMap { sale.part(of: $0) }, words: pick.words, reply: taken.reply,
                note: taken.note, stock: look.stock, orders: look.orders)
            if difference == nil, let expected, place < expected.count {
                difference = Self.difference(row, expected[place], at: place)
            }
            rows.append(row)
        }
        let facts = try sale.facts()
        for attempt in facts.recorded.history {
            let last = StepTime.step(of: attempt.returnedNanoseconds ?? attempt.invokedNanoseconds)
            let place =
                attempt.returnedNanoseconds == nil
                ? rows.lastIndex { $0.buyer == attempt.buyer && $0.part ?? .reserve == attempt.phase } ?? last : last
            guard rows.indices.contains(place) else { continue }
            rows[place].outcome = attempt.outcome.word
        }
        let names = (0..<sale.buyers).map { Story.name(sale.number(of: $0), sale.part(of: $0)) }
        let expiries = rows.indices.filter { rows[$0].choice.isExpiry }
        let checks = OrderChecks.results(facts, expiries: expiries).sorted { $0.result > $1.result }
        return Result(
            counterexample: Counterexample(
                rows: rows, schedule: execution.schedule, phase: phase, checks: checks,
                wrongRow: checks.first { $0.result == .violated }.flatMap(\.wrongStep).flatMap {
                    rows.indices.contains($0) ? $0 : nil
                }, story: Story(of: execution, facts) { names[$0] }.sentences),
            difference: difference, isWhole: isWhole)
    }

    private static func difference(
        _ row: Counterexample.Row, _ expected: Counterexample.Row, at place: Int
    ) -> Difference? {
        if row.words != expected.words { return Difference(step: place, was: expected.words, isNow: row.words) }
        guard row.reply != expected.reply else { return nil }
        return Difference(
            step: place, was: "\(row.words) -> \(expected.reply ?? "no reply")",
            isNow: "\(row.words) -> \(row.reply ?? "no reply")")
    }
}

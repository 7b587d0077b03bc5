package import FlashSale

/// An order that goes wrong, step by step, made once more to look at the stock after each step.
package struct Counterexample: Sendable {
    package struct Row: Sendable, Equatable {
        package var choice: Choice
        /// The number of the buyer; nil where nobody's command it is.
        package var buyer: Int?
        /// Which part of the purchase it is; nil where purchases have none.
        package var part: AttemptPhase?
        package var words: String
        /// What the server answered; nil where nobody was told.
        package var reply: String?
        /// What else happened with it.
        package var note: String?
        /// What the probe read afterwards; nil where it read nothing.
        package var stock: Int?
        /// Orders in the ledger afterwards; nil where there is none.
        package var orders: Int?
        /// How the buyer's attempt ended with it.
        package var outcome: String?

        package init(
            choice: Choice, buyer: Int?, part: AttemptPhase? = nil, words: String, reply: String?, note: String?,
            stock: Int?, orders: Int?, outcome: String? = nil
        ) {
            (self.choice, self.buyer, self.part, self.words, self.reply) = (choice, buyer, part, words, reply)
            (self.note, self.stock, self.orders, self.outcome) = (note, stock, orders, outcome)
        }
    }

    package var rows: [Row]
    package var schedule: Schedule
    /// Who bought what.
    package var phase: ExplorationPhase
    /// What the checks say, the violated ones first.
    package var checks: [CheckResult]
    /// The place of the row with which it went wrong; nil where no check can tell.
    package var wrongRow: Int?

    /// What happened, in plain words.
    package var story: [String]

    package var violated: [CheckResult] { checks.filter { $0.result == .violated } }
}

extension CheckResult {
    /// The place of the step with which it was violated for certain; nil where nobody can tell.
    var wrongStep: Int? { since.map { StepTime.step(of: $0.returnedNanoseconds ?? $0.invokedNanoseconds) } }
}

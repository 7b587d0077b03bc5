/// Everything that the checks may look at. Nothing here is read from anywhere: it is what has been recorded.
package struct RunFacts: Sendable {
    package var recorded: RecordedAttempts
    package var rules: SaleRules
    /// The sale from the opening of the doors until the last client was gone.
    package var epoch: Epoch
    package var doubts: Doubts

    package init(_ recorded: RecordedAttempts, rules: SaleRules, epoch: Epoch, doubts: Doubts = Doubts()) {
        self.recorded = recorded
        self.rules = rules
        self.epoch = epoch
        self.doubts = doubts
    }

    /// Whether an attempt whose end is not known, or which the history lacks, may still have taken effect after the final
    /// read.
    package var hasStragglers: Bool {
        !doubts.clientsWereGone && (recorded.survey.openEnds > 0 || recorded.hasGaps)
    }
}

package import FlashSale

/// How an attempt ended.
package struct AttemptResult: Sendable, Equatable {
    package var outcome: Outcome
    package var remaining: Int?
    /// A reply came that no rule matches, at the last step.
    package var isHole: Bool

    package init(_ outcome: Outcome, remaining: Int? = nil, isHole: Bool = false) {
        self.outcome = outcome
        self.remaining = remaining
        self.isHole = isHole
    }
}

internal import FlashSale

/// A few attempts on one time axis: who, when, and what they were told.
///
/// Rows stand in the order in which the sentence above them tells of them.
package struct EvidenceTimeline: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        /// `attempt 19`.
        package var attempt: String
        /// `buyer 7 (attempt 19)`; nil where nobody knows whose it was.
        package var buyer: String?
        /// CLOCK_MONOTONIC, like ``returnedNanoseconds``, which is nil where the end is not known.
        package var invokedNanoseconds: UInt64
        package var returnedNanoseconds: UInt64?
        /// `0.000 .. 0.412 ms`, since the origin.
        package var times: String
        /// `won, 4 left`.
        package var told: String
        /// The word of its outcome.
        package var outcome: String
    }

    /// The most rows of a timeline.
    static let rowLimit = 10

    package var rows: [Row]
    /// How many more attempts there are.
    package var further: String?

    /// - Parameters:
    ///   - origin: from which the times count, in nanoseconds.
    ///   - namesBuyers: whether it is known whose attempt each is.
    ///   - limit: the most rows.
    init(
        _ attempts: [RunRecord.EvidenceAttempt], since origin: UInt64, namesBuyers: Bool = true,
        limit: Int = rowLimit
    ) {
        let shown = Array(attempts.prefix(limit))
        let places = Self.places(shown)
        rows = shown.map { attempt in
            let end = attempt.returnedNs.map { Self.milliseconds($0, since: origin, places: places) } ?? "?"
            let name = attempt.attemptName.map(UnitText.shown) ?? "\(attempt.attempt)"
            let buyer = attempt.buyerName.map(UnitText.shown) ?? "\(attempt.buyer)"
            return Row(
                attempt: "attempt \(name)", buyer: namesBuyers ? "buyer \(buyer) (attempt \(name))" : nil,
                invokedNanoseconds: attempt.invokedNs, returnedNanoseconds: attempt.returnedNs,
                times: "\(Self.milliseconds(attempt.invokedNs, since: origin, places: places)) .. \(end) ms",
                told: Self.told(attempt), outcome: attempt.outcome.word)
        }
        let hidden = attempts.count - shown.count
        further = hidden > 0 ? "and \(hidden.counted("more attempt"))" : nil
    }

    private static func told(_ attempt: RunRecord.EvidenceAttempt) -> String {
        var text = attempt.outcome.word
        if attempt.quantity != 1 { text += " \(attempt.quantity.grouped)" }
        if let unit = attempt.unit {
            text += " \(UnitText.names(in: unit).map(UnitText.shown).joined(separator: ", "))"
        }
        if let remaining = attempt.remaining { text += ", \(remaining.grouped) left" }
        if let node = attempt.node { text += ", at \(node)" }
        return text
    }

    /// Three decimals, or six where three would make different instants of a few microseconds look the same.
    private static func places(_ attempts: [RunRecord.EvidenceAttempt]) -> Int {
        let instants = Set(attempts.flatMap { [$0.invokedNs, $0.returnedNs].compactMap { $0 } })
        guard let first = instants.min(), let last = instants.max(), last - first < 10_000 else { return 3 }
        return Set(instants.map { $0 / 1000 }).count == instants.count ? 3 : 6
    }

    /// Negative before the origin.
    private static func milliseconds(_ time: UInt64, since origin: UInt64, places: Int) -> String {
        let isEarlier = time < origin
        let distance = Double(isEarlier ? origin - time : time - origin) / 1e6
        return NumberText.grouped(isEarlier ? -distance : distance, places: places)
    }
}

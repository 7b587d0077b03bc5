/// What became of one buyer's wish, as its attempts tell it.
package struct Purchase: Sendable, Equatable {
    package enum Ending: String, RecordWord {
        case won
        case soldOut = "sold-out"
        /// The last attempt was a conflict.
        case gaveUp = "gave-up"
        /// The buyer was told that they already have what they may have.
        case refused
        case failed
        case unknown
        /// The buyer had it and gave it back.
        case returned
        /// The hold was left alone, or what followed it was refused.
        case lapsed
        /// Interrupted, or its worker died before.
        case notStarted = "not-started"

        package static let kind = "ending"

        /// How a purchase ends whose last attempt ended so.
        init(_ outcome: Outcome) {
            self =
                switch outcome {
                case .won: .won
                case .soldOut: .soldOut
                case .conflict: .gaveUp
                case .duplicate: .refused
                case .failed: .failed
                case .unknown: .unknown
                case .returned: .returned
                case .held: .lapsed
                }
        }
    }

    package var id: Int
    package var buyer: Int
    package var worker: Int
    package var attempts = 0
    package var ending = Ending.notStarted
    /// CLOCK_MONOTONIC of the planned start; nil where it was to start when it could.
    package var plannedNanoseconds: UInt64?
    /// CLOCK_MONOTONIC of the first invocation; nil if it never started.
    package var invokedNanoseconds: UInt64?
    /// CLOCK_MONOTONIC of the last return; nil if it never started or the last attempt has no known end.
    package var returnedNanoseconds: UInt64?
    package var remaining: Int?
    /// Whether another attempt would have followed, had the run or its worker not ended.
    package var isCutOff = false

    package init(id: Int, buyer: Int, worker: Int) {
        self.id = id
        self.buyer = buyer
        self.worker = worker
    }

    /// Every planned purchase in the order of its number, one after the other. Where the run ended by time, only those that
    /// came.
    ///
    /// - Parameters:
    ///   - planned: when purchases were to start.
    ///   - openedNanoseconds: CLOCK_MONOTONIC of the opening.
    package static func all(
        of scenario: Scenario, in history: History, table: PurchaseTable, planned: PlannedStarts,
        openedNanoseconds: UInt64
    ) -> some Sequence<Purchase> {
        (1..<(table.planned + 1)).lazy.filter { table.counts($0) }.map { number in
            var purchase = table.purchase(number, of: history, in: scenario)
            purchase.plannedNanoseconds = planned.nanoseconds(ofPurchase: number).flatMap { start in
                let opened = history.opening(ofWorker: purchase.worker, opened: openedNanoseconds)
                let (instant, isBeyond) = opened.addingReportingOverflow(start)
                return isBeyond ? nil : instant
            }
            return purchase
        }
    }
}

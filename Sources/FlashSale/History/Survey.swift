/// What one pass over a history tells: how many there are of each kind, what became of each purchase, and where the few
/// attempts are that the checks look at again.
package struct Survey: Sendable {
    package typealias Position = History.Position

    /// Of all attempts.
    package private(set) var tally = Tally()
    /// Of each worker.
    package private(set) var tallies: [Int: Tally] = [:]
    /// The earliest invocation; nil where there are no attempts.
    package private(set) var firstInvoked: UInt64?
    /// The latest invocation or return.
    package private(set) var lastEvent: UInt64 = 0
    /// Attempts whose reply no rule of the strategy file matches.
    private(set) var holes = 0
    /// Wins that did not name their units where the strategy file looks for it.
    private(set) var nameless = 0
    /// Unknown attempts without an end.
    private(set) var openEnds = 0
    /// Those that won and those that are unknown, in the order of invocation.
    private(set) var effective: [Position] = []
    /// Those that were told that they already have what they may have, in the order of invocation.
    private(set) var duplicates: [Position] = []
    /// Of each quantity, the sold-out that returned first.
    private(set) var soldOuts: [Int: Position] = [:]
    /// The same of each machine by its own clock, where there are several.
    private(set) var soldOutsByMachine: [Int: [Int: Position]] = [:]
    /// Attempts whose times no clock gives: returned before they were invoked, or an outcome without an end.
    private(set) var impossible: [Position] = []
    /// Whether an attempt follows a hold.
    private(set) var hasLater = false
    /// The quantity that all attempts want; nil where they differ.
    private(set) var commonQuantity: Int?
    package private(set) var purchases: PurchaseTable

    /// - Parameters:
    ///   - scenario: nil for a history that did not come with one.
    ///   - incomplete: workers that may have made attempts which the history lacks.
    package init(_ history: History, _ scenario: Scenario?, incomplete: Set<Int> = []) {
        purchases = PurchaseTable(
            planned: scenario?.trimmed(to: history).totalPurchases ?? 0,
            endsByTime: scenario?.pace.endsByTime ?? false, phases: scenario?.phases)
        defer { if let scenario, !incomplete.isEmpty { purchases.take(incomplete, in: scenario) } }
        guard history.count > 0 else { return }
        var first = UInt64.max
        var last: UInt64 = 0
        var quantities = (least: Int.max, most: 0)
        // The tallies of workers that exist; others are rare.
        let plan = scenario.map(PurchaseTable.Plan.init)
        var lastSoldOut: (quantity: Int, returned: UInt64) = (0, 0)
        var dense = [Tally](repeating: Tally(), count: max(1, scenario?.procs ?? 1))
        for (position, record) in history.records {
            let outcome = record.outcome
            let worker = record.worker
            if record.phase != .reserve { hasLater = true }
            if worker < dense.count {
                dense[worker].count(outcome)
            } else {
                tallies[worker, default: Tally()].count(outcome)
            }
            let invoked = record.invokedNanoseconds
            let returned = record.returnedNanoseconds
            first = min(first, invoked)
            last = max(last, invoked, returned ?? 0)
            let quantity = record.quantity
            quantities.least = min(quantities.least, quantity)
            quantities.most = max(quantities.most, quantity)
            if record.isHole { if outcome == .won { nameless += 1 } else { holes += 1 } }
            if let returned, returned < invoked { impossible.append(position) }
            if returned == nil {
                if outcome == .unknown { openEnds += 1 } else { impossible.append(position) }
            }
            switch outcome {
            case .won, .unknown: effective.append(position)
            case .duplicate: duplicates.append(position)
            case .soldOut:
                // Most say nothing new.
                guard !record.isPart, quantity != lastSoldOut.quantity || returned ?? .max <= lastSoldOut.returned
                else { break }
                Self.keep(record, at: position, of: history, in: &soldOuts)
                lastSoldOut = (quantity, returned ?? .max)
            case .conflict, .failed, .returned, .held: break
            }
            if let plan { purchases.take(record, at: position, in: history, plan: plan) }
        }
        for (worker, tally) in dense.enumerated() where tally.attempts > 0 { tallies[worker] = tally }
        for tally in tallies.values { self.tally.add(tally) }
        firstInvoked = first
        lastEvent = last
        commonQuantity = quantities.least == quantities.most ? quantities.least : nil
        Self.sort(&effective, history)
        Self.sort(&duplicates, history)
    }

    /// The same of a history whose intervals are wider (``History/widened``). What became of each purchase, and when, stays as it is shown.
    init(_ shown: Survey, widened history: History) {
        self = shown
        Self.sort(&effective, history)
        Self.sort(&duplicates, history)
        guard !soldOuts.isEmpty, let own = history.shown else { return }
        soldOuts = [:]
        for (position, record) in history.records where record.outcome == .soldOut && !record.isPart {
            Self.keep(record, at: position, of: history, in: &soldOuts)
            let machine = history.machine(of: record)
            Self.keep(own.record(at: position), at: position, of: own, in: &soldOutsByMachine[machine, default: [:]])
        }
    }

    private static func keep(
        _ record: RecordView, at position: Position, of history: History, in soldOuts: inout [Int: Position]
    ) {
        guard let other = soldOuts[record.quantity] else {
            soldOuts[record.quantity] = position
            return
        }
        guard let returned = record.returnedNanoseconds else { return }
        let known = history.record(at: other)
        let earliest = known.returnedNanoseconds ?? .max
        if returned < earliest || (returned == earliest && record.id < known.id) {
            soldOuts[record.quantity] = position
        }
    }

    /// Into the order of invocation, as ``RecordView/precedes(_:_:)`` has it.
    static func sort(_ positions: inout [Position], _ history: History) {
        struct Key {
            var invoked: UInt64
            var position: Position
        }
        let keys = positions.map { Key(invoked: history.record(at: $0).invokedNanoseconds, position: $0) }
        let sorted = keys.sorted { left, right in
            left.invoked != right.invoked
                ? left.invoked < right.invoked
                : RecordView.precedes(history.record(at: left.position), history.record(at: right.position))
        }
        for (index, key) in sorted.enumerated() { positions[index] = key.position }
    }
}

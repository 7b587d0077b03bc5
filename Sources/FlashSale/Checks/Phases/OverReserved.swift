/// What attempts to reserve had put on hold by an instant, where there can have been less: then reserving itself is wrong, or holds come back
/// when they must not, and neither a late payment nor a giving back that came twice need be the reason for a unit too many.
///
/// Why that is a proof: whoever reserves rightly takes only what is in the stock. So what was put on hold by an instant is never more than the
/// units at the start, those that were restocked, and those that came back, by then; and what such an attempt was told to be left is what is
/// there of them after it. Payments do not count: whatever is wrong with one that was made, it puts nothing into the stock, and what a right
/// shop takes for a late one only lessens it. Each sum is on the safe side:
///
/// - **Put on hold** is what attempts were told that had returned before the instant, or before the call of the one that was told what is left.
///   A lost answer is none.
/// - **Back** is every hold that may have lapsed by then, unless its payment had been made before that; and, from the call on, every giving
///   back and every payment that was not made, whatever it was told and however often it was asked for: a shop may let go of a hold whose
///   payment fails. So a hold that is given back three times counts three times, and once more when it may have lapsed.
/// - **Restocked** is what may have come from the call of a restock on, whether it was answered or not.
///
/// Intervals are closed: what returned at an instant counts after all that was called at it. A shop whose holds lapse sooner than it says, or
/// more than once, or although they were paid for or given back, looks the same, so that the words name it, too.
struct OverReserved: Sendable, Equatable {
    /// The end of the attempt with which it was certain.
    var instant: UInt64
    /// Units that were put on hold by then.
    var reserved: Int
    /// What the last of them was told to be left.
    var told: Int
    /// The most that there can have been by then.
    var available: Int

    /// - Returns: nil where what was put on hold was there at every instant, as far as can be told.
    init?(_ facts: RunFacts) {
        guard let history = facts.asMade, let holds = facts.holds, facts.resets.isEmpty, !facts.recorded.hasGaps,
            let first = StockOfHolds(history, holds, facts).firstOverReserved
        else { return nil }
        self = first
    }

    fileprivate init(instant: UInt64, reserved: Int, told: Int = 0, available: Int) {
        (self.instant, self.reserved, self.told, self.available) = (instant, reserved, told, available)
    }

    /// `reserve had put 4 units on hold within 1.250 ms, and at most 3 can have been there by then, whatever had come back`.
    ///
    /// - Parameter origin: the first invocation.
    func inWords(since origin: UInt64?) -> String {
        let start = min(origin ?? instant, instant)
        let after = (Double(instant - start) / 1e6).fixed(places: 3) ?? "?"
        let told = told == 0 ? "" : " and told that \(told.grouped) \(told == 1 ? "was" : "were") left"
        return
            "reserve had put \(reserved.counted("unit")) on hold within \(after) ms\(told), and at most \(available.grouped) can have been "
            + "there by then, whatever had come back"
    }
}

/// What was certainly put on hold, and what may have been there, as time went on.
private struct StockOfHolds {
    /// Sums of units, each from an instant on, in the order of time.
    private struct Sums {
        private var instants: [UInt64] = []
        private var sums: [Int] = []

        init(_ changes: [(instant: UInt64, units: Int)]) {
            let sorted = changes.sorted { $0.instant < $1.instant }
            instants = sorted.map(\.instant)
            var sum = 0
            sums = sorted.map { change in
                sum += change.units
                return sum
            }
        }

        func until(_ instant: UInt64) -> Int { sum(instants.partitioningIndex { $0 > instant }) }
        func before(_ instant: UInt64) -> Int { sum(instants.partitioningIndex { $0 >= instant }) }

        private func sum(_ count: Int) -> Int { count == 0 ? 0 : sums[count - 1] }
    }

    private struct Taking {
        var call: UInt64
        var end: UInt64
        var units: Int
        var told: Int
    }

    private var takings: [Taking] = []
    private let taken: Sums
    private let back: Sums
    private let units: Int

    init(_ history: History, _ holds: [Hold], _ facts: RunFacts) {
        units = facts.epoch.units
        let lapses = facts.rules.lapsesNanoseconds ?? 0
        let paid = Set(holds.lazy.filter(\.isPaidInTime).map(\.reserve.id))
        var back = facts.epoch.restocks.map { (instant: $0.invokedNs, units: $0.plausibleUnits) }
        // A purchase of which nobody knows which hold is meant may give back what each of its attempts wanted.
        var wanted: [Int: Int] = [:]
        for (_, record) in history.records where record.phase == .reserve {
            wanted[record.purchase, default: 0] += record.quantity
            let call = record.invokedNanoseconds
            guard record.outcome == .held || record.outcome == .won, let end = record.returnedNanoseconds else {
                continue
            }
            takings.append(
                Taking(call: call, end: max(end, call), units: record.quantity, told: max(0, record.remaining ?? 0)))
            guard record.outcome == .held, !paid.contains(record.id) else { continue }
            let (lapse, isBeyond) = call.addingReportingOverflow(lapses)
            if !isBeyond { back.append((lapse, record.quantity)) }
        }
        for (_, record) in history.records where record.phase != .reserve {
            guard record.phase == .cancel || record.outcome != .won else { continue }
            back.append((record.invokedNanoseconds, max(record.quantity, wanted[record.purchase] ?? 0)))
        }
        taken = Sums(takings.map { ($0.end, $0.units) })
        self.back = Sums(back)
    }

    /// The earliest instant after which more was taken than there can have been.
    var firstOverReserved: OverReserved? {
        takings.lazy.compactMap { taking in
            let available = units + back.until(taking.end)
            let reserved = taken.until(taking.end)
            if reserved > available {
                return OverReserved(instant: taking.end, reserved: reserved, available: available)
            }
            // Nothing that is larger can be a number of units.
            let (before, told) = (taken.before(taking.call) + taking.units, min(taking.told, 1 << 53))
            guard before + told > available else { return nil }
            return OverReserved(instant: taking.end, reserved: before, told: told, available: available)
        }.min { $0.instant < $1.instant }
    }
}

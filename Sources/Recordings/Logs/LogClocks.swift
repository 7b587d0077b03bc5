internal import FlashSale

/// How finely the times of a log are told, and so how far each may be from what it says.
struct LogClocks: Sendable {
    struct Time: Sendable {
        var first = ClockUnit()
        var second = ClockUnit()
        var operation = LogTerm.Operation.plus

        /// Nanoseconds by which it may have been earlier than told.
        var earlier: Int64 { first.earlier + (operation == .minus ? second.later : second.earlier) }
        /// Nanoseconds by which it may have been later than told.
        var later: Int64 { first.later + (operation == .minus ? second.earlier : second.later) }
    }

    var invoked = Time()
    var returned = Time()

    var widening: TimeWidening {
        var widening = TimeWidening()
        widening.invokedEarlier = UInt64(invoked.earlier)
        widening.invokedLater = UInt64(invoked.later)
        widening.returnedEarlier = UInt64(returned.earlier)
        widening.returnedLater = UInt64(returned.later)
        return widening
    }

    /// `invoked (start_ms) in whole milliseconds`, and so on.
    func words(_ plan: LogPlan) -> String {
        var words: [String] = []
        var seen: Set<Int> = []
        let parts = [
            (plan.invoked.first, invoked.first), (plan.invoked.second, invoked.second),
            (plan.returned.first, returned.first), (plan.returned.second, returned.second),
        ]
        for (places, unit) in parts {
            guard let slot = places.first?.slot, seen.insert(slot).inserted else { continue }
            words.append("\(UnitText.shown(plan.columns[slot])) has \(unit.words)")
        }
        return words.joined(separator: ", ")
    }

    var areExact: Bool { invoked.earlier == 0 && returned.later == 0 }
}

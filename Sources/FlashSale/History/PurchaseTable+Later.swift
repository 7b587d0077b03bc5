/// What follows holds, where purchases take their time.
extension PurchaseTable {
    /// What followed the hold of one purchase.
    struct Later: BitwiseCopyable {
        /// A bit for each place of ``LaterAttempt``.
        var places: UInt8 = 0
        var isPaid = false
        var isCancelled = false
        var isUnknown = false

        var count: Int { places.nonzeroBitCount }

        /// nil where the hold lapsed. A buyer who paid and cancelled has given it back, or has it: that is not known.
        var ending: Purchase.Ending? {
            if isUnknown || isPaid && isCancelled { return .unknown }
            return isPaid ? .won : isCancelled ? .returned : nil
        }
    }

    /// Whether purchases have parts that follow each other.
    package var takeTheirTime: Bool { phases != nil }

    /// - Parameter before: the last attempt so far to reserve.
    mutating func takeLater(_ record: RecordView, of before: Position, in history: History, plan: Plan) {
        let purchase = record.purchase
        guard phases != nil, before != Self.none else {
            irregular.insert(purchase)
            return
        }
        let hold = history.record(at: before)
        let place = record.number - plan.attempts
        guard hold.outcome == .held, (1...PhasePlan.numbers).contains(place), plan.hasLater(record),
            LaterAttempt.phase(ofPlace: place) == record.phase, record.quantity == hold.quantity,
            record.invokedNanoseconds >= hold.returnedNanoseconds ?? .max,
            later[purchase - 1].places & 1 << UInt8(place) == 0
        else {
            irregular.insert(purchase)
            return
        }
        if let ending = later[purchase - 1].ending { laterEndings[ending, default: 0] -= 1 }
        later[purchase - 1].places |= 1 << UInt8(place)
        switch record.outcome {
        case .won: later[purchase - 1].isPaid = true
        case .returned: later[purchase - 1].isCancelled = true
        case .unknown: later[purchase - 1].isUnknown = true
        case .soldOut, .conflict, .duplicate, .failed, .held: break
        }
        if let ending = later[purchase - 1].ending { laterEndings[ending, default: 0] += 1 }
        missingLater -= 1
    }

    /// How a planned purchase ended whose last attempt to reserve ended so.
    package func ending(of purchase: Int, _ outcome: Outcome) -> Purchase.Ending {
        guard outcome == .held, !later.isEmpty else { return Purchase.Ending(outcome) }
        return later[purchase - 1].ending ?? .lapsed
    }

    /// How many planned purchases ended so, of those that started.
    func ends(as ending: Purchase.Ending) -> Int {
        let own = Outcome.allCases.reduce(0) { $0 + (Purchase.Ending($1) == ending ? endings[$1] : 0) }
        guard ending == .lapsed else { return own + laterEndings[ending, default: 0] }
        return own - laterEndings.values.reduce(0, +)
    }
}

extension PurchaseTable.Plan {
    /// Whether an attempt that follows a hold is what the scenario says of its number.
    func hasLater(_ record: RecordView) -> Bool {
        record.id == Scenario.attemptID(purchase: record.purchase, number: record.number, attempts: numbers)
            && record.buyer == Scenario.buyer(ofPurchase: record.purchase, purchasesPerBuyer: purchasesPerBuyer)
    }
}

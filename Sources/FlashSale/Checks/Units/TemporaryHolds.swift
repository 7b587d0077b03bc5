/// Units that buyers may have had for a time, beside what they bought: they gave them back, or these lapsed.
struct TemporaryHolds {
    private struct Hold {
        var invoked: UInt64
        /// The last instant at which it can have been there.
        var end: UInt64
        var quantity: Int
    }

    private var byBuyer: [Int: [Hold]] = [:]

    /// - Parameter buyers: whose holds are asked for.
    init(_ facts: RunFacts, _ resolution: Resolution, of buyers: Set<Int>) {
        guard facts.unitsComeBack, !buyers.isEmpty else { return }
        let lapses = facts.rules.lapsesNanoseconds != nil
        for (_, record) in facts.recorded.history.records where buyers.contains(record.buyer) {
            let end: UInt64
            if record.outcome == .returned {
                end = record.returnedNanoseconds ?? .max
            } else if lapses, record.outcome.mayLeaveHold {
                end = .max
            } else {
                continue
            }
            byBuyer[record.buyer, default: []].append(
                Hold(invoked: record.invokedNanoseconds, end: end, quantity: record.quantity))
        }
        // One without an order bought nothing, but may have had units for a while.
        for unknown in resolution.disprovenUnknowns where buyers.contains(unknown.buyer) {
            byBuyer[unknown.buyer, default: []].append(
                Hold(invoked: unknown.invokedNanoseconds, end: .max, quantity: unknown.mostQuantity))
        }
    }

    /// The most units that the attempt's buyer can have held at an instant of its own time, its bought ones left out.
    func most(during attempt: Attempt) -> Int {
        let end = attempt.returnedNanoseconds ?? .max
        return (byBuyer[attempt.buyer] ?? []).reduce(0) { sum, hold in
            hold.invoked <= end && hold.end >= attempt.invokedNanoseconds ? sum + hold.quantity : sum
        }
    }
}

/// Units that buyers may have had for a time, beside what they bought: they gave them back, or these lapsed.
struct TemporaryHolds {
    /// A buyer's holds: units by the instants from which, and after which, they can be there.
    private struct Holds {
        var begins = RunningSum()
        var ends = RunningSum()
    }

    private var byBuyer: [Int: Holds] = [:]

    /// - Parameter buyers: whose holds are asked for.
    init(_ facts: RunFacts, _ resolution: Resolution, of buyers: Set<Int>) {
        guard facts.unitsComeBack, !buyers.isEmpty else { return }
        let lapses = facts.rules.lapsesNanoseconds != nil
        for (_, record) in facts.recorded.history.records where buyers.contains(record.buyer) {
            if lapses, record.mayLeaveHold {
                add(record.quantity, of: record.buyer, from: record.invokedNanoseconds, to: nil)
            } else if record.mayHaveHeld(facts.rules) {
                let invoked = record.invokedNanoseconds
                add(
                    record.quantity, of: record.buyer, from: invoked,
                    to: record.returnedNanoseconds.map { max(invoked, $0) })
            }
        }
        // One without an order bought nothing, but may have had units for a while.
        for unknown in resolution.disprovenUnknowns where buyers.contains(unknown.buyer) {
            add(unknown.mostQuantity, of: unknown.buyer, from: unknown.invokedNanoseconds, to: nil)
        }
        for buyer in byBuyer.keys {
            byBuyer[buyer]?.begins.sort()
            byBuyer[buyer]?.ends.sort()
        }
    }

    private mutating func add(_ units: Int, of buyer: Int, from call: UInt64, to end: UInt64?) {
        byBuyer[buyer, default: Holds()].begins.add(units, at: call)
        if let end { byBuyer[buyer, default: Holds()].ends.add(units, at: end) }
    }

    /// The most units that the attempt's buyer can have held at instants of its own time, its bought ones left out.
    func most(during attempt: Attempt) -> Int {
        guard let holds = byBuyer[attempt.buyer] else { return 0 }
        let end = max(attempt.invokedNanoseconds, attempt.returnedNanoseconds ?? .max)
        return holds.begins.sum(upTo: end) - holds.ends.sum(before: attempt.invokedNanoseconds)
    }
}

/// Numbers at instants, and their sums up to any.
private struct RunningSum {
    private var entries: [(instant: UInt64, sum: Int)] = []

    mutating func add(_ number: Int, at instant: UInt64) { entries.append((instant, number)) }

    /// To be called once, after all are there.
    mutating func sort() {
        entries.sort { $0.instant < $1.instant }
        for index in entries.indices.dropFirst() { entries[index].sum += entries[index - 1].sum }
    }

    func sum(upTo instant: UInt64) -> Int { sum { $0 <= instant } }
    func sum(before instant: UInt64) -> Int { sum { $0 < instant } }

    private func sum(_ isWithin: (UInt64) -> Bool) -> Int {
        let later = entries.partitioningIndex { !isWithin($0.instant) }
        return later == 0 ? 0 : entries[later - 1].sum
    }
}

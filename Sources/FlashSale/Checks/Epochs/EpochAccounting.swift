/// ``ExactAccounting`` where the stock was reset: the account of each epoch, and of neighbouring ones together, since an attempt
/// that was under way between two belongs to one of them.
///
/// Where the server may have forgotten sales, what is missing in its count is not this check's: ``AcknowledgedSales`` tells of it.
enum EpochAccounting {
    private static let name = CheckName.exactAccounting

    static func check(_ facts: RunFacts, _ resolution: Resolution, _ epochs: SaleEpochs) -> CheckResult {
        if case .unread = facts.epoch.stock {
            return CheckResult(name, .notApplicable, "the stock at the end is not known (--remaining)")
        }
        if let problem = epochs.problem { return CheckResult(name, .inconclusive, problem) }
        let sums = EpochSums(facts, resolution, epochs)
        var differences = differences(sums, epochs, resolution)
        if differences.isEmpty, let orders = orders(facts, resolution, epochs, sums) { differences = [orders] }
        guard differences.isEmpty else {
            let detail = differences.joined(separator: "; ")
            let doubt: String? =
                facts.hasStragglers
                ? "connections of this run may have been alive on the server at the final read"
                : facts.rules.lapsesNanoseconds != nil ? "units that lapse may have come back in another epoch" : nil
            return CheckResult(name, .violated, detail).doubted(doubt)
        }
        return whole(facts, resolution, epochs, sums)
    }

    /// What contradicts the account, in words: in single epochs, or else in the fewest neighbouring ones.
    private static func differences(
        _ sums: EpochSums, _ epochs: SaleEpochs, _ resolution: Resolution
    ) -> [String] {
        for length in 1...sums.count {
            var found: [String] = []
            for first in 0...(sums.count - length) {
                let last = first + length - 1
                guard let left = sums.left(first, last) else { continue }
                let sold = sums.certain(first, last)
                let place = epochs.name(first, to: last)
                if left.isRead, let deficit = sums.deficit(first, last), deficit > 0 {
                    found.append(
                        "\(place) buyers were sold \(sold.counted("unit")), but "
                            + (left.units >= 0
                                ? "only \(left.units.grouped) left the stock"
                                : "\((-left.units).counted("unit")) came back to the stock")
                            + ": \(deficit.counted("unit")) sold without being taken")
                }
                if let excess = sums.excess(first, last), excess > 0, !resolution.historyHasGaps {
                    found.append(
                        "\(place) \(left.units.counted("unit")) left the stock, but buyers were sold only \(sold.grouped), and attempts "
                            + "that may have taken more explain at most \((left.units - sold - excess).grouped): "
                            + "\(excess.counted("unit")) lost")
                }
            }
            if !found.isEmpty { return found }
        }
        return []
    }

    /// Where a server only went back, its stock and its orders went back together.
    private static func orders(
        _ facts: RunFacts, _ resolution: Resolution, _ epochs: SaleEpochs, _ sums: EpochSums
    ) -> String? {
        guard epochs.isOneStock, facts.epoch.ledger?.isAtomic == true, facts.rules.lapsesNanoseconds == nil,
            sums.maybeRestocked(0, sums.count - 1) == 0, let left = sums.left(0, sums.count - 1),
            let ordered = LedgerUnits.count(facts, resolution), ordered != left.units
        else { return nil }
        return
            "\(left.units.counted("unit")) left the stock, but the ledger has orders for \(ordered.grouped), although the strategy writes "
            + "both in one transaction"
    }

    private static func whole(
        _ facts: RunFacts, _ resolution: Resolution, _ epochs: SaleEpochs, _ sums: EpochSums
    ) -> CheckResult {
        let count = "\(sums.count.counted("epoch")) (\(epochs.resetNames()))"
        if let pieces = sums.exactPieces {
            let left = pieces.reduce(0) { $0 + sums.certain($1.lowerBound, $1.upperBound) }
            return CheckResult(
                name, .upheld,
                "\(left.counted("unit")) left the stock in \(count); buyers hold as many and none is unaccounted for")
        }
        if let left = sums.left(0, sums.count - 1), epochs.isOneStock, facts.epoch.ledger?.isAtomic == true,
            LedgerUnits.count(facts, resolution) == left.units, left.units >= sums.certain(0, sums.count - 1)
        {
            return CheckResult(
                name, .upheld,
                "\(left.units.counted("unit")) left the stock in \(count), and each has its order, written as it was taken"
            )
        }
        if let part = (0..<sums.count).first(where: { sums.left($0, $0) == nil }) {
            return CheckResult(
                name, .inconclusive,
                "what left the stock \(epochs.name(part)) could not be counted; nothing contradicts the account of the rest"
            )
        }
        let forgotten = (0..<sums.count).contains { first in
            (first..<sums.count).contains { sums.deficit(first, $0) ?? 0 > 0 }
        }
        return CheckResult(
            name, .inconclusive,
            forgotten
                ? "what left the stock cannot be counted, since the server forgot some of it (see acknowledged-sales-kept)"
                : "nothing contradicts the account in \(count), but attempts without a clear end, or under way while the stock was "
                    + "reset, may have taken units or not")
    }
}

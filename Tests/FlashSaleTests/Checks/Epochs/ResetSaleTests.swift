import FlashSale
import Testing

/// Small sales whose server is struck in the middle: a right scheme is accused of nothing, and what the server forgot is told as
/// such; a wrong one is found in each epoch.
@Suite struct ResetSaleTests {
    @Test("a right scheme is never accused, and what was forgotten is told where orders tell", arguments: 0..<8)
    func right(_ slice: UInt64) {
        var (forgot, kept, alarms) = (0, 0, 0)
        for seed in slice * 3000..<(slice + 1) * 3000 where alarms < 5 {
            let sale = ResetSale(seed: seed)
            let sold = sale.history.filter { $0.outcome == .won }.reduce(0) { $0 + $1.quantity }
            for check in Checks.ofSale(sale.facts) {
                switch check.name {
                case .acknowledgedSalesKept:
                    let isUndone = sale.acknowledgedForgotten > 0 || sale.unitsAgain > 0 || !sale.forgotten.isEmpty
                    if check.result == .violated {
                        forgot += 1
                        #expect(isUndone, "seed \(seed): \(check.detail)")
                        if !isUndone { alarms += 1 }
                    } else if sale.keepsOrders {
                        if sale.acknowledgedForgotten == 0 { kept += 1 }
                        #expect(sale.acknowledgedForgotten == 0, "seed \(seed): \(check.detail)")
                    }
                case .noOversell:
                    #expect(check.result == .violated || sold <= sale.units, "seed \(seed): \(check.detail)")
                    #expect(check.result != .violated || sale.taken > sale.units, "seed \(seed): \(check.detail)")
                default:
                    guard check.result == .violated else { continue }
                    alarms += 1
                    Issue.record("seed \(seed): \(check.name): \(check.detail) \(check.evidence.map(\.detail)) \(sale)")
                }
            }
        }
        #expect(forgot > 300)
        #expect(kept > 300)
    }

    @Test("a unit that is sold twice within an epoch is found")
    func soldTwice() {
        var found = 0
        for seed in UInt64(0)..<6000 {
            var sale = ResetSale(seed: seed)
            guard sale.tellsRemaining else { continue }
            // Two that certainly are of one epoch.
            let last = sale.resets.last?.endedNs ?? 0
            let own = sale.history.indices.filter {
                sale.history[$0].outcome == .won && sale.history[$0].invokedNanoseconds > last
            }
            guard own.count > 1, !strays(sale) else { continue }
            sale.history[own[1]].remaining = sale.history[own[0]].remaining
            let check = Checks.ofSale(sale.facts).first { $0.name == .uniqueUnits }
            // Of quantities that differ, it may be another unit that is told twice.
            #expect(check?.result == .violated, "seed \(seed): \(check?.detail ?? "")")
            found += 1
        }
        #expect(found > 200)
    }

    /// Whether somebody who sold nothing lasted across a reset.
    private func strays(_ sale: ResetSale) -> Bool {
        sale.history.contains { attempt in
            attempt.outcome != .won
                && sale.resets.contains {
                    attempt.invokedNanoseconds <= $0.endedNs && attempt.returnedNanoseconds ?? .max >= $0.startedNs
                }
        }
    }

    @Test("a unit that vanishes within the last epoch is found where nothing was under way")
    func vanished() {
        var found = 0
        for seed in UInt64(0)..<6000 {
            var sale = ResetSale(seed: seed)
            guard let left = sale.stock, left > 0, !sale.history.contains(where: { $0.outcome == .unknown }),
                !strays(sale)
            else { continue }
            let lasting = sale.history.contains { attempt in
                sale.resets.contains {
                    attempt.invokedNanoseconds <= $0.endedNs && attempt.returnedNanoseconds ?? .max >= $0.startedNs
                }
            }
            guard !lasting else { continue }
            sale.stock = left - 1
            let check = Checks.ofSale(sale.facts).first { $0.name == .exactAccounting }
            #expect(check?.result == .violated, "seed \(seed): \(check?.detail ?? "")")
            found += 1
        }
        #expect(found > 20)
    }
}

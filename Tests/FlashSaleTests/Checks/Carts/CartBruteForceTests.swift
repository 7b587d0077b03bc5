import FactsTestSupport
import FlashSale
import Testing

/// The checks of carts against all orders of small random histories, of which about half are valid.
@Suite struct CartBruteForceTests {
    /// Those that look at answers and stocks; without orders and limits the others have nothing to say.
    private static var checks: [Check] {
        Checks.ofSale.filter { [.noOversell, .exactAccounting, .uniqueUnits, .linearizable].contains($0.name) }
    }

    /// Ten parts of 10,000 histories.
    @Test("who is accused has no order, and who has none is accused where that is claimed", arguments: 0..<10)
    func agrees(part: Int) {
        let checks = Self.checks
        var (valid, missable, caught, onlyTogether) = (0, 0, 0, 0)
        for number in 0..<10_000 {
            let seed = UInt64(part * 10_000 + number)
            var carts = SmallCarts(seed: seed)
            if seed % 8 != 0 { carts.perturb() }
            if seed % 8 == 1 { carts.perturb() }
            let isValid = carts.isValid
            let verdict = carts.sale.verdict(checks)
            let violated = verdict.checks.filter { $0.result == .violated }
            if isValid {
                valid += 1
                #expect(violated.isEmpty, "seed \(seed): \(violated) \(carts.sale.attempts)")
            } else if carts.isComplete {
                caught += 1
                #expect(!violated.isEmpty, "seed \(seed) is missed: \(carts.sale)")
                if verdict.items.allSatisfy({ $0.verdict.result != .violated }) {
                    onlyTogether += 1
                    #expect(violated.map(\.name) == [.linearizable], "seed \(seed): \(violated)")
                    #expect(violated.allSatisfy { !$0.evidence.isEmpty })
                }
            } else {
                missable += 1
            }
            if !carts.isPerturbed { #expect(isValid, "seed \(seed): the model is wrong") }
        }
        #expect(
            valid > 2_500 && caught > 1_000 && missable > 300, "\(valid) valid, \(caught) caught, \(missable) others")
        #expect(onlyTogether > 80, "\(onlyTogether) are seen only over all items")
    }

    @Test("no right sale of carts with orders is accused of anything, whatever its answers", arguments: 0..<2)
    func noFalseAlarm(part: Int) {
        for number in 0..<10_000 {
            let seed = UInt64(1_000_000 + part * 10_000 + number)
            let carts = SmallCarts(seed: seed, withOrders: true)
            let verdict = carts.sale.verdict()
            let violated = verdict.checks.filter { $0.result == .violated }
            #expect(violated.isEmpty, "seed \(seed): \(violated) \(carts.sale)")
            #expect(verdict.items.allSatisfy { $0.verdict.result != .violated }, "seed \(seed)")
        }
    }
}

import Exploration
import FlashSale
import Testing

/// Buyers who come later than they could.
struct LateBuyerTests {
    /// Two buyers of one unit who look and then take; the second one is not seen before so many steps are over, as long as that lasts.
    private struct LateSale: SteppedSale {
        var sale = ModelSale(.readAndWrite, buyers: 2, units: 1)
        /// Executions in which the second is late.
        var lateExecutions: Int
        var executions = 0
        var steps = 0

        var buyers: Int { sale.buyers }
        var areAlike: Bool { sale.areAlike }
        var notes: [String] { [] }
        var disturbance: String? { nil }
        func number(of buyer: Int) -> Int { buyer }
        var isLate: Bool { executions <= lateExecutions && steps < 2 }
        var mayBeLate: Bool { true }
        var isSomebodyAway: Bool { isLate }

        mutating func begin() throws(RunError) {
            executions += 1
            steps = 0
            sale.begin()
        }

        mutating func offers() throws(RunError) -> [Offer] {
            sale.offers().filter { !isLate || $0.choice.buyer == 0 }
        }

        mutating func take(_ offer: Offer) throws(RunError) -> Taken {
            steps += 1
            return sale.take(offer)
        }

        mutating func look() throws(RunError) -> (stock: Int?, orders: Int?) { sale.look() }
        func leftovers() -> Set<String> { [] }
        mutating func hasLearned() throws(RunError) -> Bool { false }
        mutating func facts() throws(RunError) -> RunFacts { sale.facts() }
    }

    @Test("whoever was late the first time is met with all orders in the end", arguments: [0, 1, 2])
    func late(_ executions: Int) throws {
        var sale = LateSale(lateExecutions: executions)
        var isOversold = false
        let (end, counts) = try Explorer.explore(&sale, within: ExplorationBounds()) {
            (_, sale: inout LateSale) throws(RunError) in
            if sale.sale.winners > 1 { isOversold = true }
            return true
        }
        #expect(end == .complete && isOversold, "\(counts)")
        #expect((counts.late > 0) == (executions > 0), "\(counts)")
    }
}

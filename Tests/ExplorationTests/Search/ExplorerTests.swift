import Exploration
import FlashSale
import Testing

/// The search, on sales in memory.
struct ExplorerTests {
    /// The numbers of orders that differ for somebody, counted by hand for two buyers and by another program for more.
    @Test(arguments: [
        (ModelSale.Scheme.watch, 2, 1, 6), (.watch, 3, 1, 27), (.watch, 3, 2, 48), (.watch, 4, 1, 108),
        (.watch, 4, 2, 464), (.watch, 4, 4, 572), (.readAndWrite, 2, 1, 4), (.readAndWrite, 3, 1, 21),
        (.readAndWrite, 4, 1, 148),
    ])
    func everyOrderOnce(_ scheme: ModelSale.Scheme, _ buyers: Int, _ units: Int, _ orders: Int) throws {
        var sale = ModelSale(scheme, buyers: buyers, units: units, areAlike: false)
        let (end, counts) = try Explorer.explore(&sale, within: .init()) { _, _ in true }
        #expect(end == .complete && counts.complete == orders && counts.unsteady == nil && counts.givenUp == 0)
    }

    /// What can come of a sale is the same with every order and with one for each kind.
    @Test(arguments: [(ModelSale.Scheme.watch, 2), (.watch, 3), (.readAndWrite, 2), (.readAndWrite, 3)])
    func leavesOutNothingThatMatters(_ scheme: ModelSale.Scheme, _ buyers: Int) throws {
        func ends(exhaustive: Bool, areAlike: Bool) throws -> (Set<Int>, Int) {
            var sale = ModelSale(scheme, buyers: buyers, units: 1, areAlike: areAlike)
            var bounds = ExplorationBounds()
            bounds.isExhaustive = exhaustive
            var ends: Set<Int> = []
            let (end, counts) = try Explorer.explore(&sale, within: bounds) { _, sale in
                ends.insert(sale.winners)
                return true
            }
            #expect(end == .complete)
            return (ends, counts.complete)
        }
        let all = try ends(exhaustive: true, areAlike: true)
        let named = try ends(exhaustive: false, areAlike: false)
        let alike = try ends(exhaustive: false, areAlike: true)
        #expect(all.0 == named.0 && named.0 == alike.0)
        #expect(all.1 > named.1 && named.1 > alike.1)
    }

    /// The first order that goes wrong has as few switches as can be.
    @Test func fewestSwitchesFirst() throws {
        var sale = ModelSale(.readAndWrite, buyers: 3, units: 1)
        var costs: [Int] = []
        _ = try Explorer.explore(&sale, within: .init()) { execution, sale in
            costs.append(execution.cost)
            return sale.winners < 2
        }
        #expect(costs.last == 1 && costs == costs.sorted())
    }

    /// Every order with up to so many switches was made where it is cut off.
    @Test func tellsHowFarItCame() throws {
        var sale = ModelSale(.watch, buyers: 3, units: 2)
        var bounds = ExplorationBounds()
        bounds.executions = 10
        let (end, counts) = try Explorer.explore(&sale, within: bounds) { _, _ in true }
        guard case .cut(let cost) = end else {
            Issue.record("\(end)")
            return
        }
        #expect(counts.executions == 10 && counts.waiting > 0 && (0...2).contains(cost))
    }

    /// Somebody for whom something else decides than the order is found out.
    @Test func noticesWhoIsUnsteady() throws {
        var sale = ModelSale(.watch, buyers: 2, units: 1)
        sale.moodyOrder = 3
        let (_, counts) = try Explorer.explore(&sale, within: .init()) { _, _ in true }
        #expect(counts.unsteady?.contains("step") == true)
        sale.moodyOrder = nil
        let (_, steady) = try Explorer.explore(&sale, within: .init()) { _, _ in true }
        #expect(steady.unsteady == nil)
    }
}

import Exploration
import FlashSale
import Testing

/// Orders that are the same for all who take part, and differ in what was over before what began.
struct EqualOrdersTests {
    /// Of an order, and of all that are the same.
    private struct Group {
        var execution: Execution
        var precedences: Set<[Bool]> = []
    }

    private static func attempts(_ execution: Execution, _ places: [Int]) -> [Attempt] {
        (0..<3).map { buyer in
            let own = execution.steps.indices.filter { execution.steps[$0].offer.choice.buyer == buyer }.map {
                places[$0]
            }
            return Attempt(
                id: buyer + 1, purchase: buyer + 1, buyer: buyer + 1,
                invokedNanoseconds: StepTime.invoked(at: own.min()!),
                returnedNanoseconds: StepTime.returned(at: own.max()!), outcome: .won)
        }
    }

    private static func precedence(_ attempts: [Attempt]) -> [Bool] {
        attempts.flatMap { first in attempts.map { first.returnedNanoseconds! < $0.invokedNanoseconds } }
    }

    /// Which step of a key came before which, where one of the two is a write.
    private static func trace(_ execution: Execution) -> [String] {
        var pairs: [String] = []
        for (second, step) in execution.steps.enumerated() {
            for first in execution.steps[..<second]
            where first.offer.footprint.dependsOn(step.offer.footprint)
                && first.offer.choice.buyer != step.offer.choice.buyer
            {
                pairs.append("\(first.offer.words) < \(step.offer.words)")
            }
        }
        return pairs.sorted()
    }

    /// Against all orders: none that is made up, and none in which more was over before something else.
    @Test func findsThoseWithTheMostBeforeOthers() throws {
        var random = SplitMix64(seed: 3)
        var found = 0
        for _ in 1...60 {
            let touches = (0..<3).map { _ in
                (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    KeySale.Touch(key: Int.random(in: 0...2, using: &random), isWrite: Bool.random(using: &random))
                }
            }
            var sale = KeySale(touches)
            var bounds = ExplorationBounds()
            bounds.isExhaustive = true
            var groups: [[String]: Group] = [:]
            _ = try Explorer.explore(&sale, within: bounds) { execution, _ in
                let own = Self.precedence(Self.attempts(execution, Array(execution.steps.indices)))
                groups[Self.trace(execution), default: Group(execution: execution)].precedences.insert(own)
                return true
            }
            for group in groups.values {
                let attempts = Self.attempts(group.execution, Array(group.execution.steps.indices))
                let orders = EqualOrders(of: group.execution).places(for: attempts).map {
                    Self.precedence(Self.attempts(group.execution, $0))
                }
                found += orders.count
                #expect(Set(orders).isSubset(of: group.precedences), "\(touches)")
                let most = orders + [Self.precedence(attempts)]
                for other in group.precedences {
                    #expect(most.contains { zip($0, other).allSatisfy { $0 || !$1 } }, "\(touches)")
                }
            }
        }
        #expect(found > 100)
    }
}

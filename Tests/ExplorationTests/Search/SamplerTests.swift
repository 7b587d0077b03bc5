import Exploration
import FlashSale
import Testing

/// Orders that are drawn.
struct SamplerTests {
    @Test func theSameSeedDrawsTheSame() throws {
        func orders(_ seed: UInt64) throws -> [String] {
            var sale = ModelSale(.readAndWrite, buyers: 4, units: 2)
            var orders: [String] = []
            _ = try Sampler.sample(&sale, count: 50, depth: 3, seed: seed, within: .init()) { execution, _ in
                orders.append(execution.schedule.steps.map(\.choice.description).joined(separator: ","))
                return true
            }
            return orders
        }
        let first = try orders(7)
        #expect(first.count == 50 && Set(first).count > 10)
        #expect(try orders(7) == first && orders(8) != first)
    }

    /// As many orders as are wanted for one in a thousand meet a race of ten buyers; a right scheme is never accused.
    @Test func meetsARaceOfMany() throws {
        var sale = ModelSale(.readAndWrite, buyers: 10, units: 1)
        var worst = 0
        let (summary, counts) = try Sampler.sample(&sale, count: 400, depth: 2, seed: 1, within: .init()) { _, sale in
            worst = max(worst, sale.winners)
            return true
        }
        #expect(worst > 1 && summary.orders == 400 && summary.byPriority == 300 && counts.complete == 400)
        #expect(summary.steps > 10 && summary.steps <= 20)
        var right = ModelSale(.watch, buyers: 10, units: 1)
        _ = try Sampler.sample(&right, count: 400, depth: 2, seed: 1, within: .init()) { _, sale in
            #expect(sale.winners == 1)
            return true
        }
    }

    /// As the paper has it.
    @Test func tellsWhatMayHaveBeenMissed() {
        let summary = Sampler.Summary(orders: 3680, byPriority: 2760, depth: 2, buyers: 10, steps: 40, isCut: false)
        #expect(abs(summary.missedAtMost - 0.001) < 0.0001 && abs(summary.wanted - 2764) <= 1)
        #expect(
            Sampler.Summary(orders: 0, byPriority: 0, depth: 2, buyers: 10, steps: 0, isCut: true).missedAtMost == 1)
    }
}

import FactsTestSupport
import FlashSale
import Testing

/// A worker that is killed leaves an attempt without an answer for each of its clients, for different numbers of units, all under
/// way at one moment. Their orders say that they took effect, and where they did has to be found.
struct ManyLostAnswersTests {
    private static let lost = 20
    private static let steps = 400

    /// Takings one after the other, twenty of them without an answer.
    private static func facts(seed: UInt64) -> RunFacts {
        var generator = SplitMix64(seed: seed)
        let killed = Set((200..<260).shuffled(using: &generator).prefix(lost))
        let quantities = (0..<steps).map { _ in Int.random(in: 1...3, using: &generator) }
        let units = quantities.reduce(0, +)
        var left = units
        var attempts: [Attempt] = []
        var orders: [Ledger.Order] = []
        for (step, quantity) in quantities.enumerated() {
            left -= quantity
            let instant = 10_000 + UInt64(step) * 10
            let isLost = killed.contains(step)
            attempts.append(
                Attempt(
                    id: step + 1, purchase: step + 1, buyer: step + 1, worker: isLost ? 1 : 0,
                    invokedNanoseconds: instant - UInt64.random(in: 0...500, using: &generator),
                    returnedNanoseconds: isLost ? nil : instant + UInt64.random(in: 0...100, using: &generator),
                    outcome: isLost ? .unknown : .won, quantity: quantity, remaining: isLost ? nil : left))
            orders.append(Ledger.Order(attempt: step + 1, purchase: nil, buyer: step + 1))
        }
        return RunFacts(
            units: units, history: History(attempts),
            ledger: Ledger(orders: orders, isAtomic: true, unreadable: []), finalStock: .units(0), tellsPurchases: true)
    }

    @Test("an order of them is found", arguments: 1...60)
    func found(_ seed: Int) throws {
        let results = Checks.ofSale(Self.facts(seed: UInt64(seed)))
        let check = try #require(results.first { $0.name == .linearizable })
        #expect(check.result == .upheld, "\(check.detail)")
    }
}

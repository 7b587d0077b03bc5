import FactsTestSupport
import FlashSale
import Recordings
import Testing

/// The histories of the items of carts in a temporary file.
struct CartHistoriesTests {
    @Test("they have the same attempts as in memory, with what was told of each item", arguments: 1...20)
    func sameAsInMemory(seed: UInt64) throws {
        var sale = CartFacts(
            items: [("a", 500), ("b", 700), ("c", 900)], lines: 1...3, quantity: 1...2, buyers: 200, seed: seed)
        var generator = SplitMix64(seed: seed)
        sale.attempts = (1...200).map { purchase in
            let outcomes: [Outcome] = [.won, .soldOut, .unknown, .returned]
            let outcome = outcomes[Int(generator.next() % 4)]
            let lines = sale.picker.lines(ofPurchase: purchase)
            return Attempt(
                id: purchase, purchase: purchase, buyer: purchase, client: purchase % 7,
                invokedNanoseconds: generator.next() % 1000, returnedNanoseconds: outcome == .unknown ? nil : 2000,
                outcome: outcome, quantity: sale.picker.units(ofPurchase: purchase),
                unit: outcome == .won ? LinesLeft.text(lines.indices.map { 100 + purchase + $0 }) : nil)
        }
        let split = try ItemHistories.split(History(sale.attempts), carts: sale.picker)
        let expected = sale.histories()
        #expect(split.count == 3)
        for (item, (own, other)) in zip(split, expected).enumerated() {
            #expect(own.map(\.self) == other.map(\.self))
            let wanting = sale.attempts.filter { attempt in sale.parts(attempt.purchase).contains { $0.item == item } }
            #expect(own.count == wanting.count && own.count > 30)
            for attempt in own {
                let part = try #require(sale.parts(attempt.purchase).first { $0.item == item })
                #expect(attempt.quantity == part.quantity && attempt.unit == nil)
                let lines = sale.picker.lines(ofPurchase: attempt.purchase)
                let last = try #require(lines.lastIndex { $0.item == item })
                #expect(attempt.remaining == (attempt.outcome == .won ? 100 + attempt.purchase + last : nil))
            }
        }
    }

    @Test("an item that nobody wants has an empty history, and so has each of no attempts")
    func empty() throws {
        var sale = CartFacts(items: [("a", 5), ("b", 5), ("c", 5)], lines: 1...1, buyers: 1)
        #expect(try ItemHistories.split(History([]), carts: sale.picker).map(\.count) == [0, 0, 0])
        sale.attempts = [
            Attempt(id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 1, returnedNanoseconds: 2, outcome: .won)
        ]
        #expect(try ItemHistories.split(History(sale.attempts), carts: sale.picker).map(\.count).sorted() == [0, 0, 1])
    }
}

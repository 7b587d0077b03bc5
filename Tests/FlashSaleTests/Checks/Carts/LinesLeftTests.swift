import FactsTestSupport
import FlashSale
import Testing

/// What was left of each line, as text and back, and what it is to an item.
struct LinesLeftTests {
    private static func sale() -> CartFacts {
        let seed = (1...UInt64.max).first { seed in
            let sale = CartFacts(items: [("a", 9), ("b", 9), ("c", 9)], lines: 3...3, buyers: 1, seed: seed)
            return sale.parts(1).count == 2
        }!
        return CartFacts(items: [("a", 9), ("b", 9), ("c", 9)], lines: 3...3, buyers: 1, seed: seed)
    }

    private static func parts(_ text: String?, _ outcome: Outcome = .won) -> [CartReader.Part] {
        let sale = sale()
        let history = History([
            Attempt(
                id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 1, returnedNanoseconds: 2, outcome: outcome,
                quantity: 3, unit: text)
        ])
        let reader = CartReader(sale.picker, names: history.names)
        for (position, record) in history.records { return reader.parts(of: record, at: position) }
        return []
    }

    @Test("an item on two lines is told by the last of them")
    func lastLine() {
        let lines = Self.sale().picker.lines(ofPurchase: 1)
        let parts = Self.parts(LinesLeft.text([8, 7, -6]))
        #expect(parts.count == 2)
        for part in parts {
            let last = lines.lastIndex { $0.item == part.item }!
            #expect(part.remaining == [8, 7, -6][last])
            #expect(part.quantity == lines.filter { $0.item == part.item }.count)
        }
        let silent = Self.parts(LinesLeft.text([8, 7, nil]))
        #expect(silent.first { $0.item == lines[2].item }?.remaining == nil)
    }

    @Test(
        "what is no number for each line tells nothing",
        arguments: [nil, "8,7", "8,7,6,5", "8,x,6", "8,-,6", "8,7,6 ", "8,7,99999999999999999999"])
    func damage(_ text: String?) {
        #expect(Self.parts(text).allSatisfy { $0.remaining == nil })
    }

    @Test("who was refused is told of nothing", arguments: [Outcome.soldOut, .returned, .conflict])
    func refused(_ outcome: Outcome) {
        #expect(Self.parts("8,7,6", outcome).allSatisfy { $0.remaining == nil })
    }
}

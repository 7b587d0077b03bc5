import FactsTestSupport
import FlashSale
import Testing

/// Carts that take one item after the other and put back what they have where one lacks.
struct CartByItemTests {
    /// A sale whose attempts take and give back at instants of their own, between those of others.
    private struct Model {
        var sale: CartFacts
        var refused = 0
        var gaveBack = 0

        private struct Going {
            var lines: [CartLine]
            var taken = 0
            var told: [Int?] = []
            var isRefused = false
        }

        /// - Parameter forgets: whether the second line of a refused cart, where it got one, is never put back.
        init(seed: UInt64, forgets: Bool = false) {
            var random = SeededNumbers(state: seed)
            let count = Int.random(in: 2...3, using: &random)
            let units = (0..<count).map { _ in Int.random(in: 1...3, using: &random) }
            let buyers = Int.random(in: 2...6, using: &random)
            sale = CartFacts(
                items: units.enumerated().map { ("item-\($0)", $1) }, lines: 1...count,
                quantity: 1...Int.random(in: 1...2, using: &random), buyers: buyers,
                seed: UInt64.random(in: 0...(1 << 40), using: &random))
            sale.rules.givesBack = true
            var going = (1...buyers).map { Going(lines: sale.picker.lines(ofPurchase: $0)) }
            var events: [(instant: UInt64, buyer: Int)] = []
            for buyer in 0..<buyers {
                let call = 100 + UInt64.random(in: 0...12, using: &random)
                let end = call + UInt64.random(in: 0...12, using: &random)
                sale.attempts.append(
                    Attempt(
                        id: buyer + 1, purchase: buyer + 1, buyer: buyer + 1, client: buyer, invokedNanoseconds: call,
                        returnedNanoseconds: end, outcome: .won, quantity: sale.picker.units(ofPurchase: buyer + 1)))
                for _ in 0..<2 * going[buyer].lines.count {
                    events.append((UInt64.random(in: call...end, using: &random), buyer))
                }
            }
            var left = units
            for (_, buyer) in events.sorted(by: { $0.instant < $1.instant }) {
                let lines = going[buyer].lines
                if going[buyer].isRefused {
                    guard going[buyer].taken > 0 else { continue }
                    going[buyer].taken -= 1
                    let line = lines[going[buyer].taken]
                    if !forgets || going[buyer].taken != 1 { left[line.item] += line.quantity }
                } else if going[buyer].taken < lines.count {
                    let line = lines[going[buyer].taken]
                    if left[line.item] < line.quantity {
                        going[buyer].isRefused = true
                        refused += 1
                        if going[buyer].taken > 0 { gaveBack += 1 }
                        // What took something may say so, or only that it is refused.
                        sale.attempts[buyer].outcome =
                            going[buyer].taken > 0 && random.chance(70) ? .returned : .soldOut
                    } else {
                        left[line.item] -= line.quantity
                        going[buyer].taken += 1
                        going[buyer].told.append(left[line.item])
                    }
                }
            }
            for buyer in 0..<buyers where sale.attempts[buyer].outcome == .won {
                if random.chance(70) { sale.attempts[buyer].unit = LinesLeft.text(going[buyer].told) }
                if random.chance(15) {
                    sale.attempts[buyer].outcome = .unknown
                    sale.attempts[buyer].returnedNanoseconds = nil
                }
            }
            sale.left = left
        }
    }

    @Test("who puts back what they took is not accused, whoever met whom")
    func noFalseAlarm() {
        var (refused, gaveBack) = (0, 0)
        for seed in 0..<10_000 {
            let model = Model(seed: UInt64(seed))
            refused += model.refused
            gaveBack += model.gaveBack
            let violated = model.sale.verdict().checks.filter { $0.result == .violated }
            #expect(violated.isEmpty, "seed \(seed): \(violated) \(model.sale)")
        }
        #expect(refused > 5_000 && gaveBack > 1_000, "\(refused) refused, \(gaveBack) gave back")
    }

    @Test("what is never put back is found, by the accounts and by the carts")
    func forgets() {
        var found = 0
        for seed in 0..<10_000 {
            let wrong = Model(seed: UInt64(seed), forgets: true).sale
            guard !wrong.attempts.contains(where: { $0.outcome == .unknown }) else { continue }
            var gone = wrong.scenario.units - wrong.left.reduce(0) { $0 + ($1 ?? 0) }
            for attempt in wrong.attempts where attempt.outcome == .won { gone -= attempt.quantity }
            let violated = wrong.verdict().checks.filter { $0.result == .violated }.map(\.name)
            #expect(violated.contains(.cartsWhole) == (gone > 0), "seed \(seed): \(violated) \(wrong)")
            #expect(violated.contains(.exactAccounting) == (gone > 0), "seed \(seed)")
            if gone > 0 { found += 1 }
        }
        #expect(found > 100, "\(found)")
    }
}

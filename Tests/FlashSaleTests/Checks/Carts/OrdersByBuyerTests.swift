import FactsTestSupport
import FlashSale
import Testing

/// Orders of lines of carts that name a buyer, or nobody.
struct OrdersByBuyerTests {
    enum Kind: CaseIterable, Sendable {
        case buyerAndUnits, buyer, nobody

        func order(_ attempt: Attempt, _ units: Int) -> Ledger.Order {
            switch self {
            case .buyerAndUnits: .init(buyer: attempt.buyer, quantity: units)
            case .buyer: .init(buyer: attempt.buyer)
            case .nobody: .init()
            }
        }
    }

    /// A sale that writes an order for each line, or for each item, of every cart that it sells.
    ///
    /// - Parameter isLossy: whether answers get lost, of some attempts that took effect and of some that did not.
    private static func sale(_ seed: UInt64, _ kind: Kind, ofLines: Bool, isLossy: Bool) -> CartFacts {
        var random = SplitMix64(seed: seed)
        var sale = CartFacts(
            items: [("a", 40), ("b", 40)], lines: 2...2, quantity: 1...2, buyers: 4,
            purchasesPerBuyer: Int.random(in: 1...2, using: &random), seed: seed)
        sale.orders = [[], []]
        for purchase in 1...(4 * sale.scenario.purchasesPerBuyer) {
            let lines = sale.picker.lines(ofPurchase: purchase)
            let isLost = isLossy && Int.random(in: 0..<4, using: &random) == 0
            let isSold = Int.random(in: 0..<4, using: &random) > 0
            let attempt = Attempt(
                id: purchase, purchase: purchase, buyer: sale.scenario.buyer(ofPurchase: purchase), client: purchase,
                invokedNanoseconds: UInt64(purchase * 10),
                returnedNanoseconds: isLost ? nil : UInt64(purchase * 10 + 5),
                outcome: isLost ? .unknown : isSold ? .won : .conflict, quantity: lines.reduce(0) { $0 + $1.quantity })
            sale.attempts.append(attempt)
            guard isSold else { continue }
            for line in lines { sale.left[line.item]? -= line.quantity }
            for part in sale.parts(purchase) {
                let units = ofLines ? lines.filter { $0.item == part.item }.map(\.quantity) : [part.quantity]
                sale.orders?[part.item] += units.map { kind.order(attempt, $0) }
            }
        }
        return sale
    }

    @Test("an order for each line is as good as one for each item", arguments: Kind.allCases, [true, false])
    func right(_ kind: Kind, _ ofLines: Bool) {
        var told = 0
        for seed in UInt64(1)...400 {
            for isLossy in [false, true] {
                let sale = Self.sale(seed, kind, ofLines: ofLines, isLossy: isLossy)
                let verdict = sale.verdict()
                for check in verdict.checks where check.result == .violated {
                    Issue.record(
                        "seed \(seed), \(isLossy): \(check.name): \(check.detail) \(check.evidence.map(\.detail))")
                    return
                }
                guard !isLossy else { continue }
                told += verdict.checks.contains { $0.name == .ledger && $0.result == .upheld } ? 1 : 0
            }
        }
        // Where no answer was lost, what buyers were told says which it is, but for the few in which both would do.
        #expect(told > 350, "\(told)")
    }

    @Test("an order of a line that is missing is found", arguments: [Kind.buyerAndUnits, .buyer])
    func missing(_ kind: Kind) {
        var found = 0
        for seed in UInt64(1)...400 {
            var sale = Self.sale(seed, kind, ofLines: true, isLossy: false)
            guard let item = sale.orders?.firstIndex(where: { $0.count > 1 }) else { continue }
            let buyer = sale.orders?[item].last?.buyer
            // Where a buyer has one order only, it is of a cart without lines that differ.
            guard sale.orders?[item].filter({ $0.buyer == buyer }).count == 1 else { continue }
            sale.orders?[item].removeLast()
            let check = sale.verdict().checks.first { $0.name == .ledger }
            #expect(check?.result == .violated, "seed \(seed): \(String(describing: check))")
            found += 1
        }
        #expect(found > 50, "\(found)")
    }

    @Test("where a lost answer makes both possible, nothing is claimed")
    func ambiguous() throws {
        // Two purchases of one buyer: the first wants an item on two lines and won, the second wants it on one line, and its answer was lost. Two
        // orders are the two lines, or the two carts.
        let seed = (1...UInt64.max).first { seed in
            let sale = CartFacts(
                items: [("a", 9), ("b", 9)], lines: 1...2, buyers: 1, purchasesPerBuyer: 2, seed: seed)
            let (first, second) = (sale.picker.lines(ofPurchase: 1), sale.picker.lines(ofPurchase: 2))
            return first.map(\.item) == [0, 0] && second.map(\.item) == [0]
        }!
        var sale = CartFacts(items: [("a", 9), ("b", 9)], lines: 1...2, buyers: 1, purchasesPerBuyer: 2, seed: seed)
        sale.attempts = [
            Attempt(
                id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 1, returnedNanoseconds: 2, outcome: .won, quantity: 2),
            Attempt(
                id: 2, purchase: 2, buyer: 1, invokedNanoseconds: 3, returnedNanoseconds: nil, outcome: .unknown,
                quantity: 1),
        ]
        for (left, orders) in [(7, 2), (6, 3), (6, 2), (7, 1)] {
            sale.left = [left, 9]
            sale.orders = [Array(repeating: .init(buyer: 1), count: orders), []]
            let verdict = sale.verdict()
            #expect(verdict.checks.allSatisfy { $0.result != .violated }, "\(left), \(orders): \(verdict.checks)")
        }
        sale.left = [7, 9]
        sale.orders = [Array(repeating: .init(buyer: 1), count: 2), []]
        let ledger = try #require(sale.verdict().checks.first { $0.name == .ledger })
        #expect(ledger.result == .inconclusive && ledger.detail.contains("cannot be told apart"), "\(ledger)")
    }

    @Test(
        "a purchase that is made again may have its orders of lines for each time",
        arguments: [
            ([1, 2, 1, 2], 6, false), ([2, 1, 1, 2], 6, false), ([1, 2], 3, false), ([1, 2, 1], 6, true),
            ([1, 1, 2, 2, 1, 2], 6, true),
        ])
    func retried(_ orders: [Int], _ gone: Int, _ isWrong: Bool) throws {
        func sale(_ seed: UInt64) -> CartFacts {
            CartFacts(
                items: [("a", 9), ("b", 9)], lines: 2...2, quantity: 1...2, buyers: 1, attempts: 2, seed: seed)
        }
        // One item, on two lines that differ.
        let seed = (1...UInt64.max).first { seed in
            let lines = sale(seed).picker.lines(ofPurchase: 1)
            return lines.map(\.item) == [0, 0] && lines.map(\.quantity).sorted() == [1, 2]
        }!
        for namesUnits in [true, false] {
            var sale = sale(seed)
            sale.scenario.retryUnknown = true
            sale.attempts = [
                Attempt(
                    id: 1, purchase: 1, buyer: 1, number: 1, invokedNanoseconds: 1, returnedNanoseconds: nil,
                    outcome: .unknown, quantity: 3),
                Attempt(
                    id: 2, purchase: 1, buyer: 1, number: 2, invokedNanoseconds: 3, returnedNanoseconds: 4,
                    outcome: .won, quantity: 3),
            ]
            sale.left = [9 - gone, 9]
            sale.orders = [orders.map { .init(purchase: 1, quantity: namesUnits ? $0 : nil) }, []]
            let verdict = sale.verdict()
            let ledger = try #require(verdict.checks.first { $0.name == .ledger })
            #expect((ledger.result == .violated) == isWrong, "\(namesUnits): \(ledger)")
            // That it was sold twice is another check's to say.
            let others = verdict.checks.filter { $0.result == .violated && $0.name != .ledger }.map(\.name)
            #expect(isWrong || others == (gone == 6 ? [.oneUnitPerPurchase] : []), "\(others)")
        }
    }
}

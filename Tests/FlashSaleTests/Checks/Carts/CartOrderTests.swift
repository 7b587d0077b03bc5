import FactsTestSupport
import FlashSale
import Testing

/// What only all items of carts show together, each beside a sale that is right.
struct CartOrderTests {
    /// Carts with one unit of each of two items.
    private static func sale(_ units: [Int], buyers: Int, lines: ClosedRange<Int>? = nil) -> CartFacts {
        let items = units.enumerated().map { ("item-\($0)", $1) }
        let lines = lines ?? units.count...units.count
        let seed = (1...UInt64.max).first { seed in
            let sale = CartFacts(items: items, lines: lines, buyers: buyers, seed: seed)
            return (1...buyers).allSatisfy { sale.parts($0).count == lines.upperBound }
        }!
        return CartFacts(items: items, lines: lines, buyers: buyers, seed: seed)
    }

    /// - Parameter left: of each item, in their order.
    private static func win(_ id: Int, in sale: CartFacts, _ left: [Int?], at time: ClosedRange<UInt64>) -> Attempt {
        Attempt(
            id: id, purchase: id, buyer: id, client: id, invokedNanoseconds: time.lowerBound,
            returnedNanoseconds: time.upperBound, outcome: .won, quantity: sale.picker.units(ofPurchase: id),
            unit: LinesLeft.text(sale.picker.lines(ofPurchase: id).map { left[$0.item] }))
    }

    private static func refused(
        _ id: Int, in sale: CartFacts, _ outcome: Outcome = .soldOut, at time: ClosedRange<UInt64>
    ) -> Attempt {
        Attempt(
            id: id, purchase: id, buyer: id, client: id, invokedNanoseconds: time.lowerBound,
            returnedNanoseconds: time.upperBound, outcome: outcome, quantity: sale.picker.units(ofPurchase: id))
    }

    private static func linearizable(_ sale: CartFacts) -> CheckResult {
        sale.verdict().checks.first { $0.name == .linearizable }!
    }

    @Test("two carts each of which took the first unit of another item are a cycle", arguments: [true, false])
    func cycleOfTwo(_ isRight: Bool) {
        var sale = Self.sale([2, 2], buyers: 2)
        sale.attempts = [
            Self.win(1, in: sale, [1, isRight ? 1 : 0], at: 1...10),
            Self.win(2, in: sale, [0, isRight ? 0 : 1], at: 2...11),
        ]
        sale.left = [0, 0]
        let check = Self.linearizable(sale)
        #expect(check.result == (isRight ? .upheld : .violated), "\(check)")
        // Each item by itself has an order.
        #expect(sale.verdict().items.allSatisfy { $0.verdict.result != .violated })
        guard !isRight else { return }
        #expect(Set(check.evidence[0].attempts.map(\.id)) == [1, 2])
        let detail = check.evidence[0].detail
        #expect(
            detail.contains("took unit 1 of item item-0") && detail.contains("took unit 1 of item item-1"), "\(detail)")
    }

    @Test("a cycle through real time is found, where one of two items is told of", arguments: [true, false])
    func cycleThroughTime(_ isRight: Bool) {
        // 1 before 2 by the first item; 2 before 3 by the second; 3 had ended when 1 was called.
        var sale = Self.sale([3, 3], buyers: 3)
        sale.attempts = [
            Self.win(1, in: sale, [2, nil], at: isRight ? 15...30 : 21...30),
            Self.win(2, in: sale, [1, 1], at: 1...40),
            Self.win(3, in: sale, [nil, 0], at: 10...20),
        ]
        sale.left = [0, 0]
        let verdict = sale.verdict()
        let check = verdict.checks.first { $0.name == .linearizable }!
        #expect(check.result == (isRight ? .upheld : .violated), "\(check)")
        #expect(isRight || check.evidence[0].detail.contains("had ended when attempt 1 was called"), "\(check)")
    }

    @Test("a long cycle is told by its shortest way")
    func longCycle() {
        // Each of 40 takes an earlier unit of the first item than the next; of the second the last took the first one.
        let count = 40
        var sale = Self.sale([count, count], buyers: count)
        sale.attempts = (1...count).map { id in
            Self.win(id, in: sale, [count - id, count - 1 - id % count], at: UInt64(id)...1000)
        }
        sale.left = [0, 0]
        let check = Self.linearizable(sale)
        #expect(check.result == .violated && check.evidence[0].attempts.count == 2, "\(check)")
        #expect(check.evidence[0].attempts.contains { $0.id == count })
    }

    @Test(
        "a cart that was refused though all was there all the time is found where nothing comes back",
        arguments: [true, false])
    func refusedWithStock(_ isLate: Bool) {
        // The only unit of the second item goes to the first cart, before or after the other's refusal.
        var sale = Self.sale([5, 1], buyers: 2)
        sale.attempts = [
            Self.refused(2, in: sale, at: isLate ? 5...20 : 1...4), Self.win(1, in: sale, [4, 0], at: 5...20),
        ]
        sale.left = [4, 0]
        let check = Self.linearizable(sale)
        #expect(check.result == (isLate ? .upheld : .violated), "\(check)")
        #expect(isLate || check.evidence[0].attempts.map(\.id) == [2])
        #expect(sale.verdict().items.allSatisfy { $0.verdict.result != .violated })
    }

    @Test("what keeps a unit from being taken may be in another item", arguments: [true, false])
    func refusedThroughAnother(_ isRight: Bool) {
        // The second cart empties the second item; by the first item it comes after one that was called when the refused one had ended.
        var sale = Self.sale([5, 2], buyers: 3)
        sale.attempts = [
            Self.win(1, in: sale, [4, 1], at: isRight ? 3...30 : 11...30), Self.win(2, in: sale, [3, 0], at: 1...40),
            Self.refused(3, in: sale, at: 2...10),
        ]
        sale.left = [3, 0]
        let check = Self.linearizable(sale)
        #expect(check.result == (isRight ? .upheld : .violated), "\(check)")
    }

    @Test(
        "two carts may refuse each other where each holds what the other lacks; whoever meets nobody may not be refused"
    )
    func refuseEachOther() {
        for meets in [true, false] {
            var sale = Self.sale([1, 1], buyers: 2)
            sale.rules.givesBack = true
            sale.attempts = [
                Self.refused(1, in: sale, at: 1...10),
                Self.refused(2, in: sale, .returned, at: meets ? 5...15 : 11...15),
            ]
            let check = Self.linearizable(sale)
            #expect((check.result == .violated) != meets, "\(check)")
            #expect(meets || check.evidence[0].attempts.map(\.id) == [1])
        }
    }

    @Test("the tally of an item has the outcomes of the carts that wanted it")
    func tallies() {
        var sale = Self.sale([5, 1], buyers: 3)
        sale.attempts = [
            Self.win(1, in: sale, [4, 0], at: 1...5), Self.refused(2, in: sale, at: 6...9),
            Self.refused(3, in: sale, .returned, at: 6...9),
        ]
        sale.left = [4, 0]
        for item in sale.verdict().items {
            #expect(item.attempts.won == 1 && item.attempts.soldOut == 1 && item.attempts.returned == 1)
        }
    }

    @Test("an item that only refused carts wanted beyond its units was not put to the test")
    func wishesElsewhere() {
        var sale = Self.sale([2, 1], buyers: 4)
        sale.attempts =
            [Self.win(1, in: sale, [1, 0], at: 1...5)] + (2...4).map { Self.refused($0, in: sale, at: 6...9) }
        sale.left = [1, 0]
        let checks = sale.verdict().items.map { item in item.verdict.checks.first { $0.name == .noOversell }!.result }
        #expect(checks == [.notApplicable, .upheld])
    }

    @Test("a refusal that another item explains is in no finding of an item that has units")
    func findings() {
        var sale = Self.sale([5, 1], buyers: 2)
        sale.attempts = [Self.win(1, in: sale, [4, 0], at: 1...5), Self.refused(2, in: sale, at: 6...9)]
        sale.left = [4, 0]
        #expect(!sale.verdict().findings.contains { $0.name == .soldOutWithStock })
    }

    @Test("an attempt for other units than its cart has is a damaged history")
    func otherUnits() {
        var sale = Self.sale([5, 5], buyers: 1)
        sale.attempts = [Self.win(1, in: sale, [4, 4], at: 1...5)]
        sale.left = [4, 4]
        #expect(sale.verdict().checks.first { $0.name == .completeHistory }?.result == .upheld)
        sale.attempts[0].quantity = 1
        #expect(sale.verdict().checks.first { $0.name == .completeHistory }?.result == .inconclusive)
    }
}

import FactsTestSupport
import FlashSale
import Testing

/// Whether somebody has a part of a cart, each way of it beside a sale that is right.
struct CartsWholeTests {
    /// Carts of two items; buyer 1 gets theirs, the others are refused since item `b` has one unit only.
    private struct Model {
        var sale: CartFacts
        /// In the order of their calls; each wants one of `a` and one of `b`.
        init(refused outcome: Outcome = .soldOut, namedBy kind: Scope = .attempt) {
            sale = CartFacts(items: [("a", 5), ("b", 1)], lines: 2...2, buyers: 3, seed: Self.seed)
            sale.attempts = (1...3).map { purchase in
                Attempt(
                    id: purchase, purchase: purchase, buyer: purchase, client: purchase,
                    invokedNanoseconds: UInt64(purchase), returnedNanoseconds: UInt64(purchase + 100),
                    outcome: purchase == 1 ? .won : outcome, quantity: 2)
            }
            sale.left = [4, 0]
            sale.orders = [[kind.order(1)], [kind.order(1)]]
        }

        enum Scope {
            case attempt, purchase, buyer

            func order(_ id: Int, quantity: Int? = nil) -> Ledger.Order {
                switch self {
                case .attempt: .init(attempt: id, quantity: quantity)
                case .purchase: .init(purchase: id, quantity: quantity)
                case .buyer: .init(buyer: id, quantity: quantity)
                }
            }
        }

        /// With which no purchase asks for one item twice.
        private static let seed = (1...UInt64.max).first { seed in
            let sale = CartFacts(items: [("a", 5), ("b", 1)], lines: 2...2, buyers: 3, seed: seed)
            return (1...3).allSatisfy { sale.parts($0).count == 2 }
        }!

        func check() -> CheckResult { sale.verdict().checks.first { $0.name == .cartsWhole }! }
    }

    @Test("a sale that sells whole carts is upheld, refused ones included", arguments: [Outcome.soldOut, .returned])
    func right(_ outcome: Outcome) {
        let check = Model(refused: outcome).check()
        #expect(check.result == .upheld, "\(check)")
    }

    @Test("an order for a part of a cart is found", arguments: [Model.Scope.attempt, .purchase, .buyer])
    private func partOfAnOrder(_ kind: Model.Scope) {
        var model = Model(namedBy: kind)
        model.sale.orders?[1] = []
        model.sale.left[1] = 1
        let check = model.check()
        #expect(check.result == .violated)
        #expect(check.evidence.first?.detail.contains("none of item b") == true, "\(check)")
        #expect(check.evidence.first?.attempts.map(\.id) == [1])
    }

    @Test("an order of a refused cart for one item is found")
    func orderOfARefused() {
        var model = Model()
        model.sale.orders?[0].append(.init(attempt: 2))
        model.sale.left[0] = 3
        let check = model.check()
        #expect(check.result == .violated && check.evidence.first?.attempts.map(\.id) == [2], "\(check)")
    }

    @Test(
        "an order for other units than the cart wants is found, and one that tells these is right", arguments: [1, 2])
    func otherUnits(_ quantity: Int) {
        var model = Model()
        model.sale.orders?[0] = [.init(attempt: 1, quantity: quantity)]
        model.sale.orders?[1] = [.init(attempt: 1, quantity: 1)]
        let check = model.check()
        #expect(check.result == (quantity == 1 ? .upheld : .violated), "\(check)")
    }

    @Test("an order for an item that is not in the cart is found")
    func otherItem() {
        var model = Model()
        let single = (1...UInt64.max).first { seed in
            let sale = CartFacts(items: [("a", 5), ("b", 1)], lines: 1...2, buyers: 3, seed: seed)
            return sale.parts(1).map(\.item) == [0] && sale.parts(2).count == 2 && sale.parts(3).count == 2
        }!
        model.sale = CartFacts(items: [("a", 5), ("b", 1)], lines: 1...2, buyers: 3, seed: single)
        model.sale.attempts = [
            Attempt(
                id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 1, returnedNanoseconds: 100, outcome: .won,
                quantity: 1)
        ]
        model.sale.left = [4, 0]
        model.sale.orders = [[.init(attempt: 1)], [.init(attempt: 1)]]
        let check = model.check()
        #expect(check.evidence.first?.detail.contains("item b, which is not in its cart") == true, "\(check)")
    }

    @Test(
        "a lost answer whose connection may still write has no part of an order, one that cannot has",
        arguments: [true, false])
    func lostAnswer(_ areGone: Bool) {
        var model = Model()
        model.sale.attempts[1].outcome = .unknown
        model.sale.attempts[1].returnedNanoseconds = nil
        model.sale.orders?[0].append(.init(attempt: 2))
        model.sale.left[0] = 3
        model.sale.clientsWereGone = areGone
        let check = model.check()
        #expect(check.result == (areGone ? .violated : .inconclusive), "\(check)")
    }

    @Test(
        "an item that a refused cart kept is found, with carts that wanted it", arguments: [Outcome.soldOut, .returned])
    func kept(_ outcome: Outcome) {
        var model = Model(refused: outcome)
        model.sale.left[0] = 3
        let check = model.check()
        #expect(check.result == .violated)
        #expect(check.evidence.first?.detail.hasPrefix("1 unit of item a is gone") == true, "\(check)")
        #expect(check.evidence.first?.attempts.map(\.id) == [2, 3])
    }

    @Test(
        "calls of one purchase may have written its orders together, where they are one",
        arguments: [Idempotency.none, .purchase])
    func ordersOfSeveralCalls(_ idempotency: Idempotency) {
        var model = Model()
        model.sale.scenario.attempts = 2
        model.sale.rules.idempotency = idempotency
        for index in 0..<3 { model.sale.attempts[index].id = 2 * index + 1 }
        var again = model.sale.attempts[0]
        (again.id, again.number, again.invokedNanoseconds, again.returnedNanoseconds) = (2, 2, 200, 300)
        model.sale.attempts[0].outcome = .unknown
        model.sale.attempts.append(again)
        model.sale.orders = [[.init(attempt: 1)], [.init(attempt: 2)]]
        let check = model.check()
        #expect((check.result == .violated) == (idempotency == .none), "\(check)")
    }

    @Test("what a lost answer may have taken is no part that somebody keeps for certain")
    func mayBeTaken() {
        var model = Model()
        model.sale.orders = nil
        model.sale.attempts[1].outcome = .unknown
        model.sale.left[0] = 3
        let check = model.check()
        #expect(check.result == .inconclusive, "\(check)")
    }

    @Test("units that a repeated call may have taken are no part that a refused cart keeps", arguments: [true, false])
    func repeatedCalls(_ repeats: Bool) {
        var model = Model()
        model.sale.rules.idempotency = .purchase
        if repeats {
            model.sale.attempts.append(
                Attempt(
                    id: 7, purchase: 1, buyer: 1, client: 1, number: 2, invokedNanoseconds: 200,
                    returnedNanoseconds: 300, outcome: .won, quantity: 2))
        }
        model.sale.left[0] = 3
        #expect(model.check().result == (repeats ? .inconclusive : .violated), "\(model.check())")
    }

    @Test("a stock that nobody read clears nobody")
    func unread() {
        var model = Model()
        model.sale.left[1] = nil
        #expect(model.check().result == .inconclusive)
    }

    @Test("where nobody was refused, or nothing was there that a refused cart wanted, it was not put to the test")
    func untested() {
        var all = Model()
        all.sale.attempts = Array(all.sale.attempts.prefix(1))
        #expect(all.check().result == .notApplicable)
        #expect(all.check().detail.hasPrefix("not put to the test: no cart of several items was refused"))
        // Both items have one unit, which the first cart takes.
        var none = Model()
        none.sale.scenario.items?.items[0].units = 1
        none.sale.scenario.units = 2
        none.sale.left = [0, 0]
        #expect(none.check().result == .notApplicable)
        #expect(none.check().detail.contains("some item was certainly there"), "\(none.check())")
        var lost = Model()
        lost.sale.attempts[0].outcome = .soldOut
        lost.sale.left = [5, 1]
        lost.sale.orders = [[], []]
        #expect(lost.check().result == .notApplicable)
    }

    @Test("orders with a line for each line of the cart are orders of the whole cart")
    func ordersOfLines() {
        let seed = (1...UInt64.max).first { seed in
            let sale = CartFacts(items: [("a", 9), ("b", 9)], lines: 2...2, quantity: 1...3, buyers: 1, seed: seed)
            return sale.parts(1).count == 1
        }!
        for isRight in [true, false] {
            var sale = CartFacts(items: [("a", 9), ("b", 9)], lines: 2...2, quantity: 1...3, buyers: 1, seed: seed)
            let lines = sale.picker.lines(ofPurchase: 1)
            let units = lines.reduce(0) { $0 + $1.quantity }
            sale.attempts = [
                Attempt(
                    id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 1, returnedNanoseconds: 2, outcome: .won,
                    quantity: units)
            ]
            sale.left[lines[0].item] = 9 - units
            sale.orders = [[], []]
            for line in isRight ? lines : Array(lines.dropLast()) {
                sale.orders?[line.item].append(.init(attempt: 1, quantity: line.quantity))
            }
            let verdict = sale.verdict()
            for name in [CheckName.ledger, .cartsWhole] {
                let check = verdict.checks.first { $0.name == name }
                #expect((check?.result == .violated) != isRight, "\(name): \(String(describing: check))")
            }
        }
    }

    @Test("a sale without carts has no such check")
    func withoutCarts() {
        var model = Model()
        model.sale.scenario.items?.cart = nil
        let picker = ItemPicker(model.sale.scenario.items!, seed: model.sale.scenario.seed)
        let attempts = model.sale.attempts
        let histories = (0..<2).map { item in
            History(attempts.filter { picker.item(ofPurchase: $0.purchase) == item })
        }
        #expect(!Checks.judge(model.sale.facts, items: histories).checks.contains { $0.name == .cartsWhole })
    }
}

import Exploration
import FlashSale
import Strategies
import TestSupport
import Testing

/// Every order of purchases with carts, on a real server.
struct CartOrderTests {
    private let orders: Orders

    init() throws { orders = try Orders() }

    private static func carts(_ text: String) -> [[CartLine]] {
        text.split(separator: ",").compactMap { CartLine.cart($0) }
    }

    @Test(
        "no order breaks what is safe",
        arguments: ["cart", "seats"],
        [
            ("1+2", 1), ("1+1", 1), ("1+2,2+1", 1), ("1+2,2", 1), ("1+1,1", 2), ("1+2+3,3+2+1", 1), ("1+2+3,3", 1),
            ("1+2,2+1,1+2", 1),
        ])
    func upheld(_ name: String, _ wish: (carts: String, units: Int)) throws {
        // There is only one of each seat.
        let units = name == "seats" ? 1 : wish.units
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        let exploration = try orders.explore(yaml, carts: Self.carts(wish.carts), units: units)
        #expect(exploration.counterexample == nil, "\(exploration.counterexample?.violated as Any)")
        let outcome = try #require(exploration.outcomes.first)
        #expect(outcome.isComplete && outcome.doubt == nil, "\(outcome)")
    }

    /// Who puts back all but the first of three.
    @Test("a part of a cart that is kept is found", arguments: ["1+2+3,3", "1+2+2"])
    func kept(_ text: String) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "cart-by-item"))
        let carts = Self.carts(text)
        let exploration = try orders.explore(yaml, carts: carts, units: 1)
        let counterexample = try #require(exploration.counterexample)
        #expect(exploration.result == .violated && exploration.doubtfulReplay == nil)
        #expect(counterexample.violated.contains { $0.name == .cartsWhole }, "\(counterexample.violated)")
        // Made again, it goes the same way.
        let phase = counterexample.phase
        var sale = try orders.made(yaml, phase)
        for _ in 1...5 {
            let again = try Replay.make(counterexample.schedule, at: &sale, in: phase, expected: counterexample.rows)
            #expect(again.difference == nil && again.isWhole && again.counterexample.rows == counterexample.rows)
            #expect(again.counterexample.violated.map(\.name) == counterexample.violated.map(\.name))
        }
    }

    /// Its carts of two lines are right, whatever meets whatever.
    @Test(arguments: ["1+2", "1+1", "1+2,2+1", "1+2,2"])
    func twoLines(_ text: String) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "cart-by-item"))
        let exploration = try orders.explore(yaml, carts: Self.carts(text), units: 1)
        #expect(exploration.counterexample == nil, "\(exploration.counterexample?.rows as Any)")
        #expect(exploration.outcomes.first?.end == .complete)
    }

    private static func unchecked(_ looks: String) -> String {
        """
        strategy: looks
        items: 3
        cart: 1..2
        keys: { stock: "{sale}:stock:{item}", orders: "{sale}:orders:{item}" }
        scripts:
          buy: |
            local lines = #KEYS / 2
            for line = 1, lines do
              \(looks)
            end
            for line = 1, lines do
              redis.call('DECRBY', KEYS[line], ARGV[1 + line])
              redis.call('HINCRBY', KEYS[lines + line], ARGV[1], ARGV[1 + line])
            end
            return 1
        open: ["SET {stock} {units}"]
        buy:
          - script: buy
            each: item
            keys: ["{stock}", "{orders}"]
            args: ["{attempt}", "{quantity}"]
            outcomes: [{ when: 1, then: won }, { when: 0, then: sold-out }]
        stock: GET {stock}
        ledger: { read: "HGETALL {orders}", holds: { field: "{attempt}", value: "{quantity}" }, atomic: true }
        close: ["DEL {stock} {orders}"]
        """
    }

    /// Who looks at each line by itself counts the units of an item twice that is on two lines; it needs no second buyer.
    @Test func oneItemOnTwoLines() throws {
        let yaml = Self.unchecked(
            "if tonumber(redis.call('GET', KEYS[line])) < tonumber(ARGV[1 + line]) then return 0 end")
        let apart = try orders.explore(yaml, carts: Self.carts("1+2,2+1"), units: 1)
        #expect(apart.counterexample == nil && apart.outcomes[0].isComplete)
        let twice = try orders.explore(yaml, carts: Self.carts("1+1"), units: 1)
        #expect(twice.counterexample?.violated.contains { $0.name == .noOversell } == true, "\(twice)")
    }

    /// Quantities are those of the carts.
    @Test func severalUnits() throws {
        let yaml = Self.unchecked("if tonumber(redis.call('GET', KEYS[line])) < 1 then return 0 end")
        let single = try orders.explore(yaml, carts: Self.carts("1+2,1+2"), units: 2)
        #expect(single.counterexample == nil && single.outcomes[0].isComplete)
        let several = try orders.explore(yaml, carts: Self.carts("1:2+2,1+2"), units: 2)
        #expect(several.counterexample?.violated.contains { $0.name == .noOversell } == true, "\(several)")
        let right = try #require(BuiltinStrategies.yaml(named: "cart"))
        #expect(try orders.explore(right, carts: Self.carts("1:2+2,1+2"), units: 2).counterexample == nil)
    }

    /// What can come of a sale does not depend on what was left out.
    @Test(
        "leaving out what nobody can tell apart leaves out no end",
        arguments: [("cart", "1+2,2+1"), ("cart-by-item", "1+2,2"), ("cart-by-item", "1+2,1+2"), ("seats", "1+2,2+1")])
    func agrees(_ name: String, _ carts: String) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        var bounds = ExplorationBounds()
        bounds.isExhaustive = true
        let all = try orders.explore(yaml, buyers: 2, units: 1, carts: Self.carts(carts), bounds)
        bounds.isExhaustive = false
        let one = try orders.explore(yaml, buyers: 2, units: 1, carts: Self.carts(carts), bounds)
        #expect(all.end == .complete && one.end == .complete && one.counts.unsteady == nil)
        #expect(all.outcomes == one.outcomes && one.counts.complete <= all.counts.complete)
        #expect(all.counts.complete < 4 || one.counts.complete < all.counts.complete)
    }
}

import FlashSale
import Strategies
import Testing

@testable import Shop

/// Every kind of ledger that a strategy file can name, as servers answer it.
struct LedgerKindsTests {
    private static func rule(_ ledger: String) throws -> Strategy.LedgerRule {
        let yaml = """
            strategy: mine
            keys: { stock: "{sale}:stock", orders: "{sale}:orders" }
            open: []
            buy: [ { send: "DECR {stock}", outcomes: [ { when: any, then: won } ] } ]
            stock: GET {stock}
            ledger: \(ledger)
            close: []
            """
        return try #require(try StrategyFile.parse(yaml, file: "mine.yaml").ledger)
    }

    private static func strings(_ words: [String]) -> Reply {
        var reply = Reply()
        append(words, to: &reply)
        return reply
    }

    private static func append(_ words: [String], to reply: inout Reply) {
        reply.append(.array, integer: words.count)
        for word in words { reply.append(.string, word) }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var ledger: String
        var words: [String]
        var orders: [Ledger.Order]
        var merges = true
        var unreadable: [String] = []
        var testDescription: String { ledger }
    }

    static let cases: [Case] = [
        Case(
            ledger: "{ read: 'SMEMBERS {orders}', holds: buyers }", words: ["7", "3", "x"],
            orders: [.init(buyer: 3), .init(buyer: 7)], unreadable: ["x"]),
        Case(
            ledger: "{ read: 'LRANGE {orders} 0 -1', holds: purchases }", words: ["7", "3", "7"],
            orders: [.init(purchase: 3), .init(purchase: 7), .init(purchase: 7)], merges: false),
        Case(
            ledger: "{ read: 'HVALS {orders}', holds: buyers }", words: ["4", "4"],
            orders: [.init(buyer: 4), .init(buyer: 4)], merges: false),
        Case(ledger: "{ read: 'HKEYS {orders}', holds: attempts }", words: ["9"], orders: [.init(attempt: 9)]),
        Case(
            ledger: "{ read: 'HGETALL {orders}', holds: purchase-to-buyer }", words: ["5", "2"],
            orders: [.init(purchase: 5, buyer: 2)]),
        Case(
            ledger: "{ read: 'ZRANGE {orders} 0 -1 WITHSCORES', holds: buyer-to-quantity }", words: ["5", "2"],
            orders: [.init(buyer: 5, quantity: 2)]),
        // A hash keeps the last attempt of each buyer only: an order that was overwritten is lost.
        Case(
            ledger: "{ read: 'HGETALL {orders}', holds: buyer-to-attempt }", words: ["5", "21"],
            orders: [.init(attempt: 21, buyer: 5)]),
        // A list keeps them all.
        Case(
            ledger: "{ read: 'LRANGE {orders} 0 -1', holds: buyer-to-attempt }", words: ["5", "21", "5", "22"],
            orders: [.init(attempt: 21, buyer: 5), .init(attempt: 22, buyer: 5)], merges: false),
        Case(
            ledger: "{ read: 'LRANGE {orders} 0 -1', holds: json, fields: { buyer: user.id, attempt: no } }",
            words: [#"{"no": 4, "user": {"id": "17"}}"#, "no json", #"{"no": 5}"#],
            orders: [.init(attempt: 4, buyer: 17)], merges: false, unreadable: ["no json", #"{"no": 5}"#]),
        Case(
            ledger: "{ read: 'SMEMBERS {orders}', holds: 'user:{buyer}' }", words: ["user:7", "init", "7", "user:3"],
            orders: [.init(buyer: 3), .init(buyer: 7)], unreadable: ["init", "7"]),
        Case(
            ledger: "{ read: 'HGETALL {orders}', holds: { field: 'order:{attempt}', value: 'u{buyer}' } }",
            words: ["order:5", "u2", "order:6", "2"], orders: [.init(attempt: 5, buyer: 2)], unreadable: ["order:6 2"]),
        Case(
            ledger: "{ read: 'LRANGE {orders} 0 -1', holds: '{purchase}|{buyer}|{now-ms}' }",
            words: ["3|2|1764400000000", "3|2|1764400000001"],
            orders: [.init(purchase: 3, buyer: 2), .init(purchase: 3, buyer: 2)], merges: false),
        // A counter that was taken back to nothing is nobody's order.
        Case(
            ledger: "{ read: 'HGETALL {orders}', holds: buyer-to-quantity }", words: ["5", "2", "6", "0"],
            orders: [.init(buyer: 5, quantity: 2)]),
        Case(
            ledger: "{ read: 'LRANGE {orders} 0 -1', holds: json, fields: { user: 'u{buyer}', attempt: no } }",
            words: [#"{"no": 4, "user": "u17"}"#, #"{"no": 5, "user": 17}"#],
            orders: [.init(attempt: 4, buyer: 17)], merges: false, unreadable: [#"{"no": 5, "user": 17}"#]),
    ]

    @Test(arguments: cases)
    func reads(_ expected: Case) throws {
        let rule = try Self.rule(expected.ledger)
        let ledger = try LedgerReading.ledger(Self.strings(expected.words), by: rule)
        #expect(ledger.orders == expected.orders)
        #expect(ledger.mergesRepeats == expected.merges)
        #expect(ledger.unreadable == expected.unreadable)
        #expect(!ledger.isAtomic)
    }

    @Test func readsTheEntriesOfAStream() throws {
        let rule = try Self.rule(
            "{ read: 'XRANGE {orders} - +', holds: entries, fields: { attempt: a, buyer: who, quantity: n }, atomic: true }"
        )
        var reply = Reply()
        reply.append(.array, integer: 3)
        for (id, fields) in [
            ("1-0", ["who", "3", "n", "2", "a", "8"]), ("1-1", ["a", "7", "note", "x", "who", "4", "n", "1"]),
            ("1-2", ["a", "9", "who", "x", "n", "1"]),
        ] {
            reply.append(.array, integer: 2)
            reply.append(.string, id)
            Self.append(fields, to: &reply)
        }
        let ledger = try LedgerReading.ledger(reply, by: rule)
        #expect(
            ledger.orders == [
                .init(attempt: 7, buyer: 4, quantity: 1), .init(attempt: 8, buyer: 3, quantity: 2),
            ])
        #expect(ledger.unreadable == ["entry 1-2"] && ledger.isAtomic && !ledger.mergesRepeats)
        for wrong in [Self.strings(["a"]), Self.strings([])] where wrong.elementCount() > 0 {
            #expect(throws: RunError.self) { _ = try LedgerReading.ledger(wrong, by: rule) }
        }
    }

    @Test(arguments: [("SCARD", true), ("HLEN", true), ("LLEN", false), ("XLEN", false), ("GET", false)])
    func readsACount(command: String, merges: Bool) throws {
        let rule = try Self.rule("{ read: '\(command) {orders}', holds: count }")
        var reply = Reply()
        reply.append(.string, "12")
        let ledger = try LedgerReading.ledger(reply, by: rule)
        #expect(ledger.countOnly == 12 && ledger.count == 12 && ledger.orders.isEmpty)
        #expect(ledger.mergesRepeats == merges)
        reply.reset()
        reply.append(.null)
        #expect(throws: RunError.self) { _ = try LedgerReading.ledger(reply, by: rule) }
    }
}

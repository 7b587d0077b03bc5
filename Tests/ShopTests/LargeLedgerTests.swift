import EmbeddedRedis
import FlashSale
import RedisDriver
import SaleTestSupport
import Strategies
import Testing

@testable import Shop

/// Orders that are more than the coordinator reads at once.
struct LargeLedgerTests {
    private let small: SmallSale

    init() throws { small = try SmallSale() }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { ledger }
        var ledger: String
        /// The command whose reply is too large.
        var command: String
    }

    /// 200 orders of a list, of a hash that is scanned, and under a key each.
    static let cases = [
        Case(ledger: "{ read: 'LRANGE {orders} 0 -1', holds: attempts }", command: "LRANGE"),
        Case(ledger: "{ read: 'SMEMBERS {set}', holds: attempts }", command: "SSCAN"),
        Case(ledger: "{ keys: '{sale}:order:{attempt}', holds: '{buyer}' }", command: "a key"),
    ]

    @Test(arguments: cases, [2000, ReplyLimit.ofOrders]) func areReadUpToABound(_ row: Case, _ most: Int) throws {
        let yaml = """
            strategy: mine
            keys: { stock: "{sale}:stock", orders: "{sale}:orders", set: "{sale}:set", order: "{sale}:order:{attempt}" }
            open: [ "SET {stock} {units}" ]
            buy: [ { send: "DECR {stock}", outcomes: [ { when: any, then: won } ] } ]
            stock: GET {stock}
            ledger: \(row.ledger)
            close: []
            """
        var sale = try Sale(
            to: small.server.endpoint, strategy: try StrategyFile.parse(yaml, file: "mine.yaml"), tag: "{stress:x}",
            units: 9, isPrivate: true)
        try sale.open()
        var connection = try small.connect()
        for order in 1...200 {
            _ = try connection.call(["RPUSH", "{stress:x}:orders", "\(10_000_000 + order)"])
            _ = try connection.call(["SADD", "{stress:x}:set", "\(10_000_000 + order)"])
        }
        if row.command == "a key" {
            // One of them holds more than a number.
            _ = try connection.call(["SET", "{stress:x}:order:1", String(repeating: "x", count: 5000)])
            for order in 2...20 { _ = try connection.call(["SET", "{stress:x}:order:\(order)", "7"]) }
        }
        sale.mostBytesOfOrders = most
        let (ledger, problem) = sale.ledger()
        if most == ReplyLimit.ofOrders {
            #expect(problem == nil)
            #expect(ledger?.orders.count == (row.command == "a key" ? 19 : 200))
        } else {
            #expect(ledger == nil)
            #expect(
                problem?.contains(row.command) == true
                    && problem?.contains("2,000 bytes that a reply may have") == true, "\(problem ?? "")")
        }
        // What comes later is asked all the same.
        #expect(sale.finalStock() == .units(9))
    }
}

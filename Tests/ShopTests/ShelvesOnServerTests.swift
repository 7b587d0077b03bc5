import EmbeddedRedis
import FlashSale
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing

@testable import Shop

/// A stock on several shelves, as the coordinator opens, reads and removes it.
struct ShelvesOnServerTests {
    private static func strategy(stock: String = "GET {stock}", shards: Int = 3) throws -> Strategy {
        try StrategyFile.parse(
            """
            strategy: shelves
            shards: \(shards)
            keys: { stock: "{shard}stock", orders: "{shard}orders", codes: "{shard}codes", total: "{sale}total", own: "{shard}of:{buyer}" }
            scripts:
              fill: for i = 1, ARGV[1] do redis.call('RPUSH', KEYS[1], ARGV[2] + i) end
            open:
              - SET {stock} {units}
              - SET {total} {units}
              - { script: fill, keys: [ "{codes}" ], args: [ "{units}", "{units-before}" ] }
            buy:
              - send: DECR {stock}
                outcomes: [ { when: ">= 0", then: won }, { when: any, then: sold-out } ]
            stock: \(stock)
            ledger: { read: "LRANGE {orders} 0 -1", holds: buyers, atomic: true }
            units: LRANGE {codes} 0 -1
            close: [ "DEL {stock}" ]
            """, file: "shelves.yaml")
    }

    private let small: SmallSale
    init() throws { small = try SmallSale() }

    private func opened(_ strategy: Strategy, units: Int = 10, tag: String = "{stress:x}") throws -> Sale {
        var sale = try Sale(
            to: small.server.endpoint, strategy: strategy, tag: tag, units: units, isPrivate: false)
        _ = try sale.inspect(connectionsNeeded: 1)
        var facts = Sale.ServerFacts()
        try sale.loadScripts(&facts)
        try sale.checkRights()
        try sale.open()
        return sale
    }

    private func call(_ words: String...) throws -> Reply {
        var connection = try small.connect()
        return try connection.call(words)
    }

    @Test func eachShelfHasItsShareAndAllAreReadTogether() throws {
        var sale = try opened(try Self.strategy())
        #expect(
            try call("MGET", "{stress:x:1}stock", "{stress:x:2}stock", "{stress:x:3}stock", "{stress:x}total")
                .description
                == "[\"4\", \"3\", \"3\", \"10\"]")
        // Names go on from shelf to shelf, and none comes twice.
        #expect(try call("LRANGE", "{stress:x:2}codes", "0", "-1").description == "[\"5\", \"6\", \"7\"]")
        #expect(sale.forSale == .listed((1...10).map(String.init)))
        #expect(sale.finalStock() == .units(10))
        _ = try call("DECR", "{stress:x:2}stock")
        _ = try call("RPUSH", "{stress:x:3}orders", "7")
        _ = try call("RPUSH", "{stress:x:1}orders", "9", "8")
        #expect(sale.finalStock() == .units(9))
        #expect(sale.ledger().0?.orders.compactMap(\.buyer) == [7, 8, 9])
        // A key that a buyer has made is found by its tag.
        _ = try call("SET", "{stress:x:3}of:5", "1")
        _ = try call("SET", "{stress:xy:3}of:5", "1")
        #expect(sale.close() == nil)
        #expect(try call("KEYS", "*").description == "[\"{stress:xy:3}of:5\"]")
    }

    @Test(
        "a part of a sum that was oversold hides behind no other, unless below 0 means that nothing is left",
        arguments: [
            ("{ sum: [ 'GET {stock}', OTHER ] }", -2, 6, nil as Int?),
            ("{ sum: [ 'GET {stock}', OTHER ] }", -6, 6, nil),
            ("{ sum: [ 'GET {stock}', OTHER ] }", 0, 6, 6), ("{ sum: [ 'GET {stock}', OTHER ] }", -8, 6, -2),
            ("{ sum: [ 'GET {stock}', OTHER ], below-zero: sold-out }", -2, 6, 6),
            ("{ sum: [ 'GET {stock}', OTHER ], below-zero: sold-out }", .min, 6, 6),
            // What is added to a number of the file may be a difference.
            ("{ sum: [ 0, 'GET {stock}', OTHER ] }", -2, 6, 4), ("{ total: 'GET {stock}', minus: OTHER }", 6, -2, 8),
        ])
    func parts(_ probe: String, _ first: Int, _ second: Int, _ left: Int?) throws {
        var sale = try opened(
            try Self.strategy(
                stock: probe.replacing("OTHER", with: "{ read: 'GET {orders}', missing: 0 }"), shards: 1))
        _ = try call("MSET", "{stress:x:1}stock", "\(first)", "{stress:x:1}orders", "\(second)")
        let found = sale.finalStock()
        guard let left else {
            let reason = "part 1 of the sum fell to \(first), while \(first + second) are left in all"
            return #expect(found == .unreadable(reason), "\(found)")
        }
        #expect(found == .units(left), "\(found)")
        #expect(sale.stockBelowZero == (probe.contains("below-zero") ? first : nil))
    }

    @Test func aShelfThatWasOversoldHidesBehindNoOther() throws {
        var sale = try opened(try Self.strategy())
        _ = try call("SET", "{stress:x:3}stock", "-1")
        guard case .unreadable(let reason) = sale.finalStock() else {
            Issue.record("\(sale.finalStock())")
            return
        }
        #expect(reason == "shelf 3 fell to -1, while 6 are left in all")
        for shelf in 1...3 { _ = try call("SET", "{stress:x:\(shelf)}stock", "-\(shelf)") }
        #expect(sale.finalStock() == .units(-6))
        #expect(sale.close() == nil)
    }

    @Test func refusedBuyersMayCountOnOnEachShelf() throws {
        var sale = try opened(try Self.strategy(stock: "{ read: \"GET {stock}\", below-zero: sold-out }"))
        _ = try call("SET", "{stress:x:3}stock", "-5")
        #expect(sale.finalStock() == .units(7) && sale.stockBelowZero == -5)
        #expect(sale.close() == nil)
    }

    @Test func aShelfThatIsGoneIsNotEmpty() throws {
        var sale = try opened(try Self.strategy())
        _ = try call("DEL", "{stress:x:2}stock")
        guard case .unreadable(let reason) = sale.finalStock() else {
            Issue.record("\(sale.finalStock())")
            return
        }
        #expect(reason.contains("the stock of shelf 2 is gone"))
        #expect(sale.goneKeys() == ["{stress:x:2}stock"])
        _ = try call("DEL", "{stress:x:1}stock", "{stress:x:3}stock")
        #expect(sale.finalStock() == .absent)
        #expect(sale.close() == nil)
        #expect(try small.keys == 0)
    }

    @Test func unitsStandForThoseOfTheShelf() throws {
        // Counting up: what is left is the shelf's share less what was sold from it.
        var sale = try opened(
            try StrategyFile.parse(
                """
                strategy: shelves
                shards: 3
                keys: { sold: "{shard}sold" }
                open: [ "SET {sold} 0" ]
                buy:
                  - send: INCR {sold}
                    outcomes: [ { when: "<= {units}", then: won }, { when: any, then: sold-out } ]
                stock: { total: "{units}", minus: { read: "GET {sold}", missing: 0 }, below-zero: sold-out }
                close: [ "DEL {sold}" ]
                """, file: "shelves.yaml"))
        _ = try call("SET", "{stress:x:1}sold", "9")
        _ = try call("SET", "{stress:x:2}sold", "2")
        // Four less nine is nothing, and three less two is one.
        #expect(sale.finalStock() == .units(4))
        #expect(sale.close() == nil)
    }

    @Test func whatFaultsDoInOneTransactionSeesAllShelves() throws {
        var sale = try opened(try Self.strategy())
        #expect(sale.stockKeys.count == 3)
        let around = try sale.readStock(around: [[Array("UNLINK".utf8)] + sale.stockKeys])
        #expect(around.before.inAll == .units(10) && around.after.inAll == .absent)
        #expect(sale.close() == nil)
    }

    @Test func leftoversOfADeadRunAreFound() throws {
        let id = RunID(startingAtSeconds: 1_790_000_000)
        _ = try opened(try Self.strategy(), tag: RunID.saleTag(id.text))
        var leftovers = try DeadRunLeftovers(on: small.server.endpoint, olderThanSeconds: nil)
        let runs = try leftovers.find()
        #expect(runs.map(\.id) == [id] && runs.first?.keys.count == 7)
    }
}

import FlashSale
import RedisDriver
import Strategies
import TestSupport
import Testing

@testable import Shop

/// What a scan of a large collection may give, and a server that lets nobody scan.
struct LedgerScanTests {
    private static func array(_ items: [String]) -> String {
        "*\(items.count)\r\n" + items.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
    }

    private static func page(_ cursor: String, _ items: [String]) -> String {
        "*2\r\n$\(cursor.utf8.count)\r\n\(cursor)\r\n" + array(items)
    }

    private func orders(_ ledger: String, pages: [String: String]) throws -> (Ledger?, String?) {
        let server = CommandServer { command in
            switch command[0] {
            case "HSCAN", "SSCAN", "ZSCAN": .write(pages[command[2]] ?? "-NOPERM this user has no permissions\r\n")
            case "SMEMBERS": .write(Self.array(["5", "6"]))
            default: .write(":0\r\n")
            }
        }
        let yaml = """
            strategy: mine
            keys: { stock: "{sale}:stock", orders: "{sale}:orders" }
            open: []
            buy: [ { send: "DECR {stock}", outcomes: [ { when: any, then: won } ] } ]
            stock: GET {stock}
            ledger: \(ledger)
            close: []
            """
        var sale = try Sale(
            to: RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: server.port)),
            strategy: try StrategyFile.parse(yaml, file: "mine.yaml"), tag: "{stress:x}", units: 9, isPrivate: true)
        return sale.ledger()
    }

    @Test func aMemberThatAScanGivesTwiceCountsOnce() throws {
        let pages = ["0": Self.page("7", ["1", "2"]), "7": Self.page("0", ["2", "3", "03"])]
        let ledger = try orders("{ read: 'SMEMBERS {orders}', holds: buyers }", pages: pages).0
        // The last is another member, whoever it is of.
        #expect(ledger?.orders.map(\.buyer) == [1, 2, 3, 3])
    }

    @Test func valuesThatAreEqualAreSeveralOrders() throws {
        let pages = ["0": Self.page("7", ["a", "1", "b", "1"]), "7": Self.page("0", ["b", "1", "c", "1"])]
        let ledger = try orders("{ read: 'HVALS {orders}', holds: buyers }", pages: pages).0
        #expect(ledger?.orders.map(\.buyer) == [1, 1, 1] && ledger?.mergesRepeats == false)
    }

    @Test func whereNobodyMayScanTheFilesOwnCommandIsSent() throws {
        let ledger = try orders("{ read: 'SMEMBERS {orders}', holds: buyers }", pages: [:]).0
        #expect(ledger?.orders.map(\.buyer) == [5, 6])
    }

    @Test func aScanThatBreaksOffIsToldSo() throws {
        let read = try orders("{ read: 'SMEMBERS {orders}', holds: buyers }", pages: ["0": Self.page("7", ["1"])])
        #expect(read.0 == nil && read.1?.contains("SSCAN") == true, "\(read.1 ?? "")")
    }

    @Test(arguments: [
        "LRANGE {orders} 0 -1", "ZRANGE {orders} 0 5", "ZRANGE {orders} 0 -1 REV", "HGETALL", "XRANGE {orders} - +",
        "SRANDMEMBER {orders} 5",
    ])
    func whatIsNoWholeCollectionIsNotScanned(_ command: String) {
        #expect(LedgerScan(command.split(separator: " ").map { Array($0.utf8) }) == nil)
    }
}

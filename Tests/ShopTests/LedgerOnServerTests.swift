import EmbeddedRedis
import FlashSale
import RedisDriver
import SaleTestSupport
import Strategies
import Testing

@testable import Shop

/// Orders as a real server keeps them: large collections in pieces, a key for each, what was there before the doors opened.
struct LedgerOnServerTests {
    private let small: SmallSale

    init() throws { small = try SmallSale() }

    private static let tag = "{stress:x}"

    private func sale(_ ledger: String, opening: [String] = []) throws -> Sale {
        let commands = (["SET {stock} {units}"] + opening).map { "\"\($0)\"" }.joined(separator: ", ")
        let yaml = """
            strategy: mine
            keys: { stock: "{sale}:stock", orders: "{sale}:orders", lock: "{sale}:lock:{buyer}" }
            open: [ \(commands) ]
            buy: [ { send: "DECR {stock}", outcomes: [ { when: any, then: won } ] } ]
            stock: GET {stock}
            ledger: \(ledger)
            close: []
            """
        return try Sale(
            to: small.server.endpoint, strategy: try StrategyFile.parse(yaml, file: "mine.yaml"), tag: Self.tag,
            units: 9,
            isPrivate: true)
    }

    private func send(_ commands: [[String]]) throws {
        var connection = try small.connect()
        let replies = try connection.call(all: commands.map { $0.map { Array($0.utf8) } })
        #expect(!replies.contains { $0.kind == .error })
    }

    struct Large: Sendable, CustomTestStringConvertible {
        var read: String
        var holds: String
        /// Commands for one order.
        var write: @Sendable (Int) -> [String]
        var order: @Sendable (Int) -> Ledger.Order
        var testDescription: String { read }
    }

    private static let key = "{stress:x}:orders"

    static let large = [
        Large(
            read: "HGETALL {orders}", holds: "{ field: 'o:{attempt}', value: 'u{buyer}' }",
            write: { ["HSET", key, "o:\($0)", "u\($0 % 7 + 1)"] }, order: { .init(attempt: $0, buyer: $0 % 7 + 1) }),
        Large(
            read: "HKEYS {orders}", holds: "'o:{attempt}'", write: { ["HSET", key, "o:\($0)", "x"] },
            order: { .init(attempt: $0) }),
        Large(
            read: "HVALS {orders}", holds: "'{attempt}'", write: { ["HSET", key, "x\($0)", "\($0)"] },
            order: { .init(attempt: $0) }),
        Large(
            read: "SMEMBERS {orders}", holds: "purchases", write: { ["SADD", key, "\($0)"] },
            order: { .init(purchase: $0) }),
        Large(
            read: "ZRANGE {orders} 0 -1", holds: "'u{buyer}'", write: { ["ZADD", key, "5", "u\($0)"] },
            order: { .init(buyer: $0) }),
        Large(
            read: "ZRANGE {orders} 0 -1 WITHSCORES", holds: "{ member: 'u{buyer}', score: '{quantity}' }",
            write: { ["ZADD", key, "3", "u\($0)"] }, order: { .init(buyer: $0, quantity: 3) }),
    ]

    @Test(arguments: large)
    func readsALargeCollectionInPieces(_ large: Large) throws {
        var sale = try sale("{ read: '\(large.read)', holds: \(large.holds) }")
        try sale.open()
        let count = 12_000
        try send((1...count).map(large.write))
        var admin = try small.connect()
        _ = try admin.call(["CONFIG", "RESETSTAT"])
        let (ledger, problem) = sale.ledger()
        let read = try #require(ledger, "\(problem ?? "")")
        #expect(read.orders == (1...count).map(large.order))
        #expect(read.unreadable.isEmpty)
        // The whole collection was never asked for at once.
        let statistics = try admin.call(["INFO", "commandstats"]).string()
        let name = large.read.prefix { $0 != " " }.lowercased()
        #expect(!statistics.contains("cmdstat_\(name):") && statistics.contains("scan:calls="), "\(statistics)")
    }

    struct Keys: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var ledger: String
        var commands: [[String]]
        var orders: [Ledger.Order]
        var merges = true
        var unreadable: [String] = []
    }

    private static func bought(_ name: String) -> String { "\(tag):bought:\(name)" }

    static let keys = [
        Keys(
            testDescription: "the name is the order", ledger: "{ keys: '{sale}:bought:{buyer}' }",
            commands: [
                ["SET", bought("17"), "1"], ["SADD", bought("4"), "x"], ["SET", bought("total"), "9"],
                ["SET", "{stress:y}:bought:5", "1"], ["SET", "bought:6", "1"],
            ], orders: [.init(buyer: 4), .init(buyer: 17)]),
        Keys(
            testDescription: "a number of units", ledger: "{ keys: '{sale}:bought:{buyer}', holds: '{quantity}' }",
            commands: [["SET", bought("17"), "2"], ["SET", bought("4"), "0"], ["SET", bought("5"), "many"]],
            orders: [.init(buyer: 17, quantity: 2)], unreadable: ["many"]),
        Keys(
            testDescription: "a text", ledger: "{ keys: '{sale}:bought:{buyer}', holds: 'o-{attempt}' }",
            commands: [["SET", bought("17"), "o-41"]], orders: [.init(attempt: 41, buyer: 17)]),
        Keys(
            testDescription: "a list of orders each", ledger: "{ keys: '{sale}:bought:{buyer}', holds: attempts }",
            commands: [["RPUSH", bought("17"), "41", "42"], ["RPUSH", bought("18"), "43"]],
            orders: [.init(attempt: 41, buyer: 17), .init(attempt: 42, buyer: 17), .init(attempt: 43, buyer: 18)],
            merges: false),
        Keys(
            testDescription: "a set of orders each", ledger: "{ keys: '{sale}:bought:{buyer}', holds: 'o{attempt}' }",
            commands: [["SADD", bought("17"), "o41"]], orders: [.init(attempt: 41, buyer: 17)]),
        Keys(
            testDescription: "a hash of orders each",
            ledger: "{ keys: '{sale}:bought:{buyer}', holds: { field: 'o{attempt}', value: '{quantity}' } }",
            commands: [["HSET", bought("17"), "o41", "2", "o42", "1"]],
            orders: [.init(attempt: 41, buyer: 17, quantity: 2), .init(attempt: 42, buyer: 17, quantity: 1)]),
        Keys(
            testDescription: "an object each",
            ledger: "{ keys: '{sale}:bought:{attempt}', holds: entries, fields: { user: 'u{buyer}', quantity: n } }",
            commands: [
                ["HSET", bought("41"), "n", "2", "user", "u17", "note", "-"], ["HSET", bought("42"), "n", "2"],
            ],
            orders: [.init(attempt: 41, buyer: 17, quantity: 2)], unreadable: [bought("42")]),
        Keys(
            testDescription: "a stream each",
            ledger: "{ keys: '{sale}:bought:{buyer}', holds: entries, fields: { attempt: a } }",
            commands: [["XADD", bought("17"), "1-0", "a", "41"], ["XADD", bought("17"), "1-1", "a", "42"]],
            orders: [.init(attempt: 41, buyer: 17), .init(attempt: 42, buyer: 17)], merges: false),
        Keys(
            testDescription: "a JSON text each",
            ledger: "{ keys: '{sale}:bought:{attempt}', holds: json, fields: { user.id: 'u{buyer}' } }",
            commands: [["SET", bought("41"), #"{"user": {"id": "u17"}}"#]], orders: [.init(attempt: 41, buyer: 17)]),
        Keys(
            testDescription: "another kind of key than the file says",
            ledger: "{ keys: '{sale}:bought:{buyer}', holds: { field: '{attempt}', value: '{quantity}' } }",
            commands: [["SET", bought("17"), "1"]], orders: [],
            unreadable: ["{stress:x}:bought:17, which is a string"]),
        Keys(
            testDescription: "a name and a value that contradict each other",
            ledger: "{ keys: '{sale}:bought:{buyer}', holds: '{buyer}' }",
            commands: [["SET", bought("17"), "18"], ["SET", bought("4"), "4"]], orders: [.init(buyer: 4)],
            unreadable: ["18"]),
    ]

    @Test(arguments: keys)
    func readsKeys(_ expected: Keys) throws {
        var sale = try sale(expected.ledger)
        try sale.open()
        try send(expected.commands)
        let (ledger, problem) = sale.ledger()
        let read = try #require(ledger, "\(problem ?? "")")
        #expect(read.orders == expected.orders)
        #expect(read.mergesRepeats == expected.merges && read.unreadable == expected.unreadable)
    }

    @Test func findsManyKeysOnceEach() throws {
        var sale = try sale("{ keys: '{sale}:bought:{buyer}', holds: '{attempt}' }")
        try sale.open()
        try send((1...7000).map { ["SET", Self.bought("\($0)"), "\($0 + 1)"] })
        #expect(sale.ledger().0?.orders == (1...7000).map { .init(attempt: $0 + 1, buyer: $0) })
    }

    /// What a misspelt pattern misses is told; locks that the file declares are no orders.
    @Test func keysOfAnotherNameAreTold() throws {
        var sale = try sale("{ keys: '{sale}:bougth:{buyer}' }")
        try sale.open()
        try send([["SET", "{stress:x}:lock:17", "1"], ["SET", Self.bought("17"), "1"]])
        let ledger = sale.ledger().0
        #expect(ledger?.orders.isEmpty == true && ledger?.otherKeys == [Self.bought("17")])
    }

    struct Opening: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var ledger: String
        var opening: [String]
        var commands: [[String]]
        var count: Int
        var placeholders: [String] = []
        var unreadable: [String] = []
    }

    static let openings = [
        Opening(
            testDescription: "a placeholder in a set", ledger: "{ read: 'SMEMBERS {orders}', holds: 'u{buyer}' }",
            opening: ["SADD {orders} init"], commands: [["SADD", key, "u1", "x"]], count: 1, placeholders: ["init"],
            unreadable: ["x"]),
        Opening(
            testDescription: "a number that is nobody's", ledger: "{ read: 'SMEMBERS {orders}', holds: buyers }",
            opening: ["SADD {orders} 0 -1"], commands: [["SADD", key, "1"]], count: 1, placeholders: ["0", "-1"]),
        Opening(
            testDescription: "a placeholder that is counted", ledger: "{ read: 'SCARD {orders}', holds: count }",
            opening: ["SADD {orders} init"], commands: [["SADD", key, "1", "2"]], count: 2),
        Opening(
            testDescription: "a placeholder in a list", ledger: "{ read: 'LRANGE {orders} 0 -1', holds: buyers }",
            opening: ["RPUSH {orders} init init"], commands: [["RPUSH", key, "1", "init"]], count: 1,
            placeholders: ["init", "init"], unreadable: ["init"]),
        // A set has a name once, whoever put it there.
        Opening(
            testDescription: "a buyer who was there before", ledger: "{ read: 'SMEMBERS {orders}', holds: buyers }",
            opening: ["SADD {orders} 1"], commands: [["SADD", key, "1", "2"]], count: 2),
        Opening(
            testDescription: "an older order in a list", ledger: "{ read: 'LRANGE {orders} 0 -1', holds: buyers }",
            opening: ["RPUSH {orders} 1"], commands: [["RPUSH", key, "1", "2"]], count: 2),
    ]

    @Test(arguments: openings)
    func knowsWhatWasThereBefore(_ expected: Opening) throws {
        var sale = try sale(expected.ledger, opening: expected.opening)
        try sale.open()
        try send(expected.commands)
        let ledger = try #require(sale.ledger().0)
        #expect(ledger.count == expected.count)
        #expect(ledger.placeholders.sorted() == expected.placeholders.sorted())
        #expect(ledger.unreadable == expected.unreadable)
    }

    /// The file's own command says what is wrong.
    @Test func anotherKindOfKeyIsNamed() throws {
        var sale = try sale("{ read: 'SMEMBERS {orders}', holds: buyers }")
        try sale.open()
        try send([["SET", Self.key, "1"]])
        let (ledger, problem) = sale.ledger()
        #expect(ledger == nil && problem?.contains("WRONGTYPE") == true, "\(problem ?? "")")
    }
}

import FlashSale
import Testing

@testable import Strategies

/// Texts around ids: what each pattern reads, and what it leaves alone.
struct LedgerPatternTests {
    private static func yaml(_ ledger: String) -> String {
        """
        strategy: mine
        keys: { stock: "{sale}:stock", bought: "{sale}:bought:{buyer}" }
        open: []
        buy: [ { send: "DECR {stock}", outcomes: [ { when: any, then: won } ] } ]
        stock: GET {stock}
        ledger: \(ledger)
        close: []
        """
    }

    private static func rule(_ ledger: String) throws -> Strategy.LedgerRule {
        try #require(try StrategyFile.parse(yaml(ledger), file: "mine.yaml").ledger)
    }

    private static func pattern(_ text: String) throws -> LedgerPattern {
        let members = try rule("{ read: 'SMEMBERS {stock}', holds: \"\(text)\" }").holds.members
        return try #require(members.first).filled(sale: "{stress:a}", units: 50)
    }

    /// A pattern, a member, and its order; nil where it is none.
    static let members: [(String, String, Ledger.Order?)] = [
        ("user:{buyer}", "user:17", .init(buyer: 17)),
        ("user:{buyer}", "User:17", nil),
        ("user:{buyer}", "user:17 ", nil),
        ("user:{buyer}", "user:", nil),
        ("user:{buyer}", "user:17x", nil),
        ("user:{buyer}", "init", nil),
        ("{buyer}@shop.test", "17@shop.test", .init(buyer: 17)),
        ("{buyer}@shop.test", "17@shop.tests", nil),
        ("{purchase}|{buyer}", "3|17", .init(purchase: 3, buyer: 17)),
        ("{purchase}|{buyer}", "3|", nil),
        ("{attempt}", "41", .init(attempt: 41)),
        ("{attempt}", "", nil),
        ("{attempt}", "0041", .init(attempt: 41)),
        ("{attempt}", "0", nil),
        ("{attempt}", "-41", nil),
        ("{attempt}", "+41", nil),
        ("{attempt}", "4.1", nil),
        ("{attempt}", "1e3", nil),
        // As far as a double holds every number, and no further.
        ("{attempt}", "9007199254740992", .init(attempt: 9_007_199_254_740_992)),
        ("{attempt}", "9007199254740993", nil),
        ("{attempt}", "99999999999999999999", nil),
        ("{buyer}x{quantity}", "17x2", .init(buyer: 17, quantity: 2)),
        ("{buyer}x{quantity}", "17x-2", .init(buyer: 17, quantity: -2)),
        ("{buyer}-{attempt}", "17-41", .init(attempt: 41, buyer: 17)),
        ("{buyer}-{attempt}", "17--41", nil),
        // One value twice has to be the same.
        ("{buyer}/{buyer}", "17/17", .init(buyer: 17)),
        ("{buyer}/{buyer}", "17/18", nil),
        // What tells nothing: numbers of the moment, and texts of the script's own.
        ("{buyer}:{now-ms}", "17:1764400000123", .init(buyer: 17)),
        ("{buyer}:{now-ms}", "17:soon", nil),
        ("{random}:{buyer}", "99999999999999999999:17", .init(buyer: 17)),
        ("{any}:{buyer}", "a:b:17", .init(buyer: 17)),
        ("{any}:{buyer}", ":17", nil),
        ("{buyer}:{any}", "17:0b1c-33", .init(buyer: 17)),
        ("o{attempt}:{any}:{buyer}", "o4:x:y:17", .init(attempt: 4, buyer: 17)),
        ("{sale}:{buyer}", "{stress:a}:17", .init(buyer: 17)),
        ("{sale}:{buyer}", "{stress:b}:17", nil),
        ("{units}/{buyer}", "50/17", .init(buyer: 17)),
        ("{buyer + 1000}", "1017", .init(buyer: 17)),
        ("{buyer + 1000}", "17", nil),
        ("{{{buyer}}", "{17}", .init(buyer: 17)),
        ("買家{buyer}", "買家17", .init(buyer: 17)),
        ("sku7:{buyer}", "sku7:17", .init(buyer: 17)),
    ]

    @Test("a name is text in UTF-8, also a long one; what is none is not read again and again")
    func names() {
        var order = Ledger.Order()
        let long = Array(repeating: UInt8(ascii: "a"), count: 200_000)
        #expect(LedgerPattern(.unit).read(long[...], into: &order))
        #expect(order.unit?.utf8.count == long.count)
        for bytes in [[0xFF] + long, long + [0xFF], [0xC3, 0xA9, 0xC3]] {
            var none = Ledger.Order()
            // Read anew for each length it takes minutes.
            #expect(!LedgerPattern(.unit).read(bytes[...], into: &none))
            #expect(none == Ledger.Order())
        }
    }

    @Test("a step has a thousand outcomes at most", arguments: [1000, 1001])
    func outcomes(_ count: Int) {
        let rules = Array(repeating: "{ when: any, then: won }", count: count).joined(separator: ",\n  ")
        let text = Self.yaml("{ read: 'SMEMBERS {stock}', holds: buyers }")
            .replacing("{ when: any, then: won }", with: rules)
        #expect(((try? StrategyFile.parse(text, file: "mine.yaml")) != nil) == (count <= 1000))
    }

    @Test("no sum of a pattern is larger than a number can be")
    func longSums() {
        let sum = String(repeating: " + 9007199254740992", count: 1100)
        #expect { try Self.rule("{ read: 'SMEMBERS {stock}', holds: \"u{buyer\(sum)}\" }") } throws: { error in
            "\(error)".contains("more than 100 values")
        }
    }

    @Test(arguments: members)
    func reads(_ text: String, _ member: String, _ expected: Ledger.Order?) throws {
        var order = Ledger.Order()
        let fits = try Self.pattern(text).read(Array(member.utf8)[...], into: &order)
        #expect(fits == (expected != nil))
        #expect(order == expected ?? Ledger.Order())
    }

    /// Ledgers that cannot be meant, and what is said of each.
    static let mistakes: [(String, String)] = [
        ("{ read: 'SMEMBERS {stock}', holds: \"{purchase}{buyer}\" }", "nobody can tell where one value ends"),
        ("{ read: 'SMEMBERS {stock}', holds: \"{any}{buyer}\" }", "nobody can tell where one value ends"),
        ("{ read: 'SMEMBERS {stock}', holds: \"{buyer}0:{attempt}\" }", "cannot start with a digit"),
        ("{ read: 'SMEMBERS {stock}', holds: \"{buyer}0\" }", "cannot start with a digit"),
        ("{ read: 'SMEMBERS {stock}', holds: \"{buyer}{units}\" }", "cannot start with a digit"),
        ("{ read: 'SMEMBERS {stock}', holds: \"{any}:0{buyer}\" }", "cannot end with a digit"),
        ("{ read: 'SMEMBERS {stock}', holds: \"{any}:{buyer}:{any}\" }", "{any} can stand once"),
        ("{ read: 'SMEMBERS {stock}', holds: \"x{quantity}\" }", "name nobody"),
        ("{ read: 'SMEMBERS {stock}', holds: \"{any}\" }", "name nobody"),
        ("{ read: 'SMEMBERS {stock}', holds: \"user:{byer}\" }", "{byer} is not known; did you mean {buyer}?"),
        ("{ read: 'SMEMBERS {stock}', holds: \"{buyer + attempt}\" }", "one value in each pair of braces"),
        ("{ read: 'SMEMBERS {stock}', holds: {buyer} }", "a pattern goes in quotes"),
        ("{ read: 'HGETALL {stock}', holds: { field: \"{attempt}\" } }", "a pair is { field:"),
        ("{ read: 'HGETALL {stock}', holds: { field: \"{attempt}\", score: \"{buyer}\" } }", "a pair is { field:"),
        ("{ keys: \"bought:{buyer}\" }", "should contain {sale}"),
        ("{ keys: \"{sale}:bought\" }", "name nobody"),
        ("{ keys: \"{sale}:bought:{quantity}\" }", "name nobody"),
        ("{ keys: \"{sale}:{buyer}{attempt}\" }", "nobody can tell where one value ends"),
        ("{ keys: \"{sale}:{buyer}\", read: 'GET {stock}' }", "has one of read: and keys:"),
        ("{ keys: \"{sale}:{buyer}\", holds: count }", "holds: count goes with read:"),
        ("{ keys: \"{sale}:{buyer}\", fields: { attempt: a } }", "belongs to holds: entries"),
    ]

    @Test(arguments: mistakes)
    func refuses(_ ledger: String, _ message: String) {
        let error = #expect(throws: StrategyFileError.self) {
            _ = try StrategyFile.parse(Self.yaml(ledger), file: "mine.yaml")
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.line == 6)
    }

    /// The twins of the mistakes: each is read.
    @Test(arguments: [
        "{ read: 'SMEMBERS {stock}', holds: \"{purchase}:{buyer}\" }",
        "{ read: 'SMEMBERS {stock}', holds: \"0{buyer}\" }",
        "{ read: 'SMEMBERS {stock}', holds: \"{units}{buyer}\" }",
        "{ read: 'SMEMBERS {stock}', holds: \"{buyer}x{quantity}\" }",
        "{ read: 'HGETALL {stock}', holds: { field: \"o:{attempt}\", value: \"u{buyer}\" } }",
        "{ read: 'ZRANGE {stock} 0 -1 WITHSCORES', holds: { member: \"u{buyer}\", score: \"{quantity}\" } }",
        "{ keys: \"{sale}:bought:{buyer}\" }",
        "{ keys: \"{bought}\", holds: \"{quantity}\" }",
        "{ keys: \"{sale}:o:{any}\", holds: entries, fields: { user: \"u{buyer}\", attempt: id } }",
        "{ read: 'XRANGE {stock} - +', holds: entries, fields: { who: \"u{buyer}\" } }",
        "{ read: 'LRANGE {stock} 0 -1', holds: json, fields: { order.user: \"u{buyer}\", quantity: n } }",
    ])
    func accepts(_ ledger: String) throws { _ = try Self.rule(ledger) }

    @Test func aDeclaredKeyStandsForItsName() throws {
        let rule = try Self.rule("{ keys: \"{bought}\", holds: \"{attempt}\" }")
        var order = Ledger.Order()
        let keys = try #require(rule.keys).filled(sale: "{stress:a}", units: 1)
        #expect(keys.read(Array("{stress:a}:bought:17".utf8)[...], into: &order) && order == .init(buyer: 17))
        #expect(rule.inWords == "{bought} with {attempt}")
    }
}

import FlashSale
import Testing

@testable import Strategies

/// `shards:` and `{shard}` in a strategy file.
struct ShelvesLanguageTests {
    private static let file = """
        strategy: mine
        shards: 4
        keys:
          stock: "{shard}stock"
          total: "{sale}total"
        open:
          - SET {stock} {units}
        buy:
          - send: DECR {stock}
            outcomes:
              - { when: ">= 0", then: won }
              - { when: any, then: sold-out }
        stock: GET {stock}
        drain: { within: 1s, until: "GET {total} == 0" }
        close: [ "DEL {stock}" ]
        """

    @Test func aFileWithShelvesIsRead() throws {
        let strategy = try StrategyFile.parse(Self.file, file: "mine.yaml")
        #expect(strategy.shards == 4 && strategy.rules.shelves == 4)
        let keys = SaleKeys(strategy)
        #expect(keys.ofShelf == ["stock"])
    }

    private struct SaleKeys {
        var ofShelf: [String]
        init(_ strategy: Strategy) {
            ofShelf = strategy.keys.filter { strategy.areOfShelf([$0.template]) }.map(\.name)
        }
    }

    private static let mistakes: [Mistake] = [
        Mistake(
            "shards: 4", to: "shards: 0", line: 2, says: "shards: a whole number from 1 to 1024 is wanted; found 0"),
        Mistake("shards: 4", to: "shards: 1025", line: 2, says: "found 1025"),
        Mistake("shards: 4", to: "shards: many", line: 2, says: "found many"),
        Mistake("shards: 4", to: "summary: none", line: 4, says: "say how many there are with shards: at the top"),
        Mistake("{shard}stock", to: "{sale}stock", line: 2, says: "nothing under buy: names a shelf"),
        Mistake("{shard}stock", to: "stock", line: 4, says: "should contain {sale} or {shard}"),
        Mistake("{shard}stock", to: "{shard}{sale}stock", line: 4, says: "has both {sale} and {shard}"),
        Mistake("{shard}stock", to: "{shard + 1}stock", line: 4, says: "shard is text"),
        Mistake("  total:", to: "  shard:", line: 5, says: "shard cannot be the name of a key"),
        Mistake("DECR {stock}", to: "INCRBY {stock} {units-before}", line: 9, says: "{units-before} has no value here"),
        Mistake(
            "DECR {stock}", to: "INCRBY {stock} \"{buyer % units}\"", line: 9, says: "each shelf has units of its own"),
        Mistake("GET {total} ==", to: "GET {stock} ==", line: 14, says: "drain: holds for the whole sale"),
        Mistake(
            "drain: {", to: "restock: [ { at: 1s, units: 1, send: \"INCR {stock}\" } ]\ndrain: {", line: 14,
            says: "a sale with shards: has no restock"),
        Mistake(
            "stock: GET {stock}", to: "stock: { sum: [ \"GET {stock}\", \"GET {total}\" ] }", line: 13,
            says: "all of them have to, or none"),
    ]

    @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws { try mistake.check(in: Self.file) }

    @Test func aServiceChoosesTheShelfItself() throws {
        let yaml = """
            strategy: mine
            shards: 4
            buy:
              - http: POST /buy
                outcomes: [ { when: status 200, then: won }, { when: status 409, then: sold-out } ]
            stock: { http: GET /stock }
            """
        let error = try #require(throws: StrategyFileError.self) { try StrategyFile.parse(yaml, file: "mine.yaml") }
        #expect(error.line == 2 && error.message.contains("a service and a program choose the shelf themselves"))
    }

    // MARK: How units are dealt

    @Test(arguments: [(1, 1), (4, 10), (12, 500), (7, 7), (3, 1_000_000), (1024, 1025)])
    func unitsAreDealtEvenly(_ count: Int, _ units: Int) {
        let shelves = Shelves(count: count, units: units)
        let shares = (1...count).map(shelves.units(on:))
        #expect(shares.reduce(0, +) == units)
        #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1 && shares == shares.sorted(by: >))
        for shelf in 1...count { #expect(shelves.units(before: shelf) == shares[..<(shelf - 1)].reduce(0, +)) }
        #expect(shelves.units(on: 0) == units && shelves.units(before: 0) == 0)
    }

    @Test func noShelfIsEmptyWhenTheDoorsOpen() throws {
        let strategy = try StrategyFile.parse(Self.file, file: "mine.yaml")
        #expect(strategy.shelves(units: 3).count == 3 && strategy.shelves(units: 3).units(on: 3) == 1)
        #expect(strategy.shelves(units: 100).count == 4)
        var plain = strategy
        plain.shards = nil
        #expect(plain.shelves(units: 100).count == 0 && plain.shelves(units: 100).numbers == nil)
    }

    @Test func tagsOfShelvesAreTold() {
        #expect(Shelves.tag(of: 3, saleTag: "{stress:abc}") == "{stress:abc:3}")
        #expect(Shelves.tag(of: 3, saleTag: "{stress:abc}:warm-up") == "{stress:abc:3}:warm-up")
        let cases: [(String, Bool)] = [
            ("{stress:abc:3}stock", true), ("shop:{stress:abc:12}", true), ("{stress:abc}stock", false),
            ("{stress:abc:}stock", false), ("{stress:abc:x}stock", false), ("{stress:abcd:3}", false),
            ("{stress:abc:3", false), ("", false),
        ]
        for (key, isOne) in cases { #expect(Shelves.isTag(in: key, of: "{stress:abc}") == isOne, "\(key)") }
        #expect(!Shelves.isTag(in: "{stress:abc:3}stock", of: "{stress:abc}:warm-up"))
        #expect(Shelves.isTag(in: "{stress:abc:3}:warm-up:stock", of: "{stress:abc}:warm-up"))
    }
}

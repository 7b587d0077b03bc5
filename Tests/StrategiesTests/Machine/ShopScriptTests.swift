import FlashSale
import Shop
import Strategies
import Testing

/// The design's second example: a user's script, with return codes that are not ours.
@Suite struct ShopScriptTests {
    /// Word for word.
    static let example = #"""
        strategy: shop-script
        summary: stock in a hash, winners in a set
        limit: 1                          # units per buyer; purchase-limit and duplicate are checked against it
        idempotent: buyer                 # none (default), purchase or buyer: a repeated call gives what the first one got
        safe-under: [ crash-redis, kill-connections ]   # what its author claims; shown, and tested for the built-ins
        load: { purchases-per-buyer: 2 }  # defaults for flags, where the scheme needs them to show its nature
        keys: { shop: "shop:{sale}", who: "shop:{sale}:who" }
        scripts:
          buy: { file: buy.lua }          # beside this file; or the text itself: buy: | …
        open: [ "HSET {shop} total {units} sold 0" ]
        buy:
          - script: buy                   # EVALSHA; keys: and args: may both be absent
            keys: [ "{shop}", "{who}" ]
            args: [ "{buyer}", "{quantity}" ]
            outcomes:
              - { when: 0, then: won }                            # reports no remaining
              - { when: 1, then: sold-out }
              - { when: 2, then: duplicate }
              - { when: "[0] >= 10", then: won, remaining: "reply[1]" }
              - { when: error WRONGTYPE, then: failed }
        stock: { total: "HGET {shop} total", minus: "HGET {shop} sold" }   # or one command, or { sum: [ …, … ] }
        ledger: { read: "SMEMBERS {who}", holds: buyers, atomic: true }
        close: [ "DEL {shop} {who}" ]
        """#

    static let text = "return redis.call('SADD', KEYS[2], ARGV[1])"

    static func strategy() throws -> Strategy {
        try StrategyFile.parse(example, file: "shop.yaml") { name throws(StrategyFile.CompanionProblem) in
            guard name == "buy.lua" else { throw StrategyFile.CompanionProblem("there is no file \(name)") }
            return text
        }
    }

    @Test("what stands at the top of the file")
    func top() throws {
        let strategy = try Self.strategy()
        #expect(strategy.name == "shop-script")
        #expect(strategy.file == "shop.yaml")
        #expect(strategy.summary == "stock in a hash, winners in a set")
        #expect(strategy.limit == 1)
        #expect(strategy.idempotency == .buyer)
        #expect(strategy.safeUnder == [.crashRedis, .killConnections])
        var load = LoadDefaults()
        load.purchasesPerBuyer = 2
        #expect(strategy.load == load)
        #expect(
            strategy.scripts == [Strategy.Script(name: "buy", text: Self.text, companion: "buy.lua", line: 9)])
        #expect(strategy.libraries.isEmpty)
        #expect(strategy.finally.isEmpty)
        #expect(strategy.usesQuantity)
        #expect(strategy.commandsPerWin == 1)
    }

    @Test("the step that buys")
    func step() throws {
        let strategy = try Self.strategy()
        let step = try #require(strategy.buy.first)
        #expect(strategy.buy.count == 1)
        func value(_ value: Template.Value) -> Template {
            Template(pieces: [.expression(.init(terms: [.init(value: value)]))])
        }
        #expect(
            step.kind
                == .script(
                    .init(
                        callee: .script("buy"), keys: [value(.key("shop")), value(.key("who"))],
                        arguments: [value(.variable(.buyer)), value(.variable(.quantity))], line: 12)))
        #expect(step.condition == nil)
        #expect(step.captures.isEmpty)
        let remaining = Template.Expression(terms: [.init(value: .reply(ReplyPath(elements: [1])))])
        #expect(
            step.rules == [
                .init(matcher: .integers(0...0), outcome: .won, when: "0", line: 16),
                .init(matcher: .integers(1...1), outcome: .soldOut, when: "1", line: 17),
                .init(matcher: .integers(2...2), outcome: .duplicate, when: "2", line: 18),
                .init(
                    matcher: .element(0, .integers(10...Int.max)), outcome: .won, remaining: remaining,
                    when: "[0] >= 10", line: 19),
                .init(matcher: .error(prefix: "WRONGTYPE"), outcome: .failed, when: "error WRONGTYPE", line: 20),
            ])
    }

    @Test("the probe and the ledger")
    func probes() throws {
        let strategy = try Self.strategy()
        #expect(strategy.stock.terms.map(\.isSubtracted) == [false, true])
        #expect(!strategy.stock.belowZeroIsSoldOut)
        #expect(strategy.ledger?.holds == .ids(.buyer))
        #expect(strategy.ledger?.isAtomic == true)
        let commands = SaleCommands(strategy, saleTag: "{7}", units: 30)
        func words(_ command: [[UInt8]]) -> [String] { command.map { String(decoding: $0, as: UTF8.self) } }
        #expect(commands.open.compactMap(\.command).map(words) == [["HSET", "shop:{7}", "total", "30", "sold", "0"]])
        #expect(
            commands.stock.compactMap(\.command).map(words) == [
                ["HGET", "shop:{7}", "total"], ["HGET", "shop:{7}", "sold"],
            ])
        #expect(commands.ledger?.command.map(words) == ["SMEMBERS", "shop:{7}:who"])
        #expect(commands.close.compactMap(\.command).map(words) == [["DEL", "shop:{7}", "shop:{7}:who"]])
    }

    @Test(
        "and what it makes of replies",
        arguments: [
            (0, .init(.won)), (1, .init(.soldOut)), (2, .init(.duplicate)), ([10, 4], .init(.won, remaining: 4)),
            // What says nothing of the units left is a win all the same.
            ([11], .init(.won)), ([11, "many"], .init(.won)), ([9, 4], .init(.unknown, isHole: true)),
            (.error("WRONGTYPE Operation"), .init(.failed)),
            (.error("ERR user_script:1"), .init(.unknown, isHole: true)),
            (3, .init(.unknown, isHole: true)), (.null, .init(.unknown, isHole: true)),
        ] as [(Said, StrategyMachine.Result)])
    func replies(reply: Said, expected: StrategyMachine.Result) throws {
        let scenario = Scenario(
            strategy: .init(name: "shop-script", yaml: Self.example), units: 10, buyers: 10, procs: 1, threads: 1)
        let program = StrategyProgram(
            try Self.strategy(), saleTag: "{t}", readOnlyCommands: [], scriptHashes: ["buy": "abc"], scenario: scenario)
        let played = Played.play(program, [reply], quantity: 2)
        #expect(played.writes == ["EVALSHA abc 2 shop:{t} shop:{t}:who 3 2"])
        #expect(played.result == expected)
    }

    @Test("a scenario carries the script beside the file")
    func carried() throws {
        let source = Scenario.StrategySource(name: "shop.yaml", yaml: Self.example, files: ["buy.lua": Self.text])
        #expect(try StrategyFile.parse(source) == Self.strategy())
        let error = #expect(throws: StrategyFileError.self) {
            try StrategyFile.parse(Scenario.StrategySource(name: "shop.yaml", yaml: Self.example))
        }
        #expect(error?.description == "shop.yaml:9:16: scripts: buy: the file buy.lua is not at hand")
    }
}

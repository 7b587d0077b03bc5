import FlashSale
import Strategies
import Testing

/// `lapses:`, `restock:` and the outcome `returned` in a strategy file.
@Suite struct ComingBackLanguageTests {
    static let example = """
        strategy: mine
        lapses: 1.5s
        keys: { stock: "{sale}:stock" }
        scripts:
          more: return redis.call('INCRBY', KEYS[1], ARGV[1])
        open: [ "SET {stock} {units}" ]
        buy:
          - send: DECR {stock}
            outcomes:
              - { when: ">= 0", then: won, remaining: reply }
              - { when: "< 0", then: returned }
        restock:
          - { at: 2s, units: 50, send: "INCRBY {stock} 50" }
          - at: 10ms
            units: "{units + 1}"
            script: more
            keys: [ "{stock}" ]
            args: [ "{units + 1}" ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    @Test func read() throws {
        let strategy = try StrategyFile.parse(Self.example, file: "mine.yaml")
        #expect(strategy.lapsesNanoseconds == 1_500_000_000)
        #expect(strategy.restocks.map(\.atNanoseconds) == [10_000_000, 2_000_000_000])
        #expect(strategy.restocks.map(\.line) == [14, 13])
        #expect(strategy.rules.givesBack)
        #expect(strategy.rules.lapsesNanoseconds == 1_500_000_000)
        // What asks the server about keys and commands asks about these, too.
        #expect(strategy.commands.map(\.name).contains("INCRBY"))
        #expect(strategy.scriptCalls.map(\.callee) == [.script("more")])
    }

    @Test("nothing comes back where the file does not say it")
    func silent() throws {
        let lines = Self.example.split(separator: "\n", omittingEmptySubsequences: false)
        let text = lines.filter { !$0.contains("lapses") }.joined(separator: "\n")
            .replacing("then: returned", with: "then: sold-out")
        let start = try #require(text.firstRange(of: "restock:"))
        let end = try #require(text.firstRange(of: "stock: GET"))
        let strategy = try StrategyFile.parse(
            text.replacingCharacters(from: start.lowerBound, to: end.lowerBound), file: "mine.yaml")
        #expect(strategy.rules == SaleRules())
        #expect(strategy.restocks.isEmpty)
    }

    @Test("an attempt may also end so by a step")
    func finish() throws {
        let text = Self.example.replacing(
            "restock:", with: "  - finish: returned\nrestock:", maxReplacements: 1
        ).replacing("then: returned", with: "then: sold-out")
        #expect(try StrategyFile.parse(text, file: "mine.yaml").rules.givesBack)
    }

    static let mistakes: [Mistake] = [
        Mistake("lapses: 1.5s", to: "lapses: 5", line: 2, says: "lapses: 5 has no unit; write 5ms or 5s"),
        Mistake("lapses: 1.5s", to: "lapses: 0s", line: 2, says: "such as 5s; found 0"),
        Mistake("lapses: 1.5s", to: "lapses: 60d", line: 2, says: "longer than 30 days"),
        Mistake("lapses: 1.5s", to: "lapse: 5s", line: 2, says: "lapse"),
        Mistake("{ at: 2s, units: 50, ", to: "{ units: 50, ", line: 13, says: "at"),
        Mistake("{ at: 2s, units: 50, ", to: "{ at: 2s, ", line: 13, says: "units"),
        Mistake("at: 2s", to: "at: 2d", line: 13, says: "restock: at: 2d is longer than a day"),
        Mistake("at: 2s", to: "at: soon", line: 13, says: "restock: at: a duration"),
        Mistake("units: 50", to: "units: 0", line: 13, says: "restock: units: a whole number from 1"),
        Mistake("units: 50", to: "units: many", line: 13, says: "such as 50 or \"{units}\"; found many"),
        Mistake("units: 50", to: "units: \"{buyer}\"", line: 13, says: "buyer"),
        Mistake("units: 50", to: "units: \"{random 1..3}\"", line: 13, says: "such as 50 or \"{units}\""),
        Mistake(", send: \"INCRBY {stock} 50\"", to: "", line: 13, says: "one of send:, script: and function:"),
        Mistake("send: \"INCRBY {stock} 50\"", to: "send: \"FLUSHALL\"", line: 13, says: "FLUSHALL cannot be used"),
        Mistake("send: \"INCRBY {stock} 50\"", to: "send: \"INCRBY {stock} {buyer}\"", line: 13, says: "buyer"),
        Mistake("send: \"INCRBY {stock} 50\"", to: "send: PING, script: more", line: 13, says: "has no script:"),
        Mistake("    script: more", to: "    script: less", line: 16, says: "script: less is not known"),
        Mistake("units: 50", to: "unit: 50", line: 13, says: "unit"),
    ]

    @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws { try mistake.check(in: Self.example) }
}

extension String {
    /// Without what stands between the two places.
    fileprivate func replacingCharacters(from start: Index, to end: Index) -> String {
        String(self[..<start]) + String(self[end...])
    }
}

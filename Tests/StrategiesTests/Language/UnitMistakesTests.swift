import FlashSale
import Strategies
import Testing

/// `unit:`, `units:` and orders of units: what a file can say, and what it cannot.
@Suite struct UnitMistakesTests {
    static let example = """
        strategy: codes
        keys: { codes: "{sale}:codes", orders: "{sale}:orders" }
        open:
          - RPUSH {codes} a b c
        buy:
          - send: LPOP {codes}
            outcomes:
              - { when: nil, then: sold-out }
            as: code
          - send: HSET {orders} {code} {buyer}
            outcomes:
              - { when: error, then: unknown, unit: "{code}" }
              - { when: 1, then: won, unit: "{code}" }
          - finish: won
            unit: "{code}"
        stock: LLEN {codes}
        ledger: { read: "HGETALL {orders}", holds: unit-to-buyer }
        units: LRANGE {codes} 0 -1
        close:
          - DEL {codes} {orders}
        """

    @Test func theExampleIsRight() throws {
        let strategy = try StrategyFile.parse(Self.example, file: "mine.yaml")
        #expect(strategy.namesUnits)
        #expect(strategy.ledger?.holds == .pairs(.unit, .buyer))
        #expect(strategy.ledger?.unitsAreKeys == true && strategy.ledger?.mergesRepeats == false)
        guard case .listed(.command(let command))? = strategy.forSale else { throw CancellationError() }
        #expect(command.name == "LRANGE" && strategy.commands.contains(command))
    }

    @Test(
        "numbers for sale",
        arguments: [
            ("1..{units}", 1...50), ("0..{units - 1}", 0...49), ("5..7", 5...7), ("{units}..99", 50...99),
            ("'{units - 49}..{units}'", 1...50),
        ])
    func numbers(_ text: String, _ range: ClosedRange<Int>) throws {
        let quoted = text.hasPrefix("'") ? text : "\"\(text)\""
        let yaml = Self.example.replacing("units: LRANGE {codes} 0 -1", with: "units: \(quoted)")
        let strategy = try StrategyFile.parse(yaml, file: "mine.yaml")
        #expect(strategy.forSale?.range(units: 50) == range && strategy.forSale?.calls.isEmpty == true)
    }

    @Test(
        "orders of units",
        arguments: [
            ("attempt-to-unit", Strategy.LedgerRule.Holds.pairs(.attempt, .unit), true),
            ("unit-to-attempt", .pairs(.unit, .attempt), false),
            ("unit-to-purchase", .pairs(.unit, .purchase), false),
            (
                "entries, fields: { unit: code, buyer: user }",
                .entries([
                    .init(name: "user", pattern: LedgerPattern(.buyer)),
                    .init(name: "code", pattern: LedgerPattern(.unit)),
                ]), true
            ),
        ])
    func orders(_ text: String, _ holds: Strategy.LedgerRule.Holds, _ merges: Bool) throws {
        let yaml = Self.example.replacing("holds: unit-to-buyer", with: "holds: \(text)")
        let ledger = try #require(try StrategyFile.parse(yaml, file: "mine.yaml").ledger)
        #expect(ledger.holds == holds && ledger.mergesRepeats == merges)
    }

    static let mistakes: [Mistake] = [
        Mistake("then: sold-out", to: "then: sold-out, unit: reply", line: 8, says: "sold-out sells no unit"),
        Mistake(
            "unit: \"{code}\" }\n  - finish", to: "unit: \"\" }\n  - finish", line: 13,
            says: "nothing would be the same"),
        Mistake(
            "unit: \"{code}\" }\n  - finish", to: "unit: A7 }\n  - finish", line: 13,
            says: "A7 would be the same for every unit"),
        Mistake(
            "unit: \"{code}\" }\n  - finish", to: "unit: \"{seat}\" }\n  - finish", line: 13,
            says: "{seat} is not known"),
        Mistake(
            "unit: \"{code}\" }\n  - finish", to: "unit: \"{random 1..9}\" }\n  - finish", line: 13,
            says: "names no unit"),
        Mistake("unit: \"{code}\" }\n  - finish", to: "unit: [] }\n  - finish", line: 13, says: "unit: names nothing"),
        Mistake("    unit: \"{code}\"\nstock", to: "    unit: reply\nstock", line: 15, says: "finish: has no reply"),
        Mistake("as: code", to: "unit: reply", line: 9, says: "a send step has no unit:"),
        Mistake("holds: unit-to-buyer", to: "holds: units", line: 17, says: "units is not known"),
        Mistake("holds: unit-to-buyer", to: "holds: unit-to-quantity", line: 17, says: "unit-to-quantity is not known"),
        Mistake(
            "holds: unit-to-buyer", to: "holds: entries, fields: { unit: u }", line: 17,
            says: "one of attempt, purchase and buyer is wanted"),
        Mistake("units: LRANGE {codes} 0 -1", to: "units: 5..1", line: 18, says: "has no number"),
        Mistake("units: LRANGE {codes} 0 -1", to: "units: a..b", line: 18, says: "a range such as"),
        Mistake("units: LRANGE {codes} 0 -1", to: "units: \"1..{buyer}\"", line: 18, says: "{buyer} has no value here"),
        Mistake(
            "units: LRANGE {codes} 0 -1", to: "units: LRANGE {buyer} 0 -1", line: 18, says: "{buyer} has no value here"),
        Mistake("units: LRANGE {codes} 0 -1", to: "units:", line: 18, says: "units is empty"),
    ]

    @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws { try mistake.check(in: Self.example) }
}

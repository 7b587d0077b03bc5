import FlashSale
import Strategies
import Testing

/// `require:` in a strategy file.
struct RequireTests {
    private static func file(_ require: String) -> String {
        """
        strategy: mine
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: DECR {stock}
            outcomes:
              - { when: ">= 0", then: won, remaining: reply }
              - { when: "< 0", then: sold-out }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        require: \(require)
        """
    }

    @Test(arguments: [
        "sold>=99%, p99<5ms", "[ sold>=99%, p99<5ms ]", "\"sold >= 99%, p99 < 5 ms\"",
        "\n  - sold>=99%\n  - p99<5ms", "[ \"sold>=99%, p99<5ms\" ]",
    ])
    func reads(_ require: String) throws {
        let strategy = try StrategyFile.parse(Self.file(require), file: "mine.yaml")
        #expect(strategy.require.map(\.text) == ["sold>=99%", "p99<5ms"])
    }

    @Test(arguments: [
        ("p99<5", "mine.yaml:11:10: require: p99 is a time and needs its unit"),
        ("[ sold>=99%, sould>=1 ]", "mine.yaml:11:23: require: there is no figure sould; did you mean sold?"),
        ("[]", "mine.yaml:11:10: require: a threshold is wanted, such as sold>=99%; found an empty list"),
        ("\"\"", "mine.yaml:11:10: require: the name of a figure is wanted"),
        ("{ sold: 99% }", "mine.yaml:11:10: require should be text; found a map"),
        ("inconclusive=pass", "mine.yaml:11:10: require: inconclusive=fail is all that there is"),
    ])
    func refuses(_ require: String, _ message: String) {
        let error = #expect(throws: StrategyFileError.self) {
            try StrategyFile.parse(Self.file(require), file: "mine.yaml")
        }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test func noneIsNone() throws {
        let text = Self.file("sold>=1").split(separator: "\n").dropLast().joined(separator: "\n")
        #expect(try StrategyFile.parse(text, file: "mine.yaml").require.isEmpty)
    }
}

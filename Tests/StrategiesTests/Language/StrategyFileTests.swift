import FlashSale
import Foundation
import Strategies
import Testing

@Suite struct StrategyFileTests {
    @Test("every built-in strategy parses under its own name", arguments: BuiltinStrategies.all.map(\.name))
    func builtins(name: String) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        let strategy = try StrategyFile.parse(yaml, file: name)
        #expect(strategy.name == name)
        #expect(!strategy.summary.isEmpty)
        #expect(strategy.ledger != nil)
        #expect(strategy.summary.wholeMatch(of: /(Safe|Safe[ ,][^:]+|BROKEN ON PURPOSE): .+/) != nil)
        let nature = try #require(BuiltinStrategies.Nature(summary: strategy.summary))
        #expect((nature == .broken) == Self.broken.contains(name))
    }

    static let broken: Set<String> = [
        "naive", "unguarded", "lock-expires", "hash-off-by-one", "decr-first", "cart-by-item", "reserve-two-cancels",
        "reserve-late-payment",
    ]

    /// The design's first example, word for word.
    static let example = """
        strategy: optimistic
        summary: WATCH, read, then write in MULTI/EXEC; the seed article's second listing
        keys:                             # every key the sale owns. {sale} is the run's own hash-tagged prefix
          stock: "{sale}:stock"
          orders: "{sale}:orders"
        open:                             # once, before the doors open
          - SET {stock} {units}
        buy:                              # one attempt, step by step, on the buyer's own connection
          - send: WATCH {stock}
          - send: GET {stock}
            outcomes:                     # first match wins; what does not match goes on
              - { when: nil,    then: failed }
              - { when: "<= 0", then: sold-out }
            as: left                      # captured from the reply, after the outcomes
          - think                         # where --think-time is spent; `think: 20ms` gives a default
          - atomically:                   # MULTI … EXEC, written at once
              - SET {stock} {left - 1}
              - HSET {orders} {attempt} {buyer}
            outcomes:
              - { when: nil,   then: conflict }
              - { when: array, then: won, remaining: "{left - 1}" }
        stock: GET {stock}                # probe: units left after the sale
        ledger: { read: "HGETALL {orders}", holds: attempt-to-buyer, atomic: true }
        close:
          - DEL {stock} {orders}
        """

    @Test("the design's example is the built-in strategy")
    func example() throws {
        let parsed = try StrategyFile.parse(Self.example, file: "optimistic")
        let builtin = try StrategyFile.parse(
            try #require(BuiltinStrategies.yaml(named: "optimistic")), file: "optimistic")
        #expect(parsed.buy.map(\.rules) == builtin.buy.map(\.rules))
        #expect(parsed.keys == builtin.keys)
        #expect(parsed.commands.map(\.arguments) == builtin.commands.map(\.arguments))
        #expect(parsed.ledger?.isAtomic == true)
    }

    @Test("the documents' strategy files parse", arguments: ["README.md", "docs/bring-your-own.md", "docs/drivers.md"])
    func documents(name: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        func blocks(_ language: String, of document: String) throws -> [String] {
            try String(contentsOf: root.appending(path: document), encoding: .utf8)
                .components(separatedBy: "```\(language)\n").dropFirst()
                .compactMap { $0.components(separatedBy: "```").first }
        }
        let scripts = try blocks("lua", of: "docs/bring-your-own.md")
        let strategies = try blocks("yaml", of: name).filter { $0.hasPrefix("strategy:") }
        try #require(!strategies.isEmpty)
        for text in strategies {
            _ = try StrategyFile.parse(text, file: name) { file throws(StrategyFile.CompanionProblem) in
                guard let script = scripts.first(where: { $0.hasPrefix("-- \(file) ") }) else {
                    throw StrategyFile.CompanionProblem("the documents do not show \(file)")
                }
                return script
            }
        }
    }

    @Test("a think step may have a time of its own")
    func think() throws {
        let text = Self.example.replacing("- think  ", with: "- think: 1ms..20ms  ")
        let strategy = try StrategyFile.parse(text, file: "x")
        #expect(strategy.buy[2].kind == .think(.init(min: 1000, max: 20_000)))
    }

    static let mistakes: [Mistake] = [
        Mistake("strategy: optimistic", to: "strategy: Two Words", line: 1, says: "a strategy's name is made of"),
        Mistake("strategy: optimistic", to: "name: optimistic", line: 1, says: "no key name"),
        Mistake("strategy: optimistic", to: "\tstrategy: optimistic", line: 1, says: "tabs"),
        Mistake("strategy: optimistic", to: "strategy: &a optimistic", line: 1, says: "anchors"),
        Mistake("strategy: optimistic", to: "strategy: [a]", line: 1, says: "should be text"),
        Mistake("\nopen:", to: "\nopne:", line: 6, says: "did you mean open?"),
        Mistake("stock: \"{sale}:stock\"", to: "stock: \"stock\"", line: 4, says: "should contain {sale}"),
        Mistake("stock: \"{sale}:stock\"", to: "stock: \"{sale}:{left}\"", line: 4, says: "{left} is not known"),
        Mistake("stock: \"{sale}:stock\"", to: "buyer: \"{sale}:stock\"", line: 4, says: "means something else"),
        Mistake("SET {stock} {units}", to: "SET {stok} {units}", line: 7, says: "did you mean {stock}?"),
        Mistake("SET {stock} {units}", to: "SET {stock} {units", line: 7, says: "no closing brace"),
        Mistake("SET {stock} {units}", to: "SET {stock} {}", line: 7, says: "is empty"),
        Mistake("SET {stock} {units}", to: "SET {stock} {buyer}", line: 7, says: "{buyer} has no value here"),
        Mistake("SET {stock} {units}", to: "{stock} {units}", line: 7, says: "put it in quotes"),
        Mistake(
            "SET {stock} {units}", to: "\"{stock} {units}\"", line: 7, says: "should start with the name of a command"),
        Mistake("SET {stock} {units}", to: "SET 'a {units}", line: 7, says: "never closed"),
        Mistake("SET {stock} {units}", to: "FLUSHALL", line: 7, says: "acts on more than the keys of this sale"),
        Mistake("WATCH {stock}", to: "MULTI", line: 9, says: "write atomically: with the commands in between"),
        Mistake("WATCH {stock}", to: "SUBSCRIBE x", line: 9, says: "changes the connection"),
        Mistake("- send: WATCH {stock}", to: "- sned: WATCH {stock}", line: 9, says: "did you mean send?"),
        Mistake("- send: WATCH {stock}", to: "- send: {stock}", line: 9, says: "goes in quotes"),
        Mistake("- send: WATCH {stock}", to: "- WATCH {stock}", line: 9, says: "a step is think, or a map"),
        Mistake(
            "- { when: nil,    then: failed }", to: "- { when: >= 10, then: won }", line: 12, says: "put it in quotes"),
        Mistake(
            "- { when: nil,    then: failed }", to: "- { when: [0], then: won }", line: 12,
            says: "put the matcher in quotes"),
        Mistake(
            "- { when: nil,    then: failed }", to: "- { when: 9..1, then: won }", line: 12,
            says: "the wrong way round; write 1..9"),
        Mistake(
            "- { when: nil,    then: failed }", to: "- { when: nil, then: lost }", line: 12,
            says: "lost is no outcome; known: won"),
        Mistake("- { when: nil,    then: failed }", to: "- { when: nil }", line: 12, says: "needs the key then"),
        Mistake(
            "- { when: nil,    then: failed }", to: "- { when: nil, then: failed, remaining: 3 }", line: 12,
            says: "belongs to an outcome with then: won"),
        Mistake("- think  ", to: "- { send: GET {stock}, as: left }\n  - think  ", line: 15, says: "put it in quotes"),
        Mistake(
            "- think  ", to: "- { send: 'GET {stock}', as: left }\n  - think  ", line: 15,
            says: "taken by a step before"),
        Mistake("- think  ", to: "- function: sale\n  - think  ", line: 15, says: "needs its library under functions:"),
        Mistake(
            "- think  ", to: "- script: buy\n  - think  ", line: 15,
            says: "buy is not known; name its text under scripts:"),
        Mistake(
            "- think  ", to: "- finish: duplicate\n  - think  ", line: 15, says: "needs a limit at the top of the file"),
        Mistake(
            "- send: WATCH {stock}", to: "- { send: 'WATCH {stock}', if: x }", line: 9,
            says: "no step before has an as:"),
        Mistake("{left - 1}", to: "{left - 99999999999999999}", line: 17, says: "no number of a sale is that large"),
        Mistake("SET {stock} {units}", to: "COPY {stock} x DB 6", line: 7, says: "acts on more than the keys"),
        Mistake("as: left    ", to: "as: stock    ", line: 14, says: "cannot be the name of a capture"),
        Mistake("- think  ", to: "- think: soon  ", line: 15, says: "a duration such as 5ms"),
        Mistake("- think  ", to: "- think: 20ms..1ms  ", line: 15, says: "the wrong way round"),
        Mistake("SET {stock} {left - 1}", to: "SET {stock} {left-1}", line: 17, says: "put blanks around + and -"),
        Mistake(
            "SET {stock} {left - 1}", to: "SET {stock} {stock - 1}", line: 17, says: "stock is a key, which is text"),
        Mistake("SET {stock} {left - 1}", to: "SET {stock} {left - }", line: 17, says: "+ or - and a value are wanted"),
        Mistake("SET {stock} {left - 1}", to: "WATCH {stock}", line: 17, says: "no meaning inside MULTI"),
        Mistake("SET {stock} {left - 1}", to: "SET {stock} {reply}", line: 17, says: "capture it with as: first"),
        Mistake("remaining: \"{left - 1}\"", to: "remaining: left", line: 21, says: "a number such as"),
        Mistake(
            "then: won, remaining", to: "then: unknown, remaining", line: 9,
            says: "no step of buy has an outcome with then: won"),
        Mistake(
            "holds: attempt-to-buyer", to: "holds: everything", line: 23,
            says: "everything is not known; known: attempts"),
        Mistake("atomic: true", to: "atomic: maybe", line: 23, says: "true or false is wanted"),
        Mistake("close:\n  - DEL {stock} {orders}", to: "close: DEL {stock}", line: 24, says: "should be a list"),
        Mistake("close:\n  - DEL {stock} {orders}", to: "", line: 1, says: "needs the key close"),
        Mistake("close:", to: "stock: GET {stock}\nclose:", line: 22, says: "more than once"),
    ]

    @Test("every mistake has one message, with its line", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        try mistake.check(in: Self.example)
    }

    @Test("hostile files end with a message too")
    func hostile() {
        let bomb =
            "a: &a [x]\n"
            + (1...30).map { "k\($0): &k\($0) [*\($0 == 1 ? "a" : "k\($0 - 1)"), *\($0 == 1 ? "a" : "k\($0 - 1)")]" }
            .joined(separator: "\n")
        for text in [
            "", "   \n", bomb.replacing("[*", with: "[\r*").replacing(", *", with: ",\r*"), "# only a comment",
            "- a\n- b", "just text", bomb, "\u{0}", "a: b: c", "strategy: *x",
            "? ? ? ? a",
            String(repeating: "[", count: 200_000), String(repeating: "- ", count: 100_000), "%YAML 9.9\n---\na: b",
            String(repeating: "x", count: 300_000), "strategy: a\n---\nstrategy: b",
            (0..<3000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
        ] {
            #expect(throws: StrategyFileError.self) { try StrategyFile.parse(text, file: "mine.yaml") }
        }
    }

    @Test(
        "durations",
        arguments: [
            ("5ms", 5000), ("0", 0), ("0ms", 0), ("1.5s", 1_500_000), ("250us", 250), ("2m", 120_000_000),
            ("1h", 3_600_000_000),
        ])
    func durations(text: String, microseconds: Int) throws {
        #expect(try DurationText.microseconds(text) == microseconds)
    }

    @Test(
        "what is no duration",
        arguments: ["", "5", "ms", "-5ms", "5 ms", "1e9s", "25h", "5ms..1ms", "..", "1ms..", "nan s", "1.2.3s"])
    func noDurations(text: String) {
        #expect(throws: DurationText.Problem.self) { try DurationText.microsecondRange(text) }
    }
}

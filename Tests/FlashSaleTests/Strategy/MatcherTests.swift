import Testing

@testable import FlashSale

@Suite struct MatcherTests {
    @Test(
        "what each matcher takes and what it does not",
        arguments: [
            ("0", [0, "0", .status("0")], [1, "", "00x", .null, .error("0"), [0]]),
            ("-4..-1", [-4, -1, "-2"], [0, -5]),
            ("<= 0", [0, -3], [1, "a"]),
            ("< 0", [-1], [0]),
            (">= 1", [1, "7"], [0]),
            ("> 1", [2], [1]),
            ("!= 3", [2], [3, "x"]),
            ("nil", [.null], ["", 0, []]),
            ("false", [.null], [0]),
            ("true", [1, "1"], [0, .null]),
            ("ok", [.ok], ["OK", .status("QUEUED")]),
            ("empty", ["", []], [.null, 0, [1]]),
            ("array", [[], [1]], [.null, 1]),
            ("any", [1, "", .null, .ok, []], [.error("ERR")]),
            ("error", [.error("ERR x"), .error("")], ["ERR"]),
            (
                "error WRONGTYPE", [.error("WRONGTYPE Operation"), .error("WRONGTYPE")],
                [.error("WRONGTYPES"), .error("ERR")]
            ),
            ("error ERR no such key", [.error("ERR no such key")], [.error("ERR no such")]),
            ("SOLD", ["SOLD", .status("SOLD")], ["SOLD ", "sold", .error("SOLD")]),
            ("[0] >= 10", [[10], [11, "x"]], [[9], [], 10]),
            ("[1] SOLD", [[1, "SOLD"]], [["SOLD"]]),
            ("[1] [0] 5", [[[], [5]]], [[5]]),
        ] as [(String, [Said], [Said])])
    func matches(text: String, takes: [Said], refuses: [Said]) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "naive"))
        var compiler = StrategyCompiler(
            strategy: try StrategyFile.parse(yaml, file: "naive"), saleTag: "{t}", units: 1, readOnlyCommands: [],
            think: nil)
        let index = compiler.test(try Matcher(text))
        compiler.literals.withUnsafeBufferPointer { literals in
            compiler.tests.withUnsafeBufferPointer { tests in
                func passes(_ said: Said) -> Bool {
                    tests[index].passes(said.reply, at: Reply.root, tests: tests, literals: literals)
                }
                for said in takes { #expect(passes(said), "\(text) should take \(said)") }
                for said in refuses { #expect(!passes(said), "\(text) should refuse \(said)") }
            }
        }
    }

    @Test(
        "what is no matcher",
        arguments: ["", "5..1", ">= x", "<", "[x] 1", "[0]", "[-1] 2", "/a/", "json.code == 0", "< {quantity}"])
    func refused(text: String) {
        #expect(throws: Matcher.Problem.self) { try Matcher(text) }
    }

    @Test(
        "decimal numbers as Redis writes them",
        arguments: [
            ("0", 0), ("-1", -1), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
        ])
    func integers(text: String, value: Int) { #expect(Reply.integer(Array(text.utf8)) == value) }

    @Test(
        "what is no decimal number",
        arguments: ["", "-", "+1", " 1", "1 ", "1.0", "9223372036854775808", "-9223372036854775809", "0x1"])
    func noIntegers(text: String) { #expect(Reply.integer(Array(text.utf8)) == nil) }
}

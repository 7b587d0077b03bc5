import FlashSale
import Strategies
import Testing

/// Names that carry the sale's tag.
struct SaleFunctionsTests {
    private let functions = SaleFunctions(saleTag: "{stress:b8vuo2njxy}")

    @Test(arguments: [
        ("{stress:b8vuo2njxy}", "stress_b8vuo2njxy_"), ("{stress:b8vuo2njxy}:warm-up", "stress_b8vuo2njxy_"),
        ("{t}", "t_"),
    ])
    func prefix(tag: String, expected: String) { #expect(SaleFunctions(saleTag: tag).prefix == expected) }

    @Test func names() {
        #expect(functions.name(of: "buy") == "stress_b8vuo2njxy_buy")
        #expect(functions.name(ofLibrary: "#!lua name=shop\nreturn") == "stress_b8vuo2njxy_shop")
        #expect(functions.name(ofLibrary: "#!lua engine=x\nname=no") == nil)
    }

    @Test(arguments: [
        "redis.register_function('buy', f)", "redis . register_function{ function_name='buy' }",
        "r['register_function']('buy', f)",
        "server [ \"register_function\" ]('buy', f)",
    ])
    func registrationsAreSeen(_ line: String) {
        let text = functions.text(of: "#!lua name=shop\nlocal r = redis\n\(line)\n")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "#!lua name=stress_b8vuo2njxy_shop")
        // No line moves: the server's messages name them.
        #expect(lines.count == 4 && lines[1].hasSuffix("local r = redis"))
        #expect(lines[2].hasPrefix("stress_register_function"))
    }

    @Test(arguments: [
        "", "#!lua", "#!lua name=shop", "#!lua name=", "#!lua  name=a  name=b",
        "no first line\nredis.register_functions()",
    ])
    func oddTextsStayWhatTheyAre(_ text: String) {
        let loaded = functions.text(of: text)
        #expect(loaded.split(separator: "\n").count == text.split(separator: "\n").count)
        #expect(
            !loaded.contains(
                "stress_register_function("
                    + ")"))
    }
}

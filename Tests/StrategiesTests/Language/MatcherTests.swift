import FlashSale
import Strategies
import Testing

/// Matchers as a strategy file writes them, by what an attempt makes of one reply.
@Suite struct MatcherTests {
    /// A strategy with one step and one outcome.
    private static func yaml(when text: String) -> String {
        let quoted = text.replacing("'", with: "''")
        return Played.yaml(
            buy: ["{ send: 'GET {stock}', outcomes: [ { when: '\(quoted)', then: won } ] }"])
    }

    @Test(
        "what each matcher takes and what it does not",
        arguments: [
            ("0", [0, "0", .status("0")], [1, "", "00x", .null, .error("0"), [0]]),
            ("-4..-1", [-4, -1, "-2"], [0, -5]),
            ("<= 0", [0, -3], [1, "a"]),
            ("<=0", [0], [1]),
            ("< 0", [-1], [0]),
            (">= 1", [1, "7"], [0]),
            ("> 1", [2], [1]),
            ("== 3", [3, "3"], [2, "x"]),
            ("!= 3", [2], [3, "x"]),
            ("nil", [.null], ["", 0, []]),
            ("false", [.null], [0]),
            ("true", [1, "1"], [0, .null]),
            ("ok", [.ok], ["OK", .status("QUEUED")]),
            ("empty", ["", []], [.null, 0, [1]]),
            ("array", [[], [1]], [.null, 1]),
            ("any", [1, "", .null, .ok, [], [.error("ERR")]], [.error("ERR")]),
            ("error", [.error("ERR x"), .error("")], ["ERR", [.error("ERR")]]),
            (
                "error WRONGTYPE", [.error("WRONGTYPE Operation"), .error("WRONGTYPE")],
                [.error("WRONGTYPES"), .error("ERR")]
            ),
            ("error ERR no such key", [.error("ERR no such key")], [.error("ERR no such")]),
            ("SOLD", ["SOLD", .status("SOLD")], ["SOLD ", "sold", .error("SOLD")]),
            ("售罄", ["售罄"], ["售"]),
            ("\"nil\"", ["nil"], [.null, "\"nil\""]),
            ("\"7\"", ["7", .status("7")], [7, "07"]),
            ("\"{\"", ["{"], ["{{"]),
            ("\"\"", [""], [[], .null]),
            ("\"", ["\""], [""]),
            ("/sold/", ["unsold", "sold out", .status("sold")], ["SOLD", 1, .error("sold"), ["sold"], .null]),
            ("/^sold ?out$/", ["soldout", "sold out"], ["sold  out", "sold out!"]),
            ("/(?i)^no/", ["NOPE", "no"], ["yes"]),
            ("/[0-9]{3}/", ["a123"], ["12", 123]),
            ("/a/b/", ["xa/b"], ["ab"]),
            ("/{stock}|x/", ["x"], ["y"]),
        ] as [(String, [Said], [Said])])
    func matches(text: String, takes: [Said], refuses: [Said]) throws {
        try Self.check(text, takes: takes, refuses: refuses)
    }

    @Test(
        "elements of arrays",
        arguments: [
            ("reply[0] >= 10", [[10], [11, "x"]], [[9], [], 10]),
            ("reply >= 10", [10], [9, [10]]),
            ("reply to all", ["reply to all"], ["to all"]),
            ("[0] >= 10", [[10], [11, "x"]], [[9], [], 10]),
            ("[0]>=10", [[10]], [[9]]),
            ("[1] SOLD", [[1, "SOLD"]], [["SOLD"]]),
            ("[1] [0] 5", [[[], [5]], [[1, [2]], [5, 6]]], [[5], [5, 5]]),
            ("[0] nil", [[.null]], [[], .null]),
            ("[0] any", [[1], [.null], [[]]], [[], [.error("ERR")]]),
            ("[0] /^a/", [["ab"]], [["ba"], "ab"]),
            ("[0] < {quantity}", [[2]], [[3], 2]),
            ("[1] error OOM", [[1, .error("OOM x")]], [[1, 2], .error("OOM")]),
            ("[0] json.code == 0", [["{\"code\":0}"]], [["{\"code\":1}"], "{\"code\":0}"]),
        ] as [(String, [Said], [Said])])
    func elements(text: String, takes: [Said], refuses: [Said]) throws {
        try Self.check(text, takes: takes, refuses: refuses)
    }

    @Test(
        "numbers that are known at the time of the attempt; this one is for 3 units",
        arguments: [
            ("< {quantity}", [2, "2", -1], [3, 4, "x", .null, .error("2")]),
            ("<{quantity}", [2], [3]),
            ("<= {quantity}", [3], [4]),
            ("> {quantity}", [4], [3]),
            (">= {quantity}", [3], [2]),
            ("== {quantity}", [3, "3"], [2]),
            ("!= {quantity}", [2], [3, "x"]),
            ("< {units - quantity}", [6], [7]),
            ("== {attempt + 1}", [6], [5]),
        ] as [(String, [Said], [Said])])
    func comparisons(text: String, takes: [Said], refuses: [Said]) throws {
        try Self.check(text, takes: takes, refuses: refuses)
    }

    @Test(
        "fields of JSON texts",
        arguments: [
            (
                "json.code == 0", ["{\"code\":0}", "{\"code\": \"0\"}", .status("{\"code\":0}")],
                ["{\"code\":1}", "{}", 0]
            ),
            ("json.code==0", ["{\"code\":0}"], ["{\"code\":1}", "{\"code==0\":1}"]),
            ("json.code!=0", ["{\"code\":1}"], ["{\"code\":0}", "{}"]),
            ("json.code<{quantity}", ["{\"code\":2}"], ["{\"code\":3}", "{\"code\":\"x\"}"]),
            ("json.code >= 1", ["{\"code\":1.0}", "{\"code\":1e3}"], ["{\"code\":0}", "{\"code\":1.5}"]),
            ("json.code 1..4", ["{\"code\":4}"], ["{\"code\":5}"]),
            ("json.code 3", ["{\"code\":3}"], ["{\"code\":4}"]),
            ("json.code != 3", ["{\"code\":4}"], ["{\"code\":3}", "{\"code\":\"x\"}", "{}"]),
            ("json.code", ["{\"code\":null}", "{\"code\":[]}"], ["{}", "{\"code\":}", "[1]", .null]),
            ("json.ok == true", ["{\"ok\":true}"], ["{\"ok\":false}", "{\"ok\":1}", "{\"ok\":\"true\"}"]),
            ("json.ok != true", ["{\"ok\":false}"], ["{\"ok\":true}", "{}"]),
            ("json.order == null", ["{\"order\":null}"], ["{\"order\":0}", "{}"]),
            ("json.msg == sold out", ["{\"msg\":\"sold out\"}"], ["{\"msg\":\"sold\"}"]),
            ("json.msg == \"7\"", ["{\"msg\":\"7\"}"], ["{\"msg\":7}"]),
            ("json.msg == 'sold out'", ["{\"msg\":\"sold out\"}"], ["{\"msg\":\"'sold out'\"}"]),
            ("json.msg == 'x\"", ["{\"msg\":\"'x\\\"\"}"], ["{\"msg\":\"x\"}"]),
            ("json.msg == ''", ["{\"msg\":\"\"}"], ["{\"msg\":\"''\"}"]),
            ("json.msg == 售罄", ["{\"msg\":\"\\u552e\\u7f44\"}", "{\"msg\":\"售罄\"}"], ["{\"msg\":\"\"}"]),
            ("json.msg != sold", ["{\"msg\":\"x\"}"], ["{\"msg\":\"sold\"}", "{\"msg\":1}", "{}"]),
            (
                "json.data.left < 1", ["{\"x\":[{}],\"data\":{\"left\":0}}"],
                ["{\"data\":{\"left\":1}}", "{\"left\":0}"]
            ),
            ("json[1] == 2", ["[1,2]"], ["[2]", "{\"1\":2}"]),
            ("json.a[0].b == x", ["{\"a\":[{\"b\":\"x\"}]}"], ["{\"a\":{\"b\":\"x\"}}"]),
            ("json", ["json"], ["{}"]),
        ] as [(String, [Said], [Said])])
    func json(text: String, takes: [Said], refuses: [Said]) throws {
        try Self.check(text, takes: takes, refuses: refuses)
    }

    private static func check(_ text: String, takes: [Said], refuses: [Said]) throws {
        var machine = StrategyMachine(try Played.program(yaml: yaml(when: text)))
        for said in takes {
            let result = Played.play(&machine, [said], quantity: 3).result
            #expect(result == .init(.won), "\(text) should take \(said)")
        }
        for said in refuses {
            let result = Played.play(&machine, [said], quantity: 3).result
            #expect(result?.outcome != .won, "\(text) should refuse \(said)")
        }
    }

    @Test(
        "what is no matcher",
        arguments: [
            ("", "an empty matcher"), ("5..1", "the wrong way round"), (">= x", "found x"), ("<", "found nothing"),
            ("> 9223372036854775807", "matches no number"), ("< -9223372036854775808", "matches no number"),
            ("[x] 1", "an element is written"), ("[0]", "is missing"), ("[-1] 2", "an element is written"),
            ("[0 1", "an element is written"), ("/a", "between two slashes"), ("/", "between two slashes"),
            ("//", "between two slashes"), ("/(/", "is no regular expression"),
            ("/a{2,1}/", "is no regular expression"),
            ("/(?<=a)b/", "is no regular expression"), ("json.", "a JSON field is written"),
            ("json.a..b", "a JSON field is written"), ("json[x] == 1", "a JSON field is written"),
            ("json.code =! 1", "one of == != < <= > >= is wanted"),
            ("json.code=!1", "one of == != < <= > >= is wanted"),
            ("json.code 5..1", "the wrong way round"), ("json.code ==", "found nothing"),
            ("json.code < x", "found x"), ("json.order != null", "name it alone"), ("json.code < {nope}", "not known"),
            ("< {nothing}", "{nothing} is not known"), ("< {stock}", "one number in braces"),
            ("== {sale}", "one number in braces"),
            ("< {quantity} x", "one number in braces"), ("< {reply}", "capture it with as: first"),
            ("< {", "no closing brace"), ("{quantity}", "stands after a sign only"), ("a {stock}", "after a sign only"),
        ])
    func refused(text: String, says: String) throws {
        let error = try #require(throws: StrategyFileError.self) {
            try StrategyFile.parse(Self.yaml(when: text), file: "x")
        }
        #expect(error.message.hasPrefix("when: "))
        #expect(error.message.contains(says), "\(error)")
    }

    @Test("elements inside elements end somewhere", arguments: [100, 60_000])
    func deepElements(count: Int) {
        #expect(throws: StrategyFileError.self) {
            try StrategyFile.parse(Self.yaml(when: String(repeating: "[0] ", count: count) + "1"), file: "x")
        }
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

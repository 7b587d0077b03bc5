import FlashSale
import Testing

@testable import Strategies

@Suite struct MatcherCoversTests {
    @Test(
        "a matcher covers another where it takes all of its replies",
        arguments: [
            ("any", "1"), ("any", "nil"), ("any", "[0] error"), ("any", "any"), ("any", "json.a == 1"),
            (">= 0", "0..5"), (">= 0", "7"), ("0..5", "0..5"), ("0..5", "\"3\""), ("!= 3", "4..9"), ("!= 3", "!= 3"),
            ("error", "error OOM"), ("error", "error"), ("error ERR", "error ERR no such key"),
            ("error OOM", "error OOM"), ("array", "[0] 1"), ("array", "array"), ("[0] >= 0", "[0] 5"),
            ("[0] any", "[0] nil"), ("SOLD", "SOLD"), ("/a/", "/a/"), ("json.code == 1", "json.code == 1"),
            ("< {quantity}", "< {quantity}"), ("true", "1"), ("nil", "false"),
        ])
    func covers(one: String, other: String) throws {
        #expect(try MatcherParser().matcher(one).covers(MatcherParser().matcher(other)))
    }

    @Test(
        "and does not where one of them may pass it by",
        arguments: [
            ("any", "error"), ("any", "error OOM"), ("0..5", "0..6"), (">= 1", "0"), ("0..5", "any"), ("!= 3", "0..5"),
            ("!= 3", "nil"), ("error OOM", "error"), ("error OO", "error OOM"), ("error ERR no", "error ERR nothing"),
            ("error", "any"), ("[0] 1", "array"), ("[0] 1", "[1] 1"), ("[0] 1..2", "[0] 1..3"),
            ("[0] any", "[0] error"), ("empty", "array"), ("ok", "OK"), ("SOLD", "sold"), ("/a/", "/b/"),
            ("0..5", "\"+3\""), ("0..5", "\"x\""), ("json.code", "json.other"), ("< {quantity}", "< {units}"),
            ("nil", "empty"),
        ])
    func doesNot(one: String, other: String) throws {
        #expect(try !MatcherParser().matcher(one).covers(MatcherParser().matcher(other)))
    }
}

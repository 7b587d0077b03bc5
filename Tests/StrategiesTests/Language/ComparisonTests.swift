import FlashSale
import Testing

@testable import Strategies

@Suite struct ComparisonTests {
    @Test("what each sign means", arguments: Comparison.allCases)
    func holds(comparison: Comparison) {
        for (left, right) in [(1, 2), (2, 2), (3, 2), (Int.min, Int.max), (Int.max, Int.min), (-1, -1)] {
            let expected =
                switch comparison.rawValue {
                case "<": left < right
                case "<=": left <= right
                case ">": left > right
                case ">=": left >= right
                case "==": left == right
                default: left != right
                }
            #expect(comparison.holds(left, right) == expected, "\(left) \(comparison.rawValue) \(right)")
        }
    }

    @Test(
        "the sign that a text starts with",
        arguments: [
            ("< 1", Comparison.less), ("<1", .less), ("<= 1", .lessOrEqual), ("> 1", .greater),
            (">=1", .greaterOrEqual),
            ("== 1", .equal), ("!= 1", .notEqual), ("<> 1", .less), ("<", .less), ("=! 1", nil), ("= 1", nil),
            ("! 1", nil),
            (" < 1", nil), ("", nil), ("1 < 2", nil),
        ])
    func starts(text: String, expected: Comparison?) { #expect(Comparison(startOf: text) == expected) }
}

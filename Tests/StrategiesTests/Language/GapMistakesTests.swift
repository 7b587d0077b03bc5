import Strategies
import Testing

/// Mistakes in limits of two kinds, conditions of several parts, remainders, draws, probes of several numbers, and pauses.
@Suite struct GapMistakesTests {
    private static let mistakes: [Mistake] = [
        Mistake("limit: 2", to: "limit: {}", line: 2, says: "one of units: and purchases: is wanted"),
        Mistake("limit: 2", to: "limit: { purchases: 0 }", line: 2, says: "limit: purchases: a whole number from 1"),
        Mistake("limit: 2", to: "limit: { units: x }", line: 2, says: "limit: units: a whole number from 1"),
        Mistake("limit: 2", to: "limit: { orders: 1 }", line: 2, says: "limit has no key orders"),
        Mistake("limit: 2", to: "limit: [ 2 ]", line: 2, says: "limit"),
        Mistake(
            "purchases-per-buyer: 3", to: "repeat-every: -1", line: 5, says: "repeat-every: a whole number from 0"),
        Mistake("if: code == 1", to: "if: code == 1 and", line: 32, says: "something is missing beside and, or or"),
        Mistake("if: code == 1", to: "if: or code == 1", line: 32, says: "something is missing beside and, or or"),
        Mistake(
            "if: code == 1", to: "if: (code == 1 or left == 2) and left == 3", line: 32, says: "there are no brackets"),
        Mistake("if: code == 1", to: "if: code == 1 and cod == 2", line: 32, says: "did you mean {code}?"),
        Mistake("if: code == 1", to: "if: code == 1 and code = 2", line: 32, says: "a comparison such as"),
        Mistake(
            "if: code == 1", to: "if: code % 0 == 1", line: 32,
            says: "a number from 1, or units, is wanted after %; found 0"),
        Mistake(
            "if: code == 1", to: "if: code % left == 1", line: 32, says: "a number from 1, or units, is wanted after %"),
        Mistake("if: code == 1", to: "if: code % 2 % 3 == 1", line: 32, says: "one % is enough"),
        Mistake("if: code == 1", to: "if: item % 2 == 1", line: 32, says: "item is a key, which is text"),
        Mistake("if: code == 1", to: "if: code %", line: 32, says: "a comparison such as"),
        Mistake("args: \"{buyer} {quantity}\"", to: "args: \"{buyer%16}\"", line: 28, says: "put blanks around"),
        Mistake("as: locked", to: "as: and", line: 24, says: "cannot be the name of a capture"),
        Mistake("as: locked", to: "as: or", line: 24, says: "cannot be the name of a capture"),
        Mistake(
            "limit: 2", to: "limit: 2\ndraw: 1..5", line: 3, says: "draw should be a map with a range for each name"),
        Mistake(
            "limit: 2", to: "limit: 2\ndraw: { seat: 5 }", line: 3, says: "such as \"1..{units}\", is wanted; found 5"),
        Mistake(
            "limit: 2", to: "limit: 2\ndraw: { seat: 5..1 }", line: 3, says: "the range 5..1 is the wrong way round"),
        Mistake("limit: 2", to: "limit: 2\ndraw: { seat: '1..{buyer}' }", line: 3, says: "is wanted; found 1..{buyer}"),
        Mistake("limit: 2", to: "limit: 2\ndraw: { buyer: 1..5 }", line: 3, says: "cannot be the name of a draw"),
        Mistake("limit: 2", to: "limit: 2\ndraw: { item: 1..5 }", line: 8, says: "item cannot be the name of a key"),
        Mistake(
            "limit: 2", to: "limit: 2\ndraw: { locked: 1..5 }", line: 25, says: "locked cannot be the name of a capture"
        ),
        Mistake("HSET {item} total {units} sold 0", to: "SET {lock} {seat}", line: 19, says: "{seat} is not known"),
        Mistake("limit: 2", to: "limit: 2\nbackoff: soon", line: 3, says: "backoff: a duration such as 5ms"),
        Mistake("limit: 2", to: "limit: 2\nbackoff: 5ms..1ms", line: 3, says: "the wrong way round"),
        Mistake(
            "finish: won\n    remaining: \"{left}\"", to: "finish: won\n    remaining: -1", line: 35,
            says: "is wanted; found -1"),
        Mistake("total: \"HGET {item} total\"", to: "total: \"{buyer}\"", line: 40, says: "{buyer} has no value here"),
        Mistake(
            "total: \"HGET {item} total\"", to: "total: \"{item}\"", line: 40,
            says: "should start with the name of a command"),
        Mistake(
            "minus: \"HGET {item} sold\"", to: "minus: { sum: [] }", line: 40, says: "minus: sum: has no commands"),
        Mistake(
            "minus: \"HGET {item} sold\"", to: "minus: { read: 'GET {item}', sum: [ 1 ] }", line: 40,
            says: "minus is one command or number, or a map with read: and missing:, or with sum:"),
        Mistake(
            "minus: \"HGET {item} sold\"", to: "minus: { read: 'GET {item}', missing: none }", line: 40,
            says: "the number that a key which is not there stands for is wanted"),
        Mistake(
            "minus: \"HGET {item} sold\"", to: "minus: { total: 1, minus: 2 }", line: 40, says: "minus has no key total"
        ),
        Mistake(
            "minus: \"HGET {item} sold\" }", to: "minus: 'GET {item}', missing: 0 }", line: 40,
            says: "belongs to the read:"),
        Mistake(
            "{ total: \"HGET {item} total\", minus: \"HGET {item} sold\" }", to: "{ total: '{units}', minus: 0 }",
            line: 40,
            says: "one number at least has to be read from the server"),
    ]

    @Test("every mistake has one message, with its line", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        try mistake.check(in: LanguageMistakesTests.example, companion: LanguageMistakesTests.companion)
    }
}

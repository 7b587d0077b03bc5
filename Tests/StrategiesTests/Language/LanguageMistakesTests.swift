import FlashSale
import Strategies
import Testing

/// Mistakes in what only richer strategies use: scripts, conditions, captures, steps for every exit, and claims.
@Suite struct LanguageMistakesTests {
    static let example = """
        strategy: mine
        limit: 2
        idempotent: buyer
        safe-under: [ crash-redis ]
        load: { purchases-per-buyer: 3, quantity: 1..2 }
        keys:
          item: "{sale}:item"
          orders: "{sale}:orders"
          lock: "{sale}:lock"
        scripts:
          buy: { file: buy.lua }
          free: |
            return redis.call('DEL', KEYS[1])
        functions:
          sale: |
            #!lua name=mine
            return 1
        open:
          - HSET {item} total {units} sold 0
        buy:
          - send: SET {lock} {attempt} NX PX 100
            outcomes:
              - { when: nil, then: conflict }
            as: locked
          - think: 1ms
          - script: buy
            keys: [ "{item}", "{orders}" ]
            args: "{buyer} {quantity}"
            outcomes:
              - { when: "[0] == 2", then: duplicate }
            as: { code: "reply[0]", left: "reply[1]" }
          - if: code == 1
            finish: sold-out
          - finish: won
            remaining: "{left}"
        finally:
          - if: locked
            script: free
            keys: [ "{lock}" ]
        stock: { total: "HGET {item} total", minus: "HGET {item} sold" }
        ledger: { read: "XRANGE {orders} - +", holds: entries, fields: { attempt: a, buyer: b } }
        close:
          - DEL {item} {orders} {lock}
        """

    static func companion(_ name: String) throws(StrategyFile.CompanionProblem) -> String {
        switch name {
        case "buy.lua": return "return { 0, 1 }"
        case "empty.lua": return " \n"
        case "flush.lua": return "-- all of it\nredis.pcall('flushdb')"
        default: throw StrategyFile.CompanionProblem("there is no file \(name) beside it")
        }
    }

    @Test("the example has none of them")
    func example() throws {
        let strategy = try StrategyFile.parse(Self.example, file: "mine.yaml", companion: Self.companion)
        #expect(strategy.buy.map(\.line) == [21, 25, 26, 32, 34])
        #expect(strategy.libraries.map(\.name) == ["sale"])
        #expect(strategy.load.quantity == .init(min: 1, max: 2))
    }

    @Test("sums in a script are no anchors and aliases")
    func sums() throws {
        let lines = (1...40).map { "    local a\($0) = 2 * \($0) -- * & ** &&" }.joined(separator: "\n")
        let text = Self.example.replacing("    return redis.call('DEL'", with: lines + "\n    return redis.call('DEL'")
        let strategy = try StrategyFile.parse(text, file: "mine.yaml", companion: Self.companion)
        #expect(strategy.script(named: "free")?.text.contains("local a40 = 2 * 40 -- * & ** &&\n") == true)
    }

    private static let scriptMistakes: [Mistake] = [
        Mistake("script: buy", "script: \"b\\n\\r\\n  y\"", 26, "script: b   y is not known"),
        Mistake("script: buy", "script: bye", 26, "script: bye is not known; known: buy, free"),
        Mistake("- script: buy", "- { script: buy, function: sale }\n  - script: buy", 26, "found script and function"),
        Mistake("- script: buy", "- function: f()", 26, "a name of letters, digits and _ is wanted"),
        Mistake(
            "'DEL', KEYS[1]", "'FLUSHALL'", 12, "FLUSHALL (line 1 of free) cannot be used in a strategy: it acts on"),
        Mistake("{ file: buy.lua }", "{ file: flush.lua }", 11, "FLUSHDB (flush.lua:2) cannot be used in a strategy"),
        Mistake("return 1\n", "return redis.call('KEYS', '*')\n", 15, "KEYS (line 2 of sale) cannot be used"),
        Mistake("#!lua name=mine", "-- no shebang", 15, "should start with a line such as #!lua name=sale"),
        Mistake("{ file: buy.lua }", "{ file: buy.lua, text: x }", 11, "buy has one of file: and text:"),
        Mistake("{ file: buy.lua }", "{ eval: true }", 11, "buy has one of file: and text:"),
        Mistake("{ file: buy.lua }", "{ file: buy.lua, eval: yes }", 11, "true or false is wanted; found yes"),
        Mistake("{ file: buy.lua }", "{ path: buy.lua }", 11, "has no key path"),
        Mistake("{ file: buy.lua }", "buy.lua", 11, "a file is named by { file: buy.lua }"),
        Mistake("{ file: buy.lua }", "", 11, "scripts: buy is empty"),
        Mistake("{ file: buy.lua }", "{ file: empty.lua }", 11, "scripts: buy is empty"),
        Mistake("{ file: buy.lua }", "{ file: '' }", 11, "the name of a .lua file is wanted"),
        Mistake("{ file: buy.lua }", "{ file: other.lua }", 11, "scripts: buy: there is no file other.lua beside it"),
        Mistake("{ file: buy.lua }", "[ buy.lua ]", 11, "should be a map with file, text, eval"),
        Mistake("  buy: { file: buy.lua }", "  '': return 1", 11, "a name is wanted"),
        Mistake("free: |", "free: &text |", 12, "anchors"),
        Mistake("    return redis.call('DEL', KEYS[1])", "\treturn 1", 13, "tabs"),
        Mistake(
            "scripts:\n  buy: { file: buy.lua }\n  free: |\n    return redis.call('DEL', KEYS[1])\n",
            "scripts: [ a ]\n",
            10, "scripts should be a map"),
        Mistake("when: nil", "when: null", 23, "write nil for no value"),
        Mistake("when: nil", "when: '~'", 23, "write nil for no value"),
        Mistake("when: nil", "when: 1...5", 23, "a range is written 1..5"),
        Mistake("when: nil", "when: 1..", 23, "a range is written 1..5"),
        Mistake("when: nil", "when: json.x == 1.5", 23, "whole numbers are compared"),
        Mistake("when: nil", "when: '< {random 1..5}'", 23, "that the attempt knows"),
        Mistake("remaining: \"{left}\"", "remaining: \"{random 1..5}\"", 35, "is wanted"),
        Mistake("return redis.call('DEL', KEYS[1])", "redis.call('SELECT', 1)", 12, "changes the connection"),
        Mistake("return redis.call('DEL', KEYS[1])", "redis.call('SCAN', 0)", 12, "more than the keys of this sale"),
        Mistake("keys: [ \"{item}\", \"{orders}\" ]", "keys: [ {item} ]", 27, "put the value in quotes"),
        Mistake("args: \"{buyer} {quantity}\"", "args: \"{buyer} {left}\"", 28, "{left} is not known"),
        Mistake("args: \"{buyer} {quantity}\"", "args: { a: b }", 28, "args should be a list"),
        Mistake("- HSET {item} total", "- { script: free, if: x }\n  - HSET {item} total", 19, "has no key if"),
        Mistake(
            "- HSET {item} total", "- { script: free, function: f }\n  - HSET {item} total", 19, "found both"),
        Mistake(
            "- HSET {item} total", "- { script: free, args: '{buyer}' }\n  - HSET {item} total", 19, "no value here"),
    ]

    private static let stepMistakes: [Mistake] = [
        Mistake(
            "as: locked", "as: locked\n    keys: [ \"{lock}\" ]", 25, "a send step has no keys:; it belongs to script:"),
        Mistake("as: locked", "as: locked\n    args: a", 25, "a send step has no args:"),
        Mistake(
            "as: locked", "as: locked\n    remaining: reply", 25, "a send step has no remaining:; it belongs to finish:"
        ),
        Mistake("- think: 1ms", "- { think: 1ms, outcomes: [] }", 25, "a think step has no outcomes:"),
        Mistake("- think: 1ms", "- { think: 1ms, as: x }", 25, "a think step has no as:"),
        Mistake("- think: 1ms", "- { if: locked }", 25, "found none"),
        Mistake("- think: 1ms", "- send: EVAL 'return 1' 0", 25, "name the script under scripts:"),
        Mistake("- think: 1ms", "- send: EVALSHA abc 0", 25, "name the script under scripts:"),
        Mistake("- think: 1ms", "- send: fcall sale 0", 25, "FCALL cannot be used"),
        Mistake("- think: 1ms", "- send: '\"\" {item}'", 25, "should start with the name of a command"),
        Mistake("- think: 1ms", "- send: [ '', '{item}' ]", 25, "should start with the name of a command"),
        Mistake("- think: 1ms", "- send: []", 25, "send is empty"),
        Mistake("- think: 1ms", "- send:", 25, "send is empty"),
        Mistake("- think: 1ms", "- atomically: []", 25, "atomically: has no commands"),
        Mistake("finish: sold-out", "finish: gone", 33, "finish: gone is no outcome; known: won"),
        Mistake("finish: sold-out", "finish: sold-out\n    outcomes: []", 34, "a finish step has no outcomes:"),
        Mistake("finish: sold-out", "finish: sold-out\n    remaining: 0", 34, "belongs to an outcome with then: won"),
        Mistake("remaining: \"{left}\"", "remaining: reply", 35, "reply"),
        Mistake("remaining: \"{left}\"", "remaining: \"{item}\"", 35, "a number such as"),
        Mistake(
            "- finish: won\n    remaining: \"{left}\"", "- finish: conflict", 21,
            "no step of buy has an outcome with then: won"),
        Mistake(
            "- finish: won\n    remaining: \"{left}\"", "- send: GET {item}", 34, "the last step of buy has no outcomes"
        ),
        Mistake("- if: locked\n", "- outcomes: [ { when: 1, then: won } ]\n", 37, "a step of finally: only sends"),
        Mistake("- if: locked\n", "- as: done\n", 37, "a step of finally: only sends"),
        Mistake("- if: locked\n", "- think\n  - if: locked\n", 37, "a step of finally: only sends"),
        Mistake("- if: locked\n", "- finish: won\n  - if: locked\n", 37, "a step of finally: only sends"),
        Mistake("if: code == 1", "if: cod == 1", 32, "did you mean {code}?"),
        Mistake("if: code == 1", "if: missing", 32, "captures so far: locked, code, left"),
        Mistake("if: code == 1", "if: not", 32, "the name of a capture"),
        Mistake("if: code == 1", "if: ''", 32, "nothing: a comparison such as"),
        Mistake("if: code == 1", "if: code < 'a'", 32, "texts are compared with == and !="),
        Mistake("if: code == 1", "if: quantity == 'a'", 32, "a capture is wanted on the left"),
        Mistake("if: code == 1", "if: code <=", 32, "something is missing beside the sign"),
        Mistake("if: code == 1", "if: == 1", 32, "something is missing beside the sign"),
        Mistake("if: code == 1", "if: code == item", 32, "item is text"),
        Mistake("if: code == 1", "if: code == 1 == 2", 32, "+ or - and a value are wanted"),
        Mistake("if: code == 1", "if: code = 1", 32, "a comparison such as"),
        Mistake("if: code == 1", "if: [ code ]", 32, "if should be text"),
        Mistake("- think: 1ms", "- { if: code == 1, send: 'GET {item}' }", 25, "{code} is not known"),
        Mistake(
            "as: { code: \"reply[0]\"", "as: { code: reply.x", 31,
            "as: code: reply, \"reply[1]\" or json.left is wanted"),
        Mistake("as: { code: \"reply[0]\"", "as: { code: json", 31, "found json"),
        Mistake("as: { code: \"reply[0]\"", "as: { code: \"reply[x]\"", 31, "found reply[x]"),
        Mistake("as: { code: \"reply[0]\"", "as: { code: \"reply[-1]\"", 31, "found reply[-1]"),
        Mistake("as: { code: \"reply[0]\"", "as: { code: \"reply[+1]\"", 31, "found reply[+1]"),
        Mistake("as: { code: \"reply[0]\"", "as: { code: ''", 31, "found nothing"),
        Mistake("as: { code: \"reply[0]\"", "as: { code: \"reply[0]\", code: \"reply[1]\"", 31, "more than once"),
        Mistake("as: { code: \"reply[0]\"", "as: { locked: \"reply[0]\"", 31, "is taken by a step before"),
        Mistake("as: { code: \"reply[0]\", left: \"reply[1]\" }", "as: {}", 31, "as: names nothing"),
        Mistake("as: locked", "as: [ locked ]", 24, "as should be text"),
        Mistake("as: locked", "as: reply.x", 24, "cannot be the name of a capture"),
        Mistake("as: locked", "as: json.code", 24, "cannot be the name of a capture"),
        Mistake("as: locked", "as: quantity", 24, "cannot be the name of a capture"),
        Mistake("as: locked", "as: \(manyCaptures(65))", 21, "at most 64 captures"),
        Mistake("as: locked", "as: \(manyCaptures(63))", 26, "at most 64 captures"),
    ]

    private static func manyCaptures(_ count: Int) -> String {
        "{ locked: reply, " + (1..<count).map { "c\($0): reply" }.joined(separator: ", ") + " }"
    }

    private static let claimMistakes: [Mistake] = [
        Mistake("limit: 2\nidempotent: buyer\n", "", 28, "then: duplicate needs a limit at the top of the file"),
        Mistake(
            "limit: 2\nidempotent: buyer\nsafe-under", "idempotent: none\nsafe-under", 29,
            "then: duplicate needs a limit"),
        Mistake("limit: 2", "limit: 0", 2, "limit: a whole number from 1 to 1000000 is wanted; found 0"),
        Mistake("limit: 2", "limit: -1", 2, "found -1"),
        Mistake("limit: 2", "limit: x", 2, "found x"),
        Mistake("limit: 2", "limit:", 2, "found nothing"),
        Mistake("idempotent: buyer", "idempotent: sometimes", 3, "none, purchase or buyer is wanted; found sometimes"),
        Mistake("safe-under: [ crash-redis ]", "safe-under: crash-redis", 4, "safe-under should be a list"),
        Mistake("safe-under: [ crash-redis ]", "safe-under: [ Crash Redis ]", 4, "found Crash Redis"),
        Mistake("safe-under: [ crash-redis ]", "safe-under: [ -x ]", 4, "found -x"),
        Mistake("purchases-per-buyer: 3", "purchases: 3", 5, "load has no key purchases"),
        Mistake(
            "purchases-per-buyer: 3", "purchases-per-buyer: 0", 5, "load: purchases-per-buyer: a whole number from 1"),
        Mistake("purchases-per-buyer: 3", "retry-unknown: maybe", 5, "load: retry-unknown: true or false is wanted"),
        Mistake("purchases-per-buyer: 3", "think-time: soon", 5, "load: think-time: a duration such as"),
        Mistake("quantity: 1..2", "quantity: 3..1", 5, "load: quantity: a number from 1 to 1000000, or a range"),
        Mistake("quantity: 1..2", "quantity: 0", 5, "found 0"),
        Mistake("quantity: 1..2", "quantity: [ 1 ]", 5, "load: quantity: text is wanted"),
        Mistake("stock: { total:", "stock: { sum: [ 'GET {lock}' ], total:", 40, "stock is one command, or a map with"),
        Mistake("stock: { total: \"HGET {item} total\", ", "stock: { ", 40, "stock is one command, or a map with"),
        Mistake("stock: { ", "stock: { below-zero: refused, ", 40, "below-zero: only sold-out can stand here"),
        Mistake("stock: { ", "stock: { of: x, ", 40, "stock has no key of"),
        Mistake(
            "stock: { total: \"HGET {item} total\", minus: \"HGET {item} sold\" }", "stock: { sum: [] }", 40,
            "sum: has no commands"),
        Mistake("{item} sold\" }", "{left}\" }", 40, "{left} is not known"),
        Mistake(", fields: { attempt: a, buyer: b }", "", 41, "holds: entries needs fields:"),
        Mistake("{ attempt: a, buyer: b }", "{ quantity: q }", 41, "one of attempt, purchase and buyer is wanted"),
        Mistake("{ attempt: a, buyer: b }", "{ user: b }", 41, "ledger: fields has no key user"),
        Mistake("holds: entries", "holds: buyers", 41, "belongs to holds: entries and holds: json"),
        Mistake(
            "holds: entries, fields: { attempt: a, buyer: b }", "holds: buyer-to-buyer", 41,
            "buyer-to-buyer is not known"),
        Mistake("holds: entries, fields: { attempt: a, buyer: b }", "holds: quantity-to-buyer", 41, "is not known"),
        Mistake(
            "holds: entries, fields: { attempt: a, buyer: b }", "holds: json, fields: { buyer: a..b }", 41,
            "is no JSON field"),
    ]

    @Test("in scripts and calls", arguments: scriptMistakes)
    func scripts(_ mistake: Mistake) throws { try mistake.check(in: Self.example, companion: Self.companion) }

    @Test("in steps", arguments: stepMistakes)
    func steps(_ mistake: Mistake) throws { try mistake.check(in: Self.example, companion: Self.companion) }

    @Test("in what belongs to the sale", arguments: claimMistakes)
    func claims(_ mistake: Mistake) throws { try mistake.check(in: Self.example, companion: Self.companion) }
}

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
        Mistake("script: buy", to: "script: \"b\\n\\r\\n  y\"", line: 26, says: "script: b   y is not known"),
        Mistake("script: buy", to: "script: bye", line: 26, says: "script: bye is not known; known: buy, free"),
        Mistake(
            "- script: buy", to: "- { script: buy, function: sale }\n  - script: buy", line: 26,
            says: "found script and function"),
        Mistake("- script: buy", to: "- function: f()", line: 26, says: "a name of letters, digits and _ is wanted"),
        Mistake(
            "'DEL', KEYS[1]", to: "'FLUSHALL'", line: 12,
            says: "FLUSHALL (line 1 of free) cannot be used in a strategy: it acts on"),
        Mistake(
            "{ file: buy.lua }", to: "{ file: flush.lua }", line: 11,
            says: "FLUSHDB (flush.lua:2) cannot be used in a strategy"),
        Mistake(
            "return 1\n", to: "return redis.call('KEYS', '*')\n", line: 15, says: "KEYS (line 2 of sale) cannot be used"
        ),
        Mistake(
            "#!lua name=mine", to: "-- no shebang", line: 15, says: "should start with a line such as #!lua name=sale"),
        Mistake(
            "{ file: buy.lua }", to: "{ file: buy.lua, text: x }", line: 11, says: "buy has one of file: and text:"),
        Mistake("{ file: buy.lua }", to: "{ eval: true }", line: 11, says: "buy has one of file: and text:"),
        Mistake(
            "{ file: buy.lua }", to: "{ file: buy.lua, eval: yes }", line: 11,
            says: "true or false is wanted; found yes"),
        Mistake("{ file: buy.lua }", to: "{ path: buy.lua }", line: 11, says: "has no key path"),
        Mistake("{ file: buy.lua }", to: "buy.lua", line: 11, says: "a file is named by { file: buy.lua }"),
        Mistake("{ file: buy.lua }", to: "", line: 11, says: "scripts: buy is empty"),
        Mistake("{ file: buy.lua }", to: "{ file: empty.lua }", line: 11, says: "scripts: buy is empty"),
        Mistake("{ file: buy.lua }", to: "{ file: '' }", line: 11, says: "the name of a .lua file is wanted"),
        Mistake(
            "{ file: buy.lua }", to: "{ file: other.lua }", line: 11,
            says: "scripts: buy: there is no file other.lua beside it"),
        Mistake("{ file: buy.lua }", to: "[ buy.lua ]", line: 11, says: "should be a map with file, text, eval"),
        Mistake("  buy: { file: buy.lua }", to: "  '': return 1", line: 11, says: "a name is wanted"),
        Mistake("free: |", to: "free: &text |", line: 12, says: "anchors"),
        Mistake("    return redis.call('DEL', KEYS[1])", to: "\treturn 1", line: 13, says: "tabs"),
        Mistake(
            "scripts:\n  buy: { file: buy.lua }\n  free: |\n    return redis.call('DEL', KEYS[1])\n",
            to: "scripts: [ a ]\n",
            line: 10, says: "scripts should be a map"),
        Mistake("when: nil", to: "when: null", line: 23, says: "write nil for no value"),
        Mistake("when: nil", to: "when: '~'", line: 23, says: "write nil for no value"),
        Mistake("when: nil", to: "when: 1...5", line: 23, says: "a range is written 1..5"),
        Mistake("when: nil", to: "when: 1..", line: 23, says: "a range is written 1..5"),
        Mistake("when: nil", to: "when: json.x == 1.5", line: 23, says: "whole numbers are compared"),
        Mistake("when: nil", to: "when: '< {random 1..5}'", line: 23, says: "that the attempt knows"),
        Mistake("remaining: \"{left}\"", to: "remaining: \"{random 1..5}\"", line: 35, says: "is wanted"),
        Mistake(
            "return redis.call('DEL', KEYS[1])", to: "redis.call('SELECT', 1)", line: 12, says: "changes the connection"
        ),
        Mistake(
            "return redis.call('DEL', KEYS[1])", to: "redis.call('SCAN', 0)", line: 12,
            says: "more than the keys of this sale"),
        Mistake(
            "keys: [ \"{item}\", \"{orders}\" ]", to: "keys: [ {item} ]", line: 27, says: "put the value in quotes"),
        Mistake("args: \"{buyer} {quantity}\"", to: "args: \"{buyer} {left}\"", line: 28, says: "{left} is not known"),
        Mistake("args: \"{buyer} {quantity}\"", to: "args: { a: b }", line: 28, says: "args should be a list"),
        Mistake(
            "- HSET {item} total", to: "- { script: free, if: x }\n  - HSET {item} total", line: 19,
            says: "has no key if"),
        Mistake(
            "- HSET {item} total", to: "- { script: free, function: f }\n  - HSET {item} total", line: 19,
            says: "found both"),
        Mistake(
            "- HSET {item} total", to: "- { script: free, args: '{buyer}' }\n  - HSET {item} total", line: 19,
            says: "no value here"),
    ]

    private static let stepMistakes: [Mistake] = [
        Mistake(
            "as: locked", to: "as: locked\n    keys: [ \"{lock}\" ]", line: 25,
            says: "a send step has no keys:; it belongs to script:"),
        Mistake("as: locked", to: "as: locked\n    args: a", line: 25, says: "a send step has no args:"),
        Mistake(
            "as: locked", to: "as: locked\n    remaining: reply", line: 25,
            says: "a send step has no remaining:; it belongs to finish:"
        ),
        Mistake("- think: 1ms", to: "- { think: 1ms, outcomes: [] }", line: 25, says: "a think step has no outcomes:"),
        Mistake("- think: 1ms", to: "- { think: 1ms, as: x }", line: 25, says: "a think step has no as:"),
        Mistake("- think: 1ms", to: "- { if: locked }", line: 25, says: "found none"),
        Mistake("- think: 1ms", to: "- send: EVAL 'return 1' 0", line: 25, says: "name the script under scripts:"),
        Mistake("- think: 1ms", to: "- send: EVALSHA abc 0", line: 25, says: "name the script under scripts:"),
        Mistake("- think: 1ms", to: "- send: fcall sale 0", line: 25, says: "FCALL cannot be used"),
        Mistake("- think: 1ms", to: "- send: '\"\" {item}'", line: 25, says: "should start with the name of a command"),
        Mistake(
            "- think: 1ms", to: "- send: [ '', '{item}' ]", line: 25, says: "should start with the name of a command"),
        Mistake("- think: 1ms", to: "- send: []", line: 25, says: "send is empty"),
        Mistake("- think: 1ms", to: "- send:", line: 25, says: "send is empty"),
        Mistake("- think: 1ms", to: "- atomically: []", line: 25, says: "atomically: has no commands"),
        Mistake("finish: sold-out", to: "finish: gone", line: 33, says: "finish: gone is no outcome; known: won"),
        Mistake(
            "finish: sold-out", to: "finish: sold-out\n    outcomes: []", line: 34,
            says: "a finish step has no outcomes:"),
        Mistake(
            "finish: sold-out", to: "finish: sold-out\n    remaining: 0", line: 34,
            says: "belongs to an outcome with then: won"),
        Mistake("remaining: \"{left}\"", to: "remaining: reply", line: 35, says: "reply"),
        Mistake("remaining: \"{left}\"", to: "remaining: \"{item}\"", line: 35, says: "a number such as"),
        Mistake(
            "- finish: won\n    remaining: \"{left}\"", to: "- finish: conflict", line: 21,
            says: "no step of buy has an outcome with then: won"),
        Mistake(
            "- finish: won\n    remaining: \"{left}\"", to: "- send: GET {item}", line: 34,
            says: "the last step of buy has no outcomes"
        ),
        Mistake(
            "- if: locked\n", to: "- outcomes: [ { when: 1, then: won } ]\n", line: 37,
            says: "a step of finally: only sends"),
        Mistake("- if: locked\n", to: "- as: done\n", line: 37, says: "a step of finally: only sends"),
        Mistake("- if: locked\n", to: "- think\n  - if: locked\n", line: 37, says: "a step of finally: only sends"),
        Mistake(
            "- if: locked\n", to: "- finish: won\n  - if: locked\n", line: 37, says: "a step of finally: only sends"),
        Mistake("if: code == 1", to: "if: cod == 1", line: 32, says: "did you mean {code}?"),
        Mistake("if: code == 1", to: "if: missing", line: 32, says: "captures so far: locked, code, left"),
        Mistake("if: code == 1", to: "if: not", line: 32, says: "the name of a capture"),
        Mistake("if: code == 1", to: "if: ''", line: 32, says: "nothing: a comparison such as"),
        Mistake("if: code == 1", to: "if: code < 'a'", line: 32, says: "texts are compared with == and !="),
        Mistake("if: code == 1", to: "if: quantity == 'a'", line: 32, says: "a capture is wanted on the left"),
        Mistake("if: code == 1", to: "if: code <=", line: 32, says: "something is missing beside the sign"),
        Mistake("if: code == 1", to: "if: == 1", line: 32, says: "something is missing beside the sign"),
        Mistake("if: code == 1", to: "if: code == item", line: 32, says: "item is text"),
        Mistake("if: code == 1", to: "if: code == 1 == 2", line: 32, says: "+ or - and a value are wanted"),
        Mistake("if: code == 1", to: "if: code = 1", line: 32, says: "a comparison such as"),
        Mistake("if: code == 1", to: "if: [ code ]", line: 32, says: "if should be text"),
        Mistake("- think: 1ms", to: "- { if: code == 1, send: 'GET {item}' }", line: 25, says: "{code} is not known"),
        Mistake(
            "as: { code: \"reply[0]\"", to: "as: { code: reply.x", line: 31,
            says: "as: code: reply, \"reply[1]\" or json.left is wanted"),
        Mistake("as: { code: \"reply[0]\"", to: "as: { code: json", line: 31, says: "found json"),
        Mistake("as: { code: \"reply[0]\"", to: "as: { code: \"reply[x]\"", line: 31, says: "found reply[x]"),
        Mistake("as: { code: \"reply[0]\"", to: "as: { code: \"reply[-1]\"", line: 31, says: "found reply[-1]"),
        Mistake("as: { code: \"reply[0]\"", to: "as: { code: \"reply[+1]\"", line: 31, says: "found reply[+1]"),
        Mistake("as: { code: \"reply[0]\"", to: "as: { code: ''", line: 31, says: "found nothing"),
        Mistake(
            "as: { code: \"reply[0]\"", to: "as: { code: \"reply[0]\", code: \"reply[1]\"", line: 31,
            says: "more than once"),
        Mistake(
            "as: { code: \"reply[0]\"", to: "as: { locked: \"reply[0]\"", line: 31, says: "is taken by a step before"),
        Mistake("as: { code: \"reply[0]\", left: \"reply[1]\" }", to: "as: {}", line: 31, says: "as: names nothing"),
        Mistake("as: locked", to: "as: [ locked ]", line: 24, says: "as should be text"),
        Mistake("as: locked", to: "as: reply.x", line: 24, says: "cannot be the name of a capture"),
        Mistake("as: locked", to: "as: json.code", line: 24, says: "cannot be the name of a capture"),
        Mistake("as: locked", to: "as: quantity", line: 24, says: "cannot be the name of a capture"),
        Mistake("as: locked", to: "as: \(manyCaptures(65))", line: 21, says: "at most 64 captures"),
        Mistake("as: locked", to: "as: \(manyCaptures(63))", line: 26, says: "at most 64 captures"),
    ]

    private static func manyCaptures(_ count: Int) -> String {
        "{ locked: reply, " + (1..<count).map { "c\($0): reply" }.joined(separator: ", ") + " }"
    }

    private static let claimMistakes: [Mistake] = [
        Mistake(
            "limit: 2\nidempotent: buyer\n", to: "", line: 28,
            says: "then: duplicate needs a limit at the top of the file"),
        Mistake(
            "limit: 2\nidempotent: buyer\nsafe-under", to: "idempotent: none\nsafe-under", line: 29,
            says: "then: duplicate needs a limit"),
        Mistake(
            "limit: 2", to: "limit: 0", line: 2, says: "limit: a whole number from 1 to 1000000 is wanted; found 0"),
        Mistake("limit: 2", to: "limit: -1", line: 2, says: "found -1"),
        Mistake("limit: 2", to: "limit: x", line: 2, says: "found x"),
        Mistake("limit: 2", to: "limit:", line: 2, says: "found nothing"),
        Mistake(
            "idempotent: buyer", to: "idempotent: sometimes", line: 3,
            says: "none, purchase or buyer is wanted; found sometimes"),
        Mistake(
            "safe-under: [ crash-redis ]", to: "safe-under: crash-redis", line: 4, says: "safe-under should be a list"),
        Mistake("safe-under: [ crash-redis ]", to: "safe-under: [ Crash Redis ]", line: 4, says: "found Crash Redis"),
        Mistake(
            "safe-under: [ crash-redis ]", to: "safe-under: [ -x ]", line: 4, says: "found -x; known: crash-redis,"),
        Mistake(
            "safe-under: [ crash-redis ]", to: "safe-under: [ crash-reddis ]", line: 4,
            says: "did you mean crash-redis?"),
        Mistake("safe-under: [ crash-redis ]", to: "safe-under: [ lost-replies ]", line: 4, says: "lose-replies"),
        Mistake(
            "safe-under: [ crash-redis ]", to: "safe-under: [ power-cut, power-cut ]", line: 4,
            says: "power-cut is there twice"),
        Mistake("purchases-per-buyer: 3", to: "purchases: 3", line: 5, says: "load has no key purchases"),
        Mistake(
            "purchases-per-buyer: 3", to: "purchases-per-buyer: 0", line: 5,
            says: "load: purchases-per-buyer: a whole number from 1"),
        Mistake(
            "purchases-per-buyer: 3", to: "retry-unknown: maybe", line: 5,
            says: "load: retry-unknown: true or false is wanted"),
        Mistake(
            "purchases-per-buyer: 3", to: "think-time: soon", line: 5, says: "load: think-time: a duration such as"),
        Mistake(
            "quantity: 1..2", to: "quantity: 3..1", line: 5,
            says: "load: quantity: a number from 1 to 1000000, or a range"),
        Mistake("quantity: 1..2", to: "quantity: 0", line: 5, says: "found 0"),
        Mistake("quantity: 1..2", to: "quantity: [ 1 ]", line: 5, says: "load: quantity: text is wanted"),
        Mistake(
            "stock: { total:", to: "stock: { sum: [ 'GET {lock}' ], total:", line: 40,
            says: "stock is one command, or a map with"),
        Mistake(
            "stock: { total: \"HGET {item} total\", ", to: "stock: { ", line: 40,
            says: "stock is one command, or a map with"),
        Mistake(
            "stock: { ", to: "stock: { below-zero: refused, ", line: 40,
            says: "below-zero: only sold-out can stand here"),
        Mistake("stock: { ", to: "stock: { of: x, ", line: 40, says: "stock has no key of"),
        Mistake(
            "stock: { total: \"HGET {item} total\", minus: \"HGET {item} sold\" }", to: "stock: { sum: [] }", line: 40,
            says: "sum: has no commands"),
        Mistake("{item} sold\" }", to: "{left}\" }", line: 40, says: "{left} is not known"),
        Mistake(", fields: { attempt: a, buyer: b }", to: "", line: 41, says: "holds: entries needs fields:"),
        Mistake(
            "{ attempt: a, buyer: b }", to: "{ quantity: q }", line: 41,
            says: "one of attempt, purchase and buyer is wanted"),
        Mistake("{ attempt: a, buyer: b }", to: "{ user: b }", line: 41, says: "ledger: fields has no key user"),
        Mistake("holds: entries", to: "holds: buyers", line: 41, says: "belongs to holds: entries and holds: json"),
        Mistake(
            "holds: entries, fields: { attempt: a, buyer: b }", to: "holds: buyer-to-buyer", line: 41,
            says: "buyer-to-buyer is not known"),
        Mistake(
            "holds: entries, fields: { attempt: a, buyer: b }", to: "holds: quantity-to-buyer", line: 41,
            says: "is not known"),
        Mistake(
            "holds: entries, fields: { attempt: a, buyer: b }", to: "holds: json, fields: { buyer: a..b }", line: 41,
            says: "is no JSON field"),
    ]

    @Test("in scripts and calls", arguments: scriptMistakes)
    func scripts(_ mistake: Mistake) throws { try mistake.check(in: Self.example, companion: Self.companion) }
    @Test("in steps", arguments: stepMistakes)
    func steps(_ mistake: Mistake) throws { try mistake.check(in: Self.example, companion: Self.companion) }

    @Test("in what belongs to the sale", arguments: claimMistakes)
    func claims(_ mistake: Mistake) throws { try mistake.check(in: Self.example, companion: Self.companion) }
}

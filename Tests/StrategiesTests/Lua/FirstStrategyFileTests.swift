import FlashSale
import Foundation
import Strategies
import Testing

/// A first strategy file for a script parses, and says of it what its words tell.
@Suite struct FirstStrategyFileTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var script: String
        var has: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "codes, a set of winners and a buyer",
            script: """
                local stock = KEYS[1]
                local userId = ARGV[1]
                if redis.call('SISMEMBER', KEYS[2], userId) == 1 then return 2 end
                if tonumber(redis.call('GET', stock)) <= 0 then return 1 end
                redis.call('DECR', stock)
                redis.call('SADD', KEYS[2], userId)
                return 0
                """,
            has: [
                "keys: [ \"{stock}\", \"{buyers}\" ]", "- \"{buyer}\"", "{ when: 2, then: duplicate }",
                "{ when: 1, then: sold-out }",
                "{ when: 0, then: won }", "limit: 1", "SET {stock} {units}", "\nstock: GET {stock}",
                "# TODO: ledger: { read: \"SMEMBERS {buyers}\"",
            ]),
        Case(
            testDescription: "a win inside of the if, and the rest after it",
            script: """
                local n = tonumber(redis.call('GET', KEYS[1]))
                if n > 0 then
                  redis.call('DECR', KEYS[1])
                  return 1
                end
                return 0
                """, has: ["{ when: 1, then: won }", "{ when: 0, then: sold-out }"]),
        Case(
            testDescription: "what is left, a quantity, and a missing key",
            script: """
                local left = tonumber(redis.call('GET', KEYS[1]))
                local count = tonumber(ARGV[1])
                if not left then return -2 end
                if left < count then return -1 end
                return redis.call('DECRBY', KEYS[1], count)
                """,
            has: [
                "- \"{quantity}\"", "{ when: -2, then: failed }", "{ when: -1, then: sold-out }",
                "{ when: \">= 0\", then: won, remaining: reply }",
            ]),
        Case(
            testDescription: "a counter of what is sold",
            script:
                "if redis.call('INCR', KEYS[1]) > 10 then return redis.error_reply('SOLD out') end\nreturn redis.status_reply('OK')",
            has: [
                "SET {sold} 0", "minus: { read: \"GET {sold}\", missing: 0 }", "{ when: error SOLD, then: sold-out }",
                "{ when: ok, then: won }",
            ]),
        Case(
            testDescription: "fields of a hash",
            script: """
                local item = redis.call('HMGET', KEYS[1], 'total', 'sold')
                if item[2] >= item[1] then return 'gone' end
                redis.call('HINCRBY', KEYS[1], 'sold', 1)
                return {0, item[2]}
                """,
            has: [
                "HSET {stock} total {units} sold 0", "minus: \"HGET {stock} sold\"",
                "{ when: '\"gone\"', then: sold-out }", "\"[0] == 0\"",
            ]),
        Case(
            testDescription: "a list of tokens",
            script: "local token = redis.call('LPOP', KEYS[1])\nif not token then return nil end\nreturn 'ok'",
            has: ["script: fill", "LLEN {stock}", "RPUSH", "{ when: nil, then: sold-out }"]),
        Case(
            testDescription: "keys that the script makes up",
            script: """
                local item, user = ARGV[1], ARGV[2]
                local stockKey = 'seckill:stock:' .. item
                if redis.call('EXISTS', 'seckill:order:' .. item .. ':' .. user) == 1 then return 2 end
                if tonumber(redis.call('GET', stockKey)) < 1 then return 1 end
                redis.call('DECR', stockKey)
                return 0
                """,
            has: ["stock: \"seckill:stock:1\"", "part of a key", "{ when: 2, then: duplicate }"]),
        Case(
            testDescription: "fields and answers that YAML or a template would take for something else",
            script: """
                redis.call('HINCRBY', KEYS[1], 'a: {b} #"\\\\\\1', -1)
                if ARGV[1] then return redis.error_reply('NO, { more') end
                return 'x{y}\\1'
                """,
            has: ["#", "{ when: \"error NO,\""]),
        Case(testDescription: "a script of no words", script: "-- nothing\n", has: ["{ when: any, then: won }"]),
        Case(
            testDescription: "no Lua at all", script: "}}) if then KEYS[ ARGV[99] return return = = local , , 'x",
            has: ["then: won"]),
        Case(
            testDescription: "names that mean something else",
            script:
                "local buyer = KEYS[1] local reply = KEYS[2] redis.call('DECR', buyer) return redis.call('GET', reply)",
            has: ["then: won"]),
        Case(testDescription: "quotes in what is returned", script: "return \"it's \\\"so\\\"\"", has: ["then: won"]),
    ]

    @Test("thousands of keys have a name each, and soon")
    func manyKeys() throws {
        let script = (1...3000).map { "redis.call('GET', 'k\($0)')" }.joined(separator: "\n")
        // Where each name is looked for among all those before, again for each number, this takes minutes.
        let text = FirstStrategyFile(script, file: "buy.lua").text
        let strategy = try StrategyFile.parse(text, file: "buy.yaml") { _ throws(StrategyFile.CompanionProblem) in
            "return 1"
        }
        #expect(strategy.keys.count == 3000)
    }

    @Test(
        "a field stands in a command as the script has it",
        arguments: ["left", "a b", "{sale}", "a: #b", "\"q\"", "\u{1}\n", "ü\u{FEFF}", "}{"])
    func fields(_ field: String) throws {
        let bytes = field.utf8.map { "\\\($0 < 10 ? "00" : $0 < 100 ? "0" : "")\($0)" }.joined()
        let text = FirstStrategyFile("redis.call('HINCRBY', KEYS[1], '\(bytes)', -1) return 1", file: "buy.lua").text
        let strategy = try StrategyFile.parse(text, file: "buy.yaml") { _ throws(StrategyFile.CompanionProblem) in
            "return 1"
        }
        #expect(strategy.open.first?.templates.contains(Template(text: field)) == true, "\(text)")
    }

    @Test(arguments: cases) func parses(_ row: Case) throws {
        let text = FirstStrategyFile(row.script, file: "my scripts/Buy One.lua").text
        let strategy: Strategy
        do {
            strategy = try StrategyFile.parse(text, file: "first.yaml") { _ throws(StrategyFile.CompanionProblem) in
                row.script.contains("nothing") ? "return 1" : row.script
            }
        } catch {
            Issue.record("\(error)\n\(text)")
            return
        }
        #expect(strategy.name == "buy-one" && text.contains("TODO"))
        for part in row.has { #expect(text.contains(part), "\(part) in\n\(text)") }
    }
}

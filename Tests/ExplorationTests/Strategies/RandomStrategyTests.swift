import Exploration
import FlashSale
import Testing

/// Strategies that nobody would write, so that the relation between commands is not only right for those that people do.
struct RandomStrategyTests {
    private let orders: Orders

    init() throws { orders = try Orders() }

    private static func command(_ random: inout SplitMix64) -> String {
        let key = ["{stock}", "{other}"].randomElement(using: &random)!
        return [
            "GET \(key)", "SET \(key) \(Int.random(in: 0...3, using: &random))", "DECR \(key)", "INCR \(key)",
            "SETNX \(key) 1", "DEL \(key)", "APPEND \(key) 1", "STRLEN \(key)", "EXISTS {stock} {other}",
            "GETSET \(key) 2", "SET \(key) {buyer} EX 1000", "RENAME {stock} {other}", "PERSIST \(key)",
            "MSETNX {stock} 1 {other} 2", "SADD {set} {buyer}", "SREM {set} {buyer}", "SCARD {set}",
        ].randomElement(using: &random)!
    }

    private static func step(_ random: inout SplitMix64) -> String {
        switch Int.random(in: 0...5, using: &random) {
        case 0:
            return "  - send: WATCH \(["{stock}", "{other}", "{stock} {other}"].randomElement(using: &random)!)"
        case 1, 2:
            let commands = (0..<Int.random(in: 1...2, using: &random)).map { _ in command(&random) }
            return "  - atomically: [\(commands.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
                + "    outcomes: [{ when: nil, then: conflict }, { when: error, then: failed }]"
        case 3:
            return
                "  - script: swap\n    keys: [\"{stock}\", \"{other}\"]\n    outcomes: [{ when: error, then: failed }]"
        default:
            return "  - send: \"\(command(&random))\"\n    outcomes: [{ when: error, then: failed }]"
        }
    }

    private static func yaml(_ random: inout SplitMix64) -> String {
        let steps = (0..<Int.random(in: 1...3, using: &random)).map { _ in step(&random) }
        return """
            strategy: random
            keys: { stock: "{sale}:stock", other: "{sale}:other", set: "{sale}:set" }
            scripts:
              swap: |
                local left = redis.call('GET', KEYS[1])
                if left then redis.call('SET', KEYS[2], left) end
                return redis.call('INCR', KEYS[1])
            open: ["SET {stock} {units}"]
            buy:
            \(steps.joined(separator: "\n"))
              - finish: won
            stock: GET {stock}
            close: ["DEL {stock} {other} {set}"]
            """
    }

    /// Everything that anybody can see in any order is seen in one of those that are made.
    @Test func nothingIsLeftOut() throws {
        var random = SplitMix64(seed: 22)
        var orders = (all: 0, made: 0)
        for number in 1...500 {
            let yaml = Self.yaml(&random)
            var bounds = ExplorationBounds()
            bounds.isExhaustive = true
            let all = try self.orders.explore(yaml, buyers: 2, units: 2, bounds)
            (bounds.isExhaustive, bounds.exchangesBuyers) = (false, false)
            let made = try self.orders.explore(yaml, buyers: 2, units: 2, bounds)
            #expect(all.end == .complete && made.end == .complete, "\(yaml)")
            #expect(
                all.counts.unsteady == nil && made.counts.unsteady == nil, "strategy \(number): \(made.counts)\n\(yaml)"
            )
            #expect(all.ends == made.ends, "strategy \(number)\n\(yaml)")
            let alike = try self.orders.explore(yaml, buyers: 2, units: 2)
            #expect(alike.outcomes == all.outcomes && alike.counts.unsteady == nil, "strategy \(number)\n\(yaml)")
            orders.all += all.counts.complete
            orders.made += made.counts.complete
        }
        #expect(orders.made * 4 < orders.all * 3, "\(orders)")
    }
}

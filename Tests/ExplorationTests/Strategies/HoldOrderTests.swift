import Exploration
import FlashSale
import Strategies
import TestSupport
import Testing

/// Every order of purchases that take their time, on a real server whose clock stands still.
struct HoldOrderTests {
    private let orders: Orders

    init() throws { orders = try Orders(stopsClock: true) }

    private static let once = {
        var bounds = ExplorationBounds()
        bounds.expiries = 1
        return bounds
    }()

    private static let all: [AfterHold] = [
        .pay, .init(cancels: 1), .init(pays: 2), .init(cancels: 2), .init(pays: 1, cancels: 1), .nothing,
    ]

    @Test("no order breaks what is safe, whatever follows a hold and whenever it lapses", arguments: all)
    func upheld(_ first: AfterHold) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "reserve"))
        let alone = try orders.explore(yaml, buyers: 1, units: 1, afterHold: [first], Self.once)
        #expect(alone.end == .complete && alone.violated.isEmpty && alone.counts.unsteady == nil, "\(alone)")
        #expect(alone.everWon == (first.pays > 0))
        let two = try orders.explore(yaml, buyers: 2, units: 1, afterHold: [first, .pay], Self.once)
        #expect(two.end == .complete && two.violated.isEmpty && two.counts.unsteady == nil, "\(two)")
        #expect(two.everWon && two.counts.givenUp == 0)
    }

    /// What is wrong with it shows where somebody gives back more than the hold, and nowhere else.
    @Test("who gives back twice is found", arguments: all)
    func twoCancels(_ first: AfterHold) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "reserve-two-cancels"))
        let found = try orders.explore(yaml, buyers: 1, units: 1, afterHold: [first])
        #expect(found.end == .complete)
        #expect(found.violated.isEmpty == (first.cancels == 0 || first.cancels + first.pays == 1), "\(found)")
        guard first == AfterHold(cancels: 2) else { return }
        let schedule = try #require(found.violated[.givenBackOnce])
        #expect(schedule.words == "0,1,2" && schedule.cost == 0)
    }

    /// A payment that is late by one lapse, and the shop that asks nobody.
    @Test func latePayment() throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "reserve-late-payment"))
        let inTime = try orders.explore(yaml, buyers: 2, units: 1, afterHold: [.pay, .pay])
        #expect(inTime.end == .complete && inTime.violated.isEmpty && inTime.everWon)
        let phase = { () -> ExplorationPhase in
            var phase = ExplorationPhase(buyers: 2, units: 1, bounds: Self.once)
            phase.afterHold = [.pay, .pay]
            return phase
        }()
        let exploration = try Exploration.run([phase]) { phase throws(RunError) in
            try orders.made(yaml, phase)
        }
        let counterexample = try #require(exploration.counterexample)
        #expect(exploration.result == .violated && exploration.doubtfulReplay == nil)
        #expect(counterexample.violated.contains { $0.name == .heldThenSold }, "\(counterexample.violated)")
        #expect(counterexample.rows.count == 5 && counterexample.wrongRow == 3)
        #expect(counterexample.rows.contains { $0.choice == .lapse })
        #expect(counterexample.rows.filter { $0.part == .pay }.map(\.outcome) == ["won", "won"])
        #expect(counterexample.rows.filter { $0.part == .reserve }.map(\.outcome) == ["held", "held"])
        #expect(
            counterexample.story.contains { $0.hasPrefix("Buyer 101 has 1 unit on hold since step 1; in step") },
            "\(counterexample.story)")
        // Made again, it goes the same way.
        var sale = try orders.made(yaml, phase)
        for _ in 1...5 {
            let again = try Replay.make(counterexample.schedule, at: &sale, in: phase, expected: counterexample.rows)
            #expect(again.difference == nil && again.isWhole && again.counterexample.rows == counterexample.rows)
            #expect(again.counterexample.violated.map(\.name) == counterexample.violated.map(\.name))
        }
    }

    /// Nothing follows a hold before its answer, and nothing follows where there is none.
    @Test func whatFollowsWaitsForItsHold() throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "reserve"))
        var sale = try orders.sale(
            yaml, buyers: 2, units: 1, afterHold: [.init(pays: 1, cancels: 1), .init(cancels: 1)])
        #expect(sale.buyers == 5 && !sale.areAlike)
        #expect((0..<5).map { sale.number(of: $0) } == [101, 101, 101, 102, 102])
        #expect((0..<5).map { sale.part(of: $0) } == [.reserve, .pay, .cancel, .reserve, .cancel])
        var counts: [Int: Int] = [:]
        _ = try Explorer.explore(&sale, within: Self.once) { execution, _ in
            let who = execution.steps.compactMap(\.offer.choice.buyer)
            for (follower, hold) in [(1, 0), (2, 0), (4, 3)] {
                guard let place = who.firstIndex(of: follower) else { continue }
                #expect(who[..<place].contains(hold), "\(execution.schedule.words)")
            }
            counts[who.count, default: 0] += 1
            return true
        }
        // One of the two is told sold-out, and has nothing that follows; or both had it, one after the other.
        #expect(counts[3] != nil && counts[4] != nil && counts[5] != nil, "\(counts)")
    }

    private static func timed(_ sweeps: String, pay: String) -> String {
        """
        strategy: timed
        lapses: 200ms
        keys: { stock: "{sale}:stock", holds: "{sale}:holds", orders: "{sale}:orders", seen: "{sale}:seen" }
        scripts:
          reserve: |
            \(sweeps)
            if tonumber(redis.call('GET', KEYS[1]) or 0) < 1 then return -1 end
            redis.call('ZADD', KEYS[2], tonumber(ARGV[2]) + 200, ARGV[1])
            return redis.call('DECR', KEYS[1])
          pay: |
            \(pay)
            if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
            redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
            return 1
        open: ["SET {stock} {units}"]
        phases:
          reserve:
            - send: GET {seen}
            - script: reserve
              keys: ["{stock}", "{holds}"]
              args: ["{purchase}", "{now-ms}"]
              outcomes: [{ when: ">= 0", then: won, remaining: reply }, { when: -1, then: sold-out }]
          pay:
            share: 100%
            after: 10ms..20ms
            steps:
              - script: pay
                keys: ["{holds}", "{orders}"]
                args: ["{purchase}", "{buyer}"]
                outcomes: [{ when: 1, then: won }, { when: 0, then: conflict }]
        stock: GET {stock}
        held: ZCARD {holds}
        ledger: { read: "HGETALL {orders}", holds: purchase-to-buyer, atomic: true }
        close: ["DEL {stock} {holds} {orders} {seen}"]
        """
    }

    private static let sweep = """
        local time = redis.call('TIME')
            for _, hold in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', time[1] * 1000 + math.floor(time[2] / 1000))) do
              redis.call('ZREM', KEYS[2], hold)
              redis.call('INCR', KEYS[1])
            end
        """

    /// The buyers' clock and the server's are one: a hold that is stamped with the one is over by the other when time has passed, and
    /// not before. A shop that never gives back what has lapsed is refused nothing else for it.
    @Test func oneClock() throws {
        let swept = try orders.explore(
            Self.timed(Self.sweep, pay: ""), buyers: 2, units: 1, afterHold: [.nothing, .pay], Self.once)
        #expect(swept.end == .complete && swept.violated.isEmpty && swept.counts.unsteady == nil, "\(swept)")
        #expect(
            swept.outcomes.contains([.won, .held, .held]) || swept.outcomes.contains { $0.count { $0 == .held } == 2 })
        let kept = try orders.explore(
            Self.timed("", pay: ""), buyers: 2, units: 1, afterHold: [.nothing, .pay], Self.once)
        #expect(!kept.outcomes.contains { $0.count { $0 == .held } == 2 })
    }

    /// Keys with a time to live are gone when so much time has passed, and only then.
    @Test("a hold that is a key with a time to live", arguments: [true, false])
    func keysThatExpire(_ asks: Bool) throws {
        let yaml = """
            strategy: keys
            lapses: 5s
            keys: { stock: "{sale}:stock", hold: "{sale}:hold", orders: "{sale}:orders" }
            scripts:
              reserve: |
                if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('HLEN', KEYS[2]) > 0 then return 0 end
                redis.call('SET', KEYS[1], ARGV[1], 'PX', 5100)
                return 1
              pay: |
                if \(asks ? "redis.call('GET', KEYS[1]) ~= ARGV[1]" : "false") then return 0 end
                redis.call('DEL', KEYS[1])
                redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
                redis.call('DECR', KEYS[3])
                return 1
            open: ["SET {stock} {units}"]
            phases:
              reserve:
                - script: reserve
                  keys: ["{hold}", "{orders}"]
                  args: ["{purchase}"]
                  outcomes: [{ when: 1, then: won }, { when: 0, then: sold-out }]
              pay:
                share: 100%
                after: 10ms..20ms
                steps:
                  - script: pay
                    keys: ["{hold}", "{orders}", "{stock}"]
                    args: ["{purchase}", "{buyer}"]
                    outcomes: [{ when: 1, then: won }, { when: 0, then: conflict }]
            stock: GET {stock}
            ledger: { read: "HGETALL {orders}", holds: purchase-to-buyer, atomic: true }
            close: ["DEL {stock} {orders}"]
            """
        let still = try orders.explore(yaml, buyers: 2, units: 1, afterHold: [.pay, .pay])
        #expect(still.end == .complete && still.violated.isEmpty && still.everWon, "\(still)")
        let found = try orders.explore(yaml, buyers: 2, units: 1, afterHold: [.pay, .pay], Self.once)
        #expect(found.end == .complete && found.violated.isEmpty == asks, "\(found)")
    }

    /// What can come of a sale does not depend on what was left out, also where time passes.
    @Test(
        "leaving out what nobody can tell apart leaves out no end",
        arguments: ["reserve", "reserve-two-cancels", "reserve-late-payment", "timed"])
    func agrees(_ name: String) throws {
        let yaml = try name == "timed" ? Self.timed(Self.sweep, pay: "") : #require(BuiltinStrategies.yaml(named: name))
        let cancel = ["reserve-late-payment", "timed"].contains(name) ? AfterHold.pay : AfterHold(cancels: 1)
        for after in [[AfterHold.pay, .pay], [.init(pays: 2), cancel]] {
            var bounds = Self.once
            bounds.isExhaustive = true
            let all = try orders.explore(yaml, buyers: 2, units: 1, afterHold: after, bounds)
            bounds.isExhaustive = false
            bounds.exchangesBuyers = false
            let one = try orders.explore(yaml, buyers: 2, units: 1, afterHold: after, bounds)
            #expect(all.end == .complete && one.end == .complete && one.counts.unsteady == nil, "\(one.counts)")
            #expect(all.ends == one.ends && all.outcomes == one.outcomes)
            // Scripts that share a key cannot be exchanged; what reads another one can.
            #expect(all.counts.complete >= one.counts.complete)
            #expect(name != "timed" || all.counts.complete > one.counts.complete)
            let alike = try orders.explore(yaml, buyers: 2, units: 1, afterHold: after, Self.once)
            #expect(alike.outcomes == all.outcomes && Set(alike.violated.keys) == Set(all.violated.keys))
            if after[0] == after[1] { #expect(alike.counts.complete < one.counts.complete) }
        }
    }

    /// Also where something breaks in a purchase that has parts.
    @Test(arguments: ExplorationBounds.FaultKind.allCases)
    func brokenOrdersAsWell(_ kind: ExplorationBounds.FaultKind) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "reserve"))
        var bounds = ExplorationBounds()
        (bounds.faults, bounds.kinds) = (1, [kind])
        let few = try orders.explore(yaml, buyers: 2, units: 1, afterHold: [.pay, .pay], bounds)
        bounds.isExhaustive = true
        let all = try orders.explore(yaml, buyers: 2, units: 1, afterHold: [.pay, .pay], bounds)
        #expect(all.end == .complete && few.end == .complete && few.counts.unsteady == nil, "\(few.counts)")
        #expect(few.outcomes == all.outcomes && few.counts.complete < all.counts.complete)
        #expect(few.violated.isEmpty && all.violated.isEmpty, "\(few.violated)")
    }
}

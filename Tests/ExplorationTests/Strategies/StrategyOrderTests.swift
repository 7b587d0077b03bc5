import Exploration
import FlashSale
import Strategies
import TestSupport
import Testing

/// Every order of the buyers of a strategy, on a real server.
struct StrategyOrderTests {
    private let orders: Orders

    init() throws { orders = try Orders() }

    private static let watch = """
        strategy: watch
        keys: { stock: "{sale}:stock" }
        open: ["SET {stock} {units}"]
        buy:
          - send: WATCH {stock}
          - send: GET {stock}
            outcomes: [{ when: nil, then: failed }, { when: "<= 0", then: sold-out }]
            as: left
          - atomically: ["SET {stock} {left - 1}"]
            outcomes: [{ when: nil, then: conflict }, { when: array, then: won, remaining: "{left - 1}" }]
        stock: GET {stock}
        close: ["DEL {stock}"]
        """

    private static let readAndWrite = """
        strategy: read
        keys: { stock: "{sale}:stock" }
        open: ["SET {stock} {units}"]
        buy:
          - send: GET {stock}
            outcomes: [{ when: nil, then: failed }, { when: "<= 0", then: sold-out }]
            as: left
          - send: SET {stock} {left - 1}
            outcomes: [{ when: any, then: won, remaining: "{left - 1}" }]
        stock: GET {stock}
        close: ["DEL {stock}"]
        """

    /// Known from a model in memory, and for two buyers by hand.
    @Test(arguments: [
        (Self.watch, 2, 1, 6), (Self.watch, 3, 1, 27), (Self.watch, 3, 2, 48), (Self.watch, 4, 1, 108),
        (Self.watch, 4, 2, 464), (Self.watch, 4, 4, 572), (Self.readAndWrite, 2, 1, 4), (Self.readAndWrite, 3, 1, 21),
        (Self.readAndWrite, 4, 1, 148),
    ])
    func everyOrderOnce(_ yaml: String, _ buyers: Int, _ units: Int, _ count: Int) throws {
        var bounds = ExplorationBounds()
        bounds.exchangesBuyers = false
        let found = try orders.explore(yaml, buyers: buyers, units: units, bounds)
        #expect(found.end == .complete && found.counts.complete == count && found.counts.unsteady == nil)
        #expect(found.violated.isEmpty == (yaml == Self.watch) && found.everWon)
        // Whoever is alike is not told apart otherwise.
        let alike = try orders.explore(yaml, buyers: buyers, units: units)
        #expect(alike.counts.complete < count && alike.outcomes == found.outcomes)
        #expect(Set(alike.violated.keys) == Set(found.violated.keys) && alike.counts.unsteady == nil)
    }

    /// With as few switches as can be, and no command more than it takes.
    @Test func theShortestComesFirst() throws {
        let found = try orders.explore(Self.readAndWrite, buyers: 3, units: 1)
        let schedule = try #require(found.violated[.noOversell])
        #expect(schedule.cost == 1)
    }

    static let safe = [
        "optimistic", "optimistic-decr", "decr", "lua", "lua-stream", "lua-idempotent", "function", "lock", "tokens",
        "hash",
    ]

    @Test("no order of three buyers' commands breaks what is safe", arguments: safe)
    func upheld(_ name: String) throws {
        for units in 1...2 {
            let found = try orders.explore(try #require(BuiltinStrategies.yaml(named: name)), buyers: 3, units: units)
            #expect(found.end == .complete && found.counts.givenUp == 0 && found.counts.unsteady == nil, "\(found)")
            #expect(found.violated.isEmpty && found.everWon, "\(found)")
        }
    }

    /// How few commands show it, and the check that says so.
    @Test(
        "what is broken is caught, with as few commands as it takes",
        arguments: [
            ("naive", 2, 1, 6, CheckName.noOversell), ("unguarded", 2, 1, 4, .noOversell),
            ("hash-off-by-one", 2, 1, 2, .noOversell), ("decr-first", 1, 2, 2, .exactAccounting),
        ])
    func violated(_ name: String, _ buyers: Int, _ purchases: Int, _ commands: Int, _ check: CheckName) throws {
        let phase = ExplorationPhase(
            buyers: buyers, purchasesPerBuyer: purchases, units: purchases > 1 ? 3 : 1)
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        let exploration = try Exploration.run([phase]) { phase throws(RunError) in
            do {
                return try orders.sale(yaml, buyers: buyers, units: phase.units, purchasesPerBuyer: purchases)
            } catch {
                throw error as? RunError ?? RunError(.bug, "\(error)")
            }
        }
        let counterexample = try #require(exploration.counterexample)
        #expect(exploration.result == .violated && exploration.doubtfulReplay == nil)
        #expect(counterexample.rows.count == commands, "\(counterexample.rows)")
        #expect(counterexample.violated.contains { $0.name == check }, "\(counterexample.violated)")
        // Made again, it goes the same way.
        var sale = try orders.sale(yaml, buyers: buyers, units: phase.units, purchasesPerBuyer: purchases)
        for _ in 1...10 {
            let again = try Replay.make(counterexample.schedule, at: &sale, in: phase, expected: counterexample.rows)
            #expect(again.difference == nil && again.isWhole && again.counterexample.rows == counterexample.rows)
            #expect(again.counterexample.violated.map(\.name) == counterexample.violated.map(\.name))
        }
    }

    @Test("a lock protects for as long as its lease lasts", arguments: ["lock", "lock-expires"])
    func expiry(_ name: String) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        #expect(try orders.explore(yaml, buyers: 2, units: 1).violated.isEmpty)
        var bounds = ExplorationBounds()
        bounds.expiries = 1
        let found = try orders.explore(yaml, buyers: 2, units: 1, bounds)
        let schedule = try #require(found.violated[.noOversell])
        #expect(schedule.steps.contains { $0.choice.isExpiry } && found.end == .complete)
    }

    /// What a client makes of a lost answer: one that asks again takes two units for one purchase, unless the scheme knows it.
    @Test(arguments: [("lua", true), ("lua-idempotent", false)])
    func lostReplies(_ name: String, _ isViolated: Bool) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        let strategy = try StrategyFile.parse(yaml, file: "shop.yaml")
        let server = try StrategySale.startServer(executable: StressBinary.path)
        var settings = StrategySale.Settings(buyers: 1, units: 2)
        settings.attempts = 2
        settings.retryUnknown = true
        var bounds = ExplorationBounds()
        (bounds.faults, bounds.kinds) = (1, [.lostReplies])
        let phase = ExplorationPhase(buyers: 1, units: 2, bounds: bounds)
        let exploration = try Exploration.run([phase]) { _ throws(RunError) in
            try StrategySale.open(
                strategy, from: .init(name: name, yaml: yaml), settings, on: server)
        }
        #expect((exploration.counterexample != nil) == isViolated, "\(exploration)")
        if isViolated {
            #expect(exploration.counterexample?.rows.first?.choice == .loseReply(buyer: 0, ordinal: 0))
        } else {
            #expect(exploration.outcomes[0].isComplete)
        }
    }

    /// What can come of a sale does not depend on what was left out.
    @Test("leaving out what nobody can tell apart leaves out no end", arguments: BuiltinStrategies.names)
    func agrees(_ name: String) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        var bounds = ExplorationBounds()
        bounds.isExhaustive = true
        let all = try orders.explore(yaml, buyers: 2, units: 1, bounds)
        bounds.isExhaustive = false
        bounds.exchangesBuyers = false
        let one = try orders.explore(yaml, buyers: 2, units: 1, bounds)
        #expect(all.end == .complete && one.end == .complete)
        #expect(all.ends == one.ends && all.outcomes == one.outcomes)
        #expect(all.counts.complete >= one.counts.complete)
        let alike = try orders.explore(yaml, buyers: 2, units: 1)
        #expect(alike.outcomes == all.outcomes && Set(alike.violated.keys) == Set(all.violated.keys))
    }

    /// Also where something breaks: what a restart or a loss sets back is not taken for independent of it.
    @Test(arguments: ExplorationBounds.FaultKind.allCases, ["optimistic", "lock", "lua", "tokens"])
    func brokenOrdersAsWell(_ kind: ExplorationBounds.FaultKind, _ name: String) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        var bounds = ExplorationBounds()
        (bounds.faults, bounds.kinds) = (1, [kind])
        let few = try orders.explore(yaml, buyers: 2, units: 1, attempts: 2, bounds)
        bounds.isExhaustive = true
        let all = try orders.explore(yaml, buyers: 2, units: 1, attempts: 2, bounds)
        #expect(all.end == .complete && few.end == .complete && few.counts.unsteady == nil, "\(few.counts)")
        #expect(few.outcomes == all.outcomes && few.counts.complete <= all.counts.complete)
        #expect(few.violated.isEmpty && all.violated.isEmpty)
    }

    private static func locking(_ lock: String) -> String {
        """
        strategy: locking
        keys: { stock: "{sale}:stock", lock: "{sale}:lock" }
        open: ["SET {stock} {units}"]
        buy:
          - send: "\(lock)"
            outcomes: [{ when: nil, then: conflict }]
          - send: DECR {stock}
            outcomes: [{ when: any, then: won, remaining: "{reply}" }]
        finally:
          - send: DEL {lock}
        stock: GET {stock}
        close: ["DEL {stock}"]
        """
    }

    /// Whoever is gone leaves the lock, unless it expires.
    @Test(arguments: [("SET {lock} 1 NX", true), ("SET {lock} 1 NX EX 100", false)])
    func aLockThatIsLeftBehind(_ lock: String, _ isLeft: Bool) throws {
        var bounds = ExplorationBounds()
        (bounds.faults, bounds.kinds) = (1, [.crashes])
        let yaml = Self.locking(lock)
        let exploration = try Exploration.run([ExplorationPhase(buyers: 2, units: 2, bounds: bounds)]) {
            phase throws(RunError) in
            do {
                return try orders.sale(yaml, buyers: 2, units: 2)
            } catch {
                throw error as? RunError ?? RunError(.bug, "\(error)")
            }
        }
        #expect((exploration.outcomes[0].finding?.name == .keyLeftBehind) == isLeft, "\(exploration.outcomes[0])")
    }

    /// A script that was given one key and reads another: where that shows in one order only, the others are made all the same.
    @Test func aScriptTouchesMoreThanItWasGiven() throws {
        let yaml = """
            strategy: hidden
            keys: { stock: "{sale}:stock", closed: "{sale}:closed" }
            scripts:
              take: |
                if redis.call('GET', KEYS[1]) == '0' then return 0 end
                if redis.call('GET', '{stress:explore}:closed') then return -1 end
                redis.call('DECR', KEYS[1])
                return 1
            open: ["SET {stock} {units}"]
            buy:
              - script: take
                keys: ["{stock}"]
                outcomes: [{ when: "= 0", then: sold-out }, { when: "= -1", then: conflict }]
              - send: "SET {closed} 1"
                outcomes: [{ when: any, then: won }]
            stock: GET {stock}
            close: ["DEL {stock} {closed}"]
            """
        var bounds = ExplorationBounds()
        bounds.isExhaustive = true
        let all = try orders.explore(yaml, buyers: 2, units: 3, bounds)
        bounds.isExhaustive = false
        let found = try orders.explore(yaml, buyers: 2, units: 3, bounds)
        #expect(all.ends.count > 1 && found.outcomes == all.outcomes && found.end == .complete, "\(found)")
    }

    /// Neither a hash that happens to hold a buyer's number nor a seat that is drawn makes a strategy unsteady.
    @Test(arguments: ["{buyer}", "{random 1..50}"])
    func nobodyIsTakenForUnsteady(_ seat: String) throws {
        // With these in a comment, the script's hash holds 101 or 102, with or without a line break at its end.
        for number in [745, 1204, 273, 535] {
            let yaml = """
                strategy: seats
                keys: { stock: "{sale}:stock", seat: "{sale}:seat:\(seat)" }
                scripts:
                  take: |
                    -- \(number)
                    if redis.call('SETNX', KEYS[2], ARGV[1]) == 0 then return -1 end
                    return redis.call('DECR', KEYS[1])
                open: ["SET {stock} {units}"]
                buy:
                  - script: take
                    keys: ["{stock}", "{seat}"]
                    args: ["{buyer}"]
                    outcomes: [{ when: "< 0", then: sold-out }, { when: ">= 0", then: won, remaining: reply }]
                stock: GET {stock}
                close: ["DEL {stock}"]
                """
            let found = try orders.explore(yaml, buyers: 2, units: 2)
            #expect(found.counts.unsteady == nil && found.end == .complete, "\(found.counts)")
        }
    }

    /// What is not required and was not complete is no part of what is said to be proven.
    @Test(arguments: [true, false])
    func onlyWhatWasCompleteIsProven(_ isRequired: Bool) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "optimistic"))
        var few = ExplorationBounds()
        few.executions = 3
        let phases = [
            ExplorationPhase(buyers: 2, units: 1),
            ExplorationPhase(buyers: 3, units: 2, bounds: few, isRequired: isRequired),
        ]
        let exploration = try Exploration.run(phases) { phase throws(RunError) in
            do {
                return try orders.sale(yaml, buyers: phase.buyers, units: phase.units)
            } catch {
                throw error as? RunError ?? RunError(.bug, "\(error)")
            }
        }
        let record = exploration.record(started: "", subject: "optimistic", attempts: 1, quantity: 1)
        #expect(exploration.result == (isRequired ? .inconclusive : .upheld))
        #expect(record.phases.map(\.complete) == [true, false] && record.phases[1].left > 0)
    }
}

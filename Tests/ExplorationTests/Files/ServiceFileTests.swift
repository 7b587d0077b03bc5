import Exploration
import FlashSale
import Foundation
import TestSupport
import Testing

/// Files whose buyers ask a service that they start, in every order.
struct ServiceFileTests {
    @Test("one that looks and then takes sells a unit twice, one that takes at once does not", arguments: [1, 2])
    func pair(_ instances: Int) throws {
        let wrong = try FileTrial(
            FileFixtures.file(), ["shop.py": FileFixtures.shop(FileFixtures.getAndSet)], instances: instances)
        let found = try wrong.explore()
        #expect(TestProcess.eventually { TestProcess.using(wrong.path).isEmpty })
        #expect(found.isWhole && found.violated.contains(.noOversell), "\(found)")
        #expect(found.results.contains { !$0.contains { $0.result == .violated } }, "\(found)")
        let right = try FileTrial(
            FileFixtures.file(), ["shop.py": FileFixtures.shop(FileFixtures.decrement)], instances: instances
        ).explore()
        #expect(right.isWhole && right.violated.isEmpty && right.otherPeer == nil, "\(right)")
        for name in [CheckName.noOversell, .exactAccounting, .uniqueUnits, .linearizable, .ledger] {
            #expect(right.isUpheld(name), "\(name) \(right.results)")
        }
    }

    @Test("stock that the service tells is read as in a run, once nobody buys")
    func stockOverHTTP() throws {
        let file = FileFixtures.file(stock: "{ http: GET /stock }")
        let found = try FileTrial(file, ["shop.py": FileFixtures.shop(FileFixtures.getAndSet)]).explore()
        #expect(found.isWhole && found.violated.contains(.noOversell), "\(found)")
        let right = try FileTrial(file, ["shop.py": FileFixtures.shop(FileFixtures.decrement)]).explore()
        #expect(right.isWhole && right.violated.isEmpty && right.isUpheld(.exactAccounting), "\(right)")
        // In the middle of an order the service would have to wait.
        #expect(right.looks.allSatisfy { $0 == nil })
    }

    @Test("what is kept in the service's memory is put back by open:, and where it is not, the rehearsal tells")
    func memory() throws {
        let buy = """
            sold = {}
            def serve(redis, path, body):
                if path == "/admin":
                    CLEAR
                    redis("SET", "count", body["units"])
                    return 200, {}
                if body["token"] in sold: return sold[body["token"]]
                left = redis("DECR", "count")
                if left < 0: redis("INCR", "count")
                sold[body["token"]] = (200, {"left": left}) if left >= 0 else (409, {})
                return sold[body["token"]]
            """
        let file = FileFixtures.file().replacing(/ledger.*/, with: "")
        let cleared = try FileTrial(
            file, ["shop.py": FileFixtures.shop(buy.replacing("CLEAR", with: "sold.clear()"))])
        let found = try cleared.explore()
        #expect(found.isWhole && found.violated.isEmpty, "\(found)")
        #expect(try ProgramRehearsal.play(cleared.settings).problem == nil)
        let kept = try FileTrial(file, ["shop.py": FileFixtures.shop(buy.replacing("CLEAR", with: "pass"))])
        // Purchases that were made in the last order need no command in this one.
        #expect(try ProgramRehearsal.play(kept.settings).problem != nil)
    }

    @Test("a purchase of several requests, with what its client has kept from signing in")
    func steps() throws {
        let buy = """
            def serve(redis, path, body):
                if path == "/admin":
                    redis("SET", "count", body["units"])
                    return 200, {}
                if path == "/login":
                    redis("SET", "session:" + body["name"], "s-" + body["name"])
                    return 200, {"token": "s-" + body["name"]}
                if redis("GET", "session:" + body["name"]) != body["session"]: return 401, {}
                if path == "/look": return 200, {"left": int(redis("GET", "count"))}
                if TAKEN: return 409, {}
                return 200, {}
            """
        let file = """
            strategy: steps
            summary: looks, and then buys
            service: { start: [ python3, -S, -B, shop.py, "{port}" ], env: { SHOP_REDIS: "{redis}" } }
            open: [ { http: POST /admin, body: { json: { units: "{units}" } } } ]
            sign-in:
              - http: POST /login
                body: { json: { name: "c{client}" } }
                as: { session: json.token }
            buy:
              - http: POST /look
                body: { json: { name: "c{client}", session: "{session}" } }
                as: { left: json.left }
              - finish: sold-out
                if: left <= 0
              - http: POST /buy
                body: { json: { name: "c{client}", session: "{session}", set: "{left - 1}" } }
                outcomes:
                  - { when: "status == 200", then: won }
                  - { when: "status == 409", then: sold-out }
            stock: { redis: GET count }

            """
        let trusts = buy.replacing("TAKEN", with: "redis('SET', 'count', body['set']) != 'OK'")
        let wrong = try FileTrial(file, ["shop.py": FileFixtures.shop(trusts)]).explore()
        #expect(wrong.isWhole && wrong.violated.contains(.noOversell), "\(wrong)")
        let takes = buy.replacing("TAKEN", with: "redis('DECR', 'count') < 0 and redis('INCR', 'count') > -9")
        let right = try FileTrial(file, ["shop.py": FileFixtures.shop(takes)]).explore()
        #expect(right.isWhole && !right.violated.contains(.noOversell) && right.isUpheld(.exactAccounting), "\(right)")
        let outcomes = right.attempts.flatMap { $0 }.map(\.outcome)
        #expect(outcomes.contains(.won) && !outcomes.contains(.unknown), "\(outcomes)")
    }

    @Test("a purchase is tried again after a conflict, as often as it may be")
    func attempts() throws {
        let buy = """
            def serve(redis, path, body):
                if path == "/admin":
                    redis("DEL", "winners", "lock")
                    redis("SET", "count", body["units"])
                    return 200, {}
                if not redis("SET", "lock", body["user"], "NX"): return 429, {}
                left = int(redis("GET", "count")) - 1
                if left >= 0:
                    redis("SET", "count", left)
                    redis("SADD", "winners", body["user"])
                redis("DEL", "lock")
                return (200, {"left": left}) if left >= 0 else (409, {})
            """
        for attempts in [1, 2] {
            let found = try FileTrial(
                FileFixtures.file(), ["shop.py": FileFixtures.shop(buy)], attempts: attempts
            ).explore()
            #expect(found.isWhole && found.violated.isEmpty, "\(found)")
            let numbers = found.attempts.map { $0.map(\.number).max() ?? 0 }
            #expect(numbers.contains(attempts) && numbers.max() == attempts, "\(numbers)")
            for history in found.attempts {
                // One after the other, by the steps that were theirs.
                for pair in zip(history, history.dropFirst()) where pair.0.purchase == pair.1.purchase {
                    #expect(pair.0.returnedNanoseconds ?? .max < pair.1.invokedNanoseconds, "\(history)")
                }
            }
        }
    }

    @Test("a lost reply leaves the buyer of a service that fails in the dark, and accuses nobody")
    func lostReply() throws {
        let trial = try FileTrial(FileFixtures.file(), ["shop.py": FileFixtures.shop(FileFixtures.decrement)])
        let found = try trial.explore(purchases: 1, units: 2, .losing())
        #expect(found.isWhole && found.violated.isEmpty, "\(found)")
        #expect(found.attempts.flatMap { $0 }.contains { $0.outcome == .unknown && $0.isHole }, "\(found.attempts)")
        // It says that nothing happened, and something has.
        let lies = FileFixtures.decrement.replacing(
            "left = redis(\"EVAL\"", with: "try: left = redis(\"EVAL\""
        ).replacing(
            "    if left < 0: return 409, {}",
            with: "    except ConnectionError: return 429, {}\n    if left < 0: return 409, {}")
        let wrong = try FileTrial(FileFixtures.file(), ["shop.py": FileFixtures.shop(lies)])
            .explore(purchases: 1, units: 2, .losing())
        #expect(wrong.violated.contains(.exactAccounting), "\(wrong)")
    }

    @Test(
        "a buyer with two purchases goes beyond the file's limit where the service looks outside",
        arguments: [false, true])
    func limit(_ isRight: Bool) throws {
        let buy = FileFixtures.getAndSet.replacing(
            "    left = int(redis(\"GET\", \"count\")) - 1",
            with: isRight
                ? "    if not redis('SADD', 'had', body['user']): return 403, {}\n    left = redis('DECR', 'count')"
                : "    if redis('SISMEMBER', 'winners', body['user']): return 403, {}\n    left = redis('DECR', 'count')"
        ).replacing("    redis(\"SET\", \"count\", left)\n", with: "")
        let file = FileFixtures.file(more: "limit: 1", outcomes: "- { when: \"status == 403\", then: duplicate }")
            .replacing("ledger:", with: "#")
        let found = try FileTrial(file, ["shop.py": FileFixtures.shop(buy)], purchasesPerBuyer: 2)
            .explore(purchases: 2, units: 3)
        #expect(found.isWhole && found.violated == (isRight ? [] : [.purchaseLimit]), "\(found)")
        #expect(Set(found.attempts.flatMap { $0 }.map(\.buyer)).count == 1)
    }

    @Test("an answer that the file does not name leaves the sale open")
    func hole() throws {
        let odd = FileFixtures.decrement.replacing("if left < 0: return 409, {}", with: "if left < 0: return 410, {}")
        let trial = try FileTrial(FileFixtures.file(), ["shop.py": FileFixtures.shop(odd)])
        let exploration = try Exploration.run([ExplorationPhase(buyers: 2, units: 1)]) {
            phase throws(RunError) in
            try ProgramSale.start(trial.settings, buyers: phase.buyers, units: phase.units)
        }
        #expect(exploration.result == .inconclusive)
        #expect(exploration.reason?.contains("an answer that no outcome stands for") == true, "\(exploration)")
    }

    @Test("whoever is connected to something beside Redis is seen")
    func others() throws {
        let memory = """
            other = socket.create_server(("127.0.0.1", 0))
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
            mine = socket.create_connection(other.getsockname())
            other.close()
            """
        let trial = try FileTrial(
            FileFixtures.file(), ["shop.py": FileFixtures.shop(FileFixtures.decrement, memory: memory)])
        // The other end is the same family's, which is nobody else.
        #expect(try trial.explore(purchases: 1, units: 1).otherPeer == nil)
        let listener = ScriptedServer { $0.waitForEnd() }
        let outside = "mine = socket.create_connection((\"127.0.0.1\", \(listener.port)))"
        let found = try FileTrial(
            FileFixtures.file(), ["shop.py": FileFixtures.shop(FileFixtures.decrement, memory: outside)]
        ).explore(purchases: 1, units: 1)
        #expect(found.otherPeer == "127.0.0.1:\(listener.port)", "\(found)")
    }
}

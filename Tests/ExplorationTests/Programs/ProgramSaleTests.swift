import Exploration
import FlashSale
import Foundation
import TestSupport
import Testing

/// Programs of the user's, in every order.
struct ProgramSaleTests {
    private static func processes(_ buy: String) throws -> ProgramTrial {
        try ProgramTrial(
            ["buy.py": Fixtures.plainClient + buy], .processes([ProgramTrial.python, "-S", "-E", "buy.py", "{buyer}"]))
    }

    private static func loop(_ program: String, orders: String? = nil) throws -> ProgramTrial {
        try ProgramTrial(
            ["worker.py": program], .loops([ProgramTrial.python, "worker.py"]), won: "line /^won/", orders: orders)
    }

    @Test("a process for each purchase that looks and then takes sells a unit twice, and nothing of it is left running")
    func getAndSet() throws {
        let trial = try Self.processes(Fixtures.getAndSet)
        let found = try trial.explore()
        #expect(found.end == .complete && found.counts.unsteady == nil && found.counts.givenUp == 0)
        #expect(found.violated.contains(.noOversell), "\(found.words)")
        #expect(found.bad > 0 && found.bad < found.violations.count)
        #expect(found.notes == [])
        var bounds = ExplorationBounds()
        bounds.isExhaustive = true
        let all = try trial.explore(bounds)
        #expect(all.end == .complete && all.counts.complete == 6 && all.bad == 4)
        #expect(TestProcess.eventually { TestProcess.using(trial.folder.path).isEmpty })
    }

    @Test("one step at a time is right: DECR with a look at what it gives")
    func decrement() throws {
        let found = try Self.processes(
            """
            if ask("DECR", "count") < 0:
                ask("INCR", "count")
                raise SystemExit(1)

            """
        ).explore()
        #expect(found.end == .complete && found.counts.unsteady == nil && found.bad == 0, "\(found)")
    }

    @Test("the right WATCH of redis-py stands every order")
    func watch() throws {
        let trial = try Self.loop(Fixtures.loop(Fixtures.watch), orders: "SMEMBERS winners")
        let found = try trial.explore()
        #expect(TestProcess.eventually { TestProcess.using(trial.folder.path).isEmpty })
        #expect(found.end == .complete && found.counts.unsteady == nil && found.counts.givenUp == 0, "\(found)")
        #expect(found.bad == 0)
        #expect(found.outcomes.allSatisfy { $0.sorted { $0.rawValue < $1.rawValue } == [.won, .failed] })
    }

    @Test("what is left out is nothing new: all orders of the right WATCH end as the few do that are made")
    func reduction() throws {
        let trial = try Self.loop(Fixtures.loop(Fixtures.watch))
        var sale = try trial.sale()
        let few = try ProgramTrial.explore(&sale)
        var bounds = ExplorationBounds()
        bounds.isExhaustive = true
        let all = try ProgramTrial.explore(&sale, bounds)
        #expect(all.end == .complete && all.counts.complete == 20 && all.bad == 0, "\(all)")
        #expect(few.counts.executions < 8)
        #expect(Set(all.outcomes.map(Set.init)) == Set(few.outcomes.map(Set.init)))
    }

    @Test("a key expires where the search says so, and at no other time")
    func timeStandsStill() throws {
        let trial = try Self.loop(
            Fixtures.loop(
                """
                import time
                def buy(r, buyer):
                    r.set("hold", buyer, px=40)
                    time.sleep(0.1)
                    return r.get("hold") is not None and r.decr("count") >= 0
                """))
        #expect(try trial.explore(buyers: 1, units: 1).outcomes == [[.won]])
        let expiring = try trial.explore(buyers: 1, units: 1, .expiring)
        #expect(expiring.end == .complete && Set(expiring.outcomes) == [[.won], [.failed]], "\(expiring)")
    }

    @Test("who waits for ever for what nobody brings is told of, and accuses nobody")
    func deadlock() throws {
        let found = try Self.loop(
            Fixtures.loop(
                """
                def buy(r, buyer):
                    if r.decr("count") < 0:
                        r.incr("count")
                        r.blpop("never", 0)
                    return True
                """)
        ).explore()
        #expect(found.bad == 0 && found.outcomes.contains { $0.contains(.unknown) }, "\(found)")
        #expect(found.notes.contains { $0.contains("nobody brings") }, "\(found)")
    }

    @Test("three buyers of two units")
    func threeBuyers() throws {
        let found = try Self.loop(Fixtures.loop(Fixtures.watch)).explore(buyers: 3, units: 1)
        #expect(found.end == .complete && found.counts.unsteady == nil && found.counts.givenUp == 0 && found.bad == 0)
        let wrong = try Self.loop(
            Fixtures.loop(
                """
                def buy(r, buyer):
                    n = int(r.get("count"))
                    if n > 0: r.set("count", n - 1)
                    return n > 0
                """)
        ).explore(buyers: 3, units: 2)
        #expect(wrong.end == .complete && wrong.violated.contains(.noOversell))
    }

    @Test("the same takes two units for one purchase where the reply of EXEC is lost: redis-py makes a conflict of it")
    func watchWithLostReply() throws {
        let found = try Self.loop(Fixtures.loop(Fixtures.watch)).explore(buyers: 1, units: 2, .losing())
        #expect(found.end == .complete)
        #expect(found.violated.contains(.exactAccounting), "\(found)")
        // The lost requests change nothing.
        let requests = try Self.loop(Fixtures.loop(Fixtures.watch)).explore(
            buyers: 1, units: 2, .losing([.lostRequests]))
        #expect(requests.end == .complete && requests.bad == 0, "\(requests)")
    }

    @Test("a client that sends again what had no reply takes two units; one that does not leaves it open")
    func decrementWithLostReply() throws {
        let buy = "def buy(r, buyer): return r.decr('count') >= 0"
        let again =
            "redis.Redis.from_url(os.environ['REDIS_URL'], retry=Retry(NoBackoff(), 1), retry_on_error=[redis.ConnectionError])"
        let found = try Self.loop(Fixtures.loop(buy, client: again)).explore(buyers: 1, units: 2, .losing())
        #expect(found.violated.contains(.exactAccounting), "\(found)")
        let once = try Self.loop(Fixtures.loop(buy)).explore(buyers: 1, units: 2, .losing())
        #expect(once.end == .complete && once.bad == 0 && once.outcomes.contains([.unknown]), "\(once)")
    }

    @Test("a lock protects until it expires")
    func lock() throws {
        let trial = try Self.loop(Fixtures.loop(Fixtures.lock))
        var sale = try trial.sale()
        let safe = try ProgramTrial.explore(&sale)
        #expect(safe.end == .complete && safe.bad == 0 && safe.counts.unsteady == nil, "\(safe)")
        var bounds = ExplorationBounds.expiring
        bounds.executions = 60
        let found = try ProgramTrial.explore(&sale, bounds)
        #expect(found.violated.contains(.noOversell), "\(found)")
    }

    @Test("who waits for an element goes on with it, or when its time is over")
    func blocking() throws {
        let trial = try Self.loop(
            Fixtures.loop(
                """
                def buy(r, buyer):
                    got = r.blpop("tokens", 1)
                    if got and r.decr("count") < 0: r.rpush("tokens", "back")
                    return got is not None
                """))
        var settings = trial
        settings.settings.open = ["SET count {units}", "RPUSH tokens one"]
        let found = try settings.explore()
        #expect(found.end == .complete && found.bad == 0 && found.counts.unsteady == nil, "\(found)")
        #expect(found.outcomes.allSatisfy { Set($0) == [.won, .failed] })
    }

    @Test("a program that makes all purchases itself")
    func whole() throws {
        var trial = try ProgramTrial(
            ["seed.py": Fixtures.whole], .whole([ProgramTrial.python, "seed.py"]), won: "stdout /bought/")
        trial.settings.open = []
        let found = try trial.explore()
        #expect(found.violated.contains(.noOversell), "\(found)")
    }

    @Test("a script that touches a key that it does not name is taken to touch all")
    func undeclaredKeys() throws {
        let found = try Self.loop(
            Fixtures.loop(
                """
                def buy(r, buyer):
                    n = int(r.eval("return redis.call('GET', 'co' .. 'unt')", 0))
                    if n > 0: r.eval("return redis.call('SET', KEYS[1] .. 'unt', ARGV[1])", 1, "co", n - 1)
                    return n > 0
                """)
        ).explore()
        #expect(found.end == .complete && found.violated.contains(.noOversell), "\(found)")
        #expect(found.remarks.map(\.name) == [.undeclaredKeys], "\(found.remarks)")
    }

    @Test("a slip in the second try takes three buyers to show")
    func slip() throws {
        let trial = try Self.loop(
            Fixtures.loop(
                """
                def buy(r, buyer):
                    with r.pipeline() as pipe:
                        isFirst = True
                        while True:
                            try:
                                if isFirst: pipe.watch("count")
                                n = int((pipe if isFirst else r).get("count"))
                                if n < 1: return False
                                pipe.multi()
                                pipe.set("count", n - 1)
                                pipe.execute()
                                return True
                            except redis.WatchError:
                                isFirst = False
                """))
        var sale = try trial.sale()
        let two = try ProgramTrial.explore(&sale)
        #expect(two.end == .complete && two.bad == 0 && two.counts.unsteady == nil, "\(two)")
        try sale.change(buyers: 3, units: 2)
        let three = try ProgramTrial.explore(&sale)
        #expect(three.end == .complete && three.violated.contains(.noOversell), "\(three)")
    }

    @Test("a program that sleeps between two tries is waited for")
    func sleeping() throws {
        let found = try Self.loop(
            Fixtures.loop(
                """
                import time
                def buy(r, buyer):
                    while not r.set("lock", buyer, nx=True, ex=5): time.sleep(0.02)
                    n = int(r.get("count"))
                    if n > 0: r.set("count", n - 1)
                    time.sleep(0.02)
                    r.delete("lock")
                    return n > 0
                """)
        ).explore()
        #expect(found.end == .complete && found.bad == 0, "\(found)")
        #expect(found.counts.unsteady == nil && found.counts.givenUp == 0 && found.notes == [], "\(found)")
    }

    @Test("where a client does not wait for its reply, nothing is judged and nothing is taken for done")
    func impatience() throws {
        let found = try Self.loop(
            Fixtures.loop(
                """
                import time
                def buy(r, buyer):
                    n = int(r.get("count"))
                    time.sleep(0.3)
                    if n > 0: r.set("count", n - 1)
                    return n > 0
                """, client: "redis.Redis.from_url(os.environ['REDIS_URL'], socket_timeout=0.1)")
        ).explore()
        #expect(found.counts.givenUp > 0 && found.counts.diverged > 0, "\(found)")
        #expect(found.bad == 0, "\(found)")
    }

    @Test("a purchase may have two commands under way at once")
    func concurrency() throws {
        let found = try Self.loop(
            Fixtures.loop(
                """
                from concurrent.futures import ThreadPoolExecutor
                pool = ThreadPoolExecutor(2)
                def buy(r, buyer):
                    a, b = pool.submit(r.get, "count"), pool.submit(r.incr, "visits")
                    n = int(a.result())
                    b.result()
                    if n > 0: r.set("count", n - 1)
                    return n > 0
                """)
        ).explore()
        #expect(found.end == .complete && found.violated.contains(.noOversell), "\(found)")
        #expect(found.counts.unsteady == nil && found.counts.givenUp == 0, "\(found)")
    }

    @Test("programs that wait for each other outside Redis do not hold it up")
    func fileLock() throws {
        let found = try Self.processes(
            """
            import fcntl
            with open("lock", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
            \(Fixtures.getAndSet.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))

            """
        ).explore()
        #expect(found.end == .complete && found.bad == 0 && found.notes == [], "\(found)")
    }

    @Test("a program that cannot be started is told of")
    func missing() throws {
        let missing = try ProgramTrial([:], .processes(["no-such-program"]))
        let error = #expect(throws: RunError.self) { _ = try missing.explore() }
        #expect(error?.message.contains("no-such-program") == true, "\(error?.message ?? "")")
    }
}

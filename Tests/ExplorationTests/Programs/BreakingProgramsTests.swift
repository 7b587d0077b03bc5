import Exploration
import FlashSale
import TestSupport
import Testing

/// Programs that are killed between two of their commands, and a server that is restarted there.
struct BreakingProgramsTests {
    private static func loop(_ buy: String) throws -> ProgramTrial {
        try ProgramTrial(
            ["worker.py": Fixtures.loop(buy)], .loops([ProgramTrial.python, "worker.py"]), won: "line /^won/")
    }

    private static let decrement = """
        def buy(r, buyer):
            if r.decr("count") >= 0: return True
            r.incr("count")
            return False
        """

    @Test("who is killed says nothing more, and the others go on; all orders end as the few do that are made")
    func killedLoops() throws {
        let trial = try Self.loop(Self.decrement)
        var sale = try trial.sale()
        var bounds = ExplorationBounds.losing([.crashes])
        let few = try ProgramTrial.explore(&sale, bounds)
        bounds.isExhaustive = true
        let all = try ProgramTrial.explore(&sale, bounds)
        #expect(few.end == .complete && few.counts.unsteady == nil && few.notes.isEmpty && few.bad == 0, "\(few)")
        #expect(all.end == .complete && all.counts.unsteady == nil && all.bad == 0, "\(all)")
        #expect(Set(few.outcomes.map(Set.init)) == Set(all.outcomes.map(Set.init)))
        #expect(few.outcomes.contains { Set($0) == [.unknown, .won] })
        // Killed between taking the last unit too many and giving it back: nobody can win the unit any more, and none is oversold.
        #expect(!few.outcomes.contains { $0.allSatisfy { $0 == .won } })
        #expect(TestProcess.eventually { TestProcess.using(trial.folder.path).count <= 2 })
    }

    @Test("an instance of a service is killed with all that it serves, and the other one goes on", arguments: [1, 2])
    func killedService(_ instances: Int) throws {
        let request = ProgramSettings.Request("POST", "http://127.0.0.1:{port}/buy?user={buyer}")
        let found = try ProgramTrial(
            ["shop.py": Fixtures.flask],
            .service(
                .init(words: [ProgramTrial.python, "shop.py", "{port}"], instances: instances, request: request)),
            won: "json .ok == true"
        ).explore(.losing([.crashes]))
        #expect(found.end == .complete && found.counts.givenUp == 0 && found.notes.isEmpty, "\(found)")
        #expect(found.outcomes.contains([.unknown, .unknown]) == (instances == 1), "\(found)")
        #expect(found.outcomes.contains { Set($0) == [.unknown, .won] }, "\(found)")
        #expect(found.violated.contains(.noOversell) == (instances == 2), "\(found)")
    }

    @Test(
        "a restarted server has forgotten scripts, and who takes that for anything else sells too much",
        arguments: [true, false])
    func forgottenScripts(_ isRight: Bool) throws {
        let otherwise = isRight ? "r.eval(take, 1, 'count')" : "r.decr('count') >= -5"
        let trial = try Self.loop(
            """
            take = "local n = tonumber(redis.call('GET', KEYS[1])) if n < 1 then return 0 end redis.call('DECR', KEYS[1]) return 1"
            sha = r.script_load(take)
            def buy(r, buyer):
                r.get("count")
                try:
                    return r.evalsha(sha, 1, "count") == 1
                except redis.exceptions.NoScriptError:
                    return \(otherwise)
                except redis.ConnectionError:
                    return buy(r, buyer)
            """)
        var sale = try trial.sale()
        var bounds = ExplorationBounds.losing([.restart])
        let found = try ProgramTrial.explore(&sale, bounds)
        #expect(found.end == .complete && found.counts.givenUp == 0, "\(found)")
        #expect(found.violated.contains(.noOversell) != isRight, "\(found)")
        // Without it nothing is wrong with either.
        bounds.kinds = []
        let calm = try ProgramTrial.explore(&sale, bounds)
        #expect(calm.end == .complete && calm.bad == 0 && calm.counts.unsteady == nil, "\(calm)")
    }
}

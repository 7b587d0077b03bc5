import Exploration
import FlashSale
import TestSupport
import Testing

/// The same three programs in several languages, and what is lost on the way as each client library takes it.
struct ClientTests {
    @Test("who looks and then takes sells a unit twice, in the same order each time", arguments: Client.allCases)
    func look(_ client: Client) throws {
        let trial = try client.trial(.look)
        let phase = ExplorationPhase(buyers: 2, units: 1)
        let exploration = try Exploration.run([phase]) { phase throws(RunError) in
            try trial.sale(buyers: phase.buyers, units: phase.units)
        }
        let found = try #require(exploration.counterexample, "\(exploration.outcomes)")
        #expect(found.rows.count == 4 && found.violated.contains { $0.name == .noOversell }, "\(found)")
        #expect(exploration.doubtfulReplay == nil)
        var sale = try trial.sale()
        for _ in 0..<3 {
            let again = try Replay.make(found.schedule, at: &sale, in: phase, expected: found.rows)
            #expect(
                again.isWhole && again.difference == nil
                    && again.counterexample.violated.map(\.name) == found.violated.map(\.name))
        }
    }

    @Test("the right WATCH stands every order, and so does counting down", arguments: Client.allCases)
    func right(_ client: Client) throws {
        let watch = try client.trial(.watch).explore()
        #expect(watch.end == .complete && watch.counts.unsteady == nil && watch.counts.givenUp == 0, "\(watch)")
        #expect(watch.bad == 0 && watch.notes == [] && watch.violations.count > 1, "\(watch)")
        let count = try client.trial(.count).explore()
        #expect(count.end == .complete && count.counts.unsteady == nil && count.bad == 0, "\(count)")
    }

    @Test(
        "where the reply of DECR is lost, some send it again and take two units for a purchase; others leave it open",
        arguments: [(.ruby, 0, true), (.go, 1, true), (.go, 0, false), (.php, 0, false), (.node, 0, false)]
            as [(Client, Int, Bool)])
    func lostReply(_ client: Client, _ retries: Int, _ sendsAgain: Bool) throws {
        let found = try client.trial(.count, retries: retries).explore(buyers: 1, units: 2, .losing())
        #expect(found.end == .complete && found.counts.unsteady == nil && found.counts.givenUp == 0, "\(found)")
        #expect(found.violated.contains(.exactAccounting) == sendsAgain, "\(found)")
        #expect(found.outcomes.contains([.unknown]) == !sendsAgain, "\(found)")
    }

    @Test(
        "a JVM's lock within the process holds for one instance, and not for two", arguments: [1, 2])
    func java(_ instances: Int) throws {
        let trial = try Shops.service(
            "Shop.java", ["java", "-XX:TieredStopAtLevel=1", "Shop", "{port}"], instances: instances)
        try Shops.compile(["javac", "Shop.java"], in: trial)
        let found = try trial.explore()
        #expect(found.end == .complete && found.counts.givenUp == 0 && found.counts.unsteady == nil, "\(found)")
        #expect(found.notes == [] && found.violated.contains(.noOversell) == (instances == 2), "\(found)")
    }

    @Test(
        "node-redis puts all on one connection, so that requests lose each other's WATCH in one instance; not where each has its own",
        arguments: [(1, false), (2, false), (1, true)])
    func multiplexed(_ instances: Int, _ isIsolated: Bool) throws {
        var trial = try Shops.service("shared.js", ["node", "shared.js", "{port}"], instances: instances)
        trial.settings.variables = ["NODE_PATH": "/usr/share/nodejs", "ISOLATED": isIsolated ? "1" : ""]
        // One after the other they are right.
        #expect(try trial.rehearse().problem == nil)
        let found = try trial.explore()
        #expect(found.end == .complete && found.counts.givenUp == 0 && found.counts.unsteady == nil, "\(found)")
        #expect(found.violated.contains(.noOversell) == (instances == 1 && !isIsolated), "\(found)")
    }
}

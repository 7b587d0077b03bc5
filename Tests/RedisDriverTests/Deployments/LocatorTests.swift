import FlashSale
import Strategies
import Testing

@testable import RedisDriver

/// Who is primary, from answers that are written down: no socket, no clock.
struct LocatorTests {
    private typealias Address = RedisEndpoint.Address

    /// What each address answers; whoever is missing does not.
    private struct World {
        var sentinels: [String: [Answer]] = [:]
        var nodes: [String: [Answer]] = [:]
        var asked: [String] = []

        mutating func find(_ url: String, slot: Int? = 100, hint: RedisEndpoint.Address? = nil) throws
            -> Result<Primary, LocatorProblem>
        {
            var endpoint = try RedisEndpoint(url: url, environment: [:])
            if case .cluster(var cluster) = endpoint.deployment {
                cluster.slot = slot
                endpoint.deployment = .cluster(cluster)
            }
            var locator = Locator(endpoint, hint: hint)
            var action = locator.start()
            for _ in 0..<50 {
                switch action {
                case .found(let primary): return .success(primary)
                case .failed(let problem): return .failure(problem)
                case .ask(let address, let respondent, let commands):
                    asked.append(address.description)
                    let place = respondent == .sentinel ? sentinels : nodes
                    if let answers = place[address.description] {
                        let shown = answers + Array(repeating: Answer.list([]), count: commands.count)
                        action = locator.answered(shown.prefix(commands.count).map(\.reply))
                    } else {
                        action = locator.unanswered(because: "Connection refused")
                    }
                }
            }
            Issue.record("it never ends")
            return .failure(LocatorProblem(.nobodyAnswers, ""))
        }
    }

    private func problem(_ world: World, _ url: String) throws -> LocatorProblem? {
        var world = world
        guard case .failure(let problem) = try world.find(url) else { return nil }
        return problem
    }

    // MARK: Sentinels

    @Test func theFirstSentinelThatAnswersIsBelievedIfTheNodeAgrees() throws {
        let replica = Answer.list([.text("ip"), .text("r"), .text("port"), .text("2")])
        var world = World(
            sentinels: ["b:26379": [.master("p", 1), .list([replica])]], nodes: ["p:1": [.roleOfPrimary]])
        let found = try world.find("redis+sentinel://a,b/m").get()
        #expect(found.address == Address(host: "p", port: 1))
        #expect(found.nodes == [Address(host: "p", port: 1), Address(host: "r", port: 2)])
        #expect(found.replicas == [Address(host: "r", port: 2)])
        #expect(world.asked == ["a:26379", "b:26379", "p:1"])
    }

    @Test func aSentinelThatLagsBehindIsPassedOver() throws {
        var world = World(
            sentinels: ["a:26379": [.master("old", 1)], "b:26379": [.master("new", 1)]],
            nodes: ["old:1": [.roleOfReplica], "new:1": [.roleOfPrimary]])
        #expect(try world.find("redis+sentinel://a,b/m").get().address.host == "new")
        world.nodes["new:1"] = nil
        #expect(try world.find("redis+sentinel://a,b/m").isFailure)
    }

    @Test func whoMayNotAskForTheRoleBelievesTheSentinel() throws {
        var world = World(
            sentinels: ["a:26379": [.master("p", 1)]], nodes: ["p:1": [.error("NOPERM this user may not")]])
        #expect(try world.find("redis+sentinel://a/m").get().address.host == "p")
    }

    @Test func sentinelsSayWhatIsWrong() throws {
        let table: [(World, LocatorProblem.Kind, String, Bool)] = [
            (World(), .nobodyAnswers, "no Sentinel answers (a:26379: Connection refused", true),
            (World(sentinels: ["a:26379": [.null]]), .unknownName, "knows no primary called m", false),
            (
                World(sentinels: ["a:26379": [.error("ERR unknown command 'SENTINEL'")]]), .noSentinel,
                "is a Redis server and no Sentinel", false
            ),
            (
                World(sentinels: ["a:26379": [.error("NOAUTH Authentication required.")]]), .refused,
                "NOAUTH Authentication", false
            ),
            (World(sentinels: ["a:26379": [.master("p", 1)]]), .unreachable, "cannot be reached from here", true),
            (
                World(sentinels: ["a:26379": [.master("p", 1)]], nodes: ["p:1": [.roleOfReplica]]), .noPrimary,
                "says of itself that it is a replica", true
            ),
            (
                World(sentinels: ["a:26379": [.master("p", 1)]], nodes: ["p:1": [.error("LOADING Redis is loading")]]),
                .noPrimary, "LOADING", true
            ),
        ]
        for (world, kind, words, mayPass) in table {
            let found = try #require(try problem(world, "redis+sentinel://a,b/m"))
            #expect(found.kind == kind && found.description.contains(words), "\(found)")
            #expect(found.mayPass == mayPass)
        }
    }

    // MARK: A cluster

    @Test func aNodeIsBelievedOfItself() throws {
        let table = Answer.list([.slots(0...99, ("a", 1), ("c", 1)), .slots(100...16383, ("b", 1), ("d", 1))])
        var world = World(nodes: ["a:1": [table, .info("ok")], "b:1": [table, .info("ok")]])
        let found = try world.find("redis+cluster://a:1").get()
        #expect(found.address.host == "b" && world.asked == ["a:1", "b:1"])
        #expect(found.replicas.map(\.host) == ["d"] && Set(found.nodes.map(\.host)) == ["a", "b", "c", "d"])
        // The one that another has just named is asked first.
        world.asked = []
        _ = try world.find("redis+cluster://a:1", hint: Address(host: "b", port: 1)).get()
        #expect(world.asked == ["b:1"])
    }

    @Test func anEmptyHostIsTheOneThatWasAsked() throws {
        var world = World(nodes: ["a:7": [.list([.slots(0...16383, ("", 7))]), .info("ok")]])
        #expect(try world.find("redis+cluster://a:7").get().address == Address(host: "a", port: 7))
        let null = Answer.list([.list([.number(0), .number(16383), .list([.null, .number(7)])])])
        world.nodes["a:7"] = [null, .info("ok")]
        #expect(try world.find("redis+cluster://a:7").get().address == Address(host: "a", port: 7))
    }

    @Test func aNodeThatNamesThePastIsNotBelieved() throws {
        // The old primary is a replica by now, and says so.
        let old = Answer.list([.slots(0...16383, ("a", 1), ("b", 1))])
        let new = Answer.list([.slots(0...16383, ("b", 1), ("a", 1))])
        var world = World(nodes: ["c:1": [old, .info("ok")], "a:1": [new, .info("ok")], "b:1": [new, .info("ok")]])
        #expect(try world.find("redis+cluster://c:1").get().address.host == "b")
        // Two that name each other are nobody's word.
        world.nodes["b:1"] = [old, .info("ok")]
        #expect(try problem(world, "redis+cluster://c:1")?.kind == .noPrimary)
    }

    @Test func aClusterSaysWhatIsWrong() throws {
        let half = Answer.list([.slots(0...99, ("a", 1))])
        let whole = Answer.list([.slots(0...16383, ("a", 1))])
        let elsewhere = Answer.list([.slots(0...16383, ("b", 1))])
        let table: [(World, LocatorProblem.Kind, String, Bool)] = [
            (World(), .nobodyAnswers, "no node of the cluster answers (a:1: Connection refused)", true),
            (
                World(nodes: ["a:1": [.error("ERR This instance has cluster support disabled")]]), .noCluster,
                "write redis://", false
            ),
            (World(nodes: ["a:1": [.error("ERR unknown command 'CLUSTER'")]]), .noCluster, "a Sentinel", false),
            (World(nodes: ["a:1": [half, .info("fail")]]), .uncovered, "no node has the slot 100", true),
            (World(nodes: ["a:1": [whole, .info("fail")]]), .clusterDown, "cluster_state:fail", true),
            (World(nodes: ["a:1": [elsewhere, .info("ok")]]), .unreachable, "cluster-announce-ip", true),
        ]
        for (world, kind, words, mayPass) in table {
            let found = try #require(try problem(world, "redis+cluster://a:1"))
            #expect(found.kind == kind && found.description.contains(words), "\(found)")
            #expect(found.mayPass == mayPass)
        }
    }
}

extension Result {
    fileprivate var isFailure: Bool { if case .failure = self { true } else { false } }
}

import FlashSale
import Foundation
import RedisDriver
import Strategies
import Synchronization
import TestSupport
import Testing

@testable import Clients

/// Clients whose shelves are on several nodes of a cluster: which node they are at, and what becomes of them when one is gone.
struct ShelfNodesTests {
    private static let yaml = """
        strategy: shelves
        shards: 4
        keys: { stock: "{shard}stock" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: DECR {stock}
            outcomes: [ { when: ">= 0", then: won, remaining: reply }, { when: any, then: sold-out } ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    /// What the threads of two nodes share: each serves the shelves that are its own, and sends for all others to their node.
    private final class Nodes: Sendable {
        struct State {
            /// Of each shelf: which node has it, and what is left there.
            var owners: [Int]
            var stock: [Int]
            var ports: [Int] = []
            var served = [0, 0]
            var sentAway = 0
            /// How many more commands each node answers by hanging up.
            var hangUps = [0, 0]
            /// After so many commands the first shelf goes to the other node.
            var movesAfter: Int?
        }

        let state: Mutex<State>

        init(owners: [Int], units: Int) {
            state = Mutex(State(owners: owners, stock: [Int](repeating: units, count: owners.count)))
        }

        func answer(_ node: Int, _ command: [String]) -> CommandServer.Answer {
            state.withLock { state in
                if command[0] == "CLUSTER" {
                    return .write(command[1] == "SLOTS" ? Self.slots(state) : "$16\r\ncluster_state:ok\r\n")
                }
                guard let shelf = (1...4).first(where: { command[1] == "{s:\($0)}stock" }).map({ $0 - 1 }) else {
                    return .write("-ERR what\r\n")
                }
                if state.hangUps[node] > 0 {
                    state.hangUps[node] -= 1
                    return .hangUp("")
                }
                if let after = state.movesAfter, state.served[0] + state.served[1] >= after {
                    state.movesAfter = nil
                    state.owners[0] = 1 - state.owners[0]
                }
                guard state.owners[shelf] == node else {
                    state.sentAway += 1
                    let slot = ClusterSlot.of(Array(command[1].utf8))
                    return .write("-MOVED \(slot) 127.0.0.1:\(state.ports[state.owners[shelf]])\r\n")
                }
                state.served[node] += 1
                state.stock[shelf] -= 1
                return .write(":\(state.stock[shelf])\r\n")
            }
        }

        private static func slots(_ state: State) -> String {
            let rows = state.owners.enumerated().map { shelf, owner in
                let slot = ClusterSlot.of(Array("{s:\(shelf + 1)}".utf8))
                return "*3\r\n:\(slot)\r\n:\(slot)\r\n*3\r\n$9\r\n127.0.0.1\r\n:\(state.ports[owner])\r\n$2\r\nid\r\n"
            }
            return "*\(rows.count)\r\n" + rows.joined()
        }
    }

    /// - Parameter prepare: what the nodes do beside serving.
    private func play(
        clients: Int, buyers: Int, units: Int, attempts: Int = 1, homes: [Int] = [0, 1, 0, 1],
        _ prepare: (inout Nodes.State) -> Void = { _ in }
    ) throws -> (played: PlayedThread, Nodes.State) {
        let nodes = Nodes(owners: [0, 1, 0, 1], units: units)
        let servers = (0..<2).map { node in CommandServer { nodes.answer(node, $0) } }
        nodes.state.withLock {
            $0.ports = servers.map(\.port)
            prepare(&$0)
        }
        let addresses = servers.map { RedisEndpoint.Address(host: "127.0.0.1", port: $0.port) }
        var endpoint = RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: servers[0].port))
        endpoint.deployment = .cluster(.init(nodes: addresses))
        let guide = PrimaryGuide(
            shelves: (1...4).map { endpoint.forKeys(tagged: "{s:\($0)}") }, homes: homes.map { addresses[$0] },
            nodes: addresses.map(\.description), timeoutMilliseconds: 1000)
        defer { guide.close() }
        let played = try PlayedThread(
            Self.yaml, port: 0, buyers: buyers, clients: clients, attempts: attempts, endpoint: endpoint, guide: guide)
        return withExtendedLifetime(servers) { (played, nodes.state.withLock { $0 }) }
    }

    @Test(arguments: [1, 3]) func eachNodeServesItsShelves(_ clients: Int) throws {
        let (played, nodes) = try play(clients: clients, buyers: 60, units: 10)
        #expect(
            played.history.count { $0.outcome == .won } == 40 && played.history.count { $0.outcome == .soldOut } == 20)
        #expect(nodes.sentAway == 0 && nodes.served.allSatisfy { $0 > 20 })
        // Both nodes were connected to before the doors opened.
        #expect(played.result.reconnects == 0 && played.result.firstError == nil)
        // Whoever was told sold-out had looked at all four.
        #expect(nodes.stock.allSatisfy { $0 < 0 } && nodes.stock.reduce(0, +) <= -80)
        #expect(Set(played.history.filter { $0.outcome == .won }.map(\.node)) == [1, 2])
        #expect(played.history.allSatisfy { $0.remaining == nil })
    }

    @Test(arguments: [1, 3]) func aNodeThatHangsUpCostsOnlyThoseAtIt(_ clients: Int) throws {
        let (played, nodes) = try play(clients: clients, buyers: 80, units: 50, attempts: 3) { $0.hangUps[1] = 2 }
        // What was sent there may have taken effect.
        let unknown = played.history.filter { $0.outcome == .unknown }
        #expect(unknown.count == 2 && unknown.allSatisfy { $0.node == 2 && $0.returnedNanoseconds == nil })
        #expect(played.history.count { $0.outcome == .won } == 78)
        #expect(played.history.allSatisfy { $0.outcome == .won || $0.outcome == .unknown })
        #expect(played.result.reconnects == 2 && nodes.served.reduce(0, +) == 78)
    }

    @Test(arguments: [1, 3]) func aShelfIsFollowedToAnotherNode(_ clients: Int) throws {
        let (played, nodes) = try play(clients: clients, buyers: 120, units: 50, attempts: 5) { $0.movesAfter = 40 }
        #expect(played.history.count { $0.outcome == .won } == 120)
        let failed = played.history.filter { $0.outcome == .failed }
        // One attempt of each client may have been at the old node; what it asked for was not done.
        #expect(
            (1...clients).contains(failed.count) && failed.allSatisfy { $0.node == 1 } && nodes.sentAway == failed.count
        )
        #expect(nodes.served.reduce(0, +) == 120)
    }

    @Test(arguments: [1, 3]) func whoSetsOutForTheWrongNodeFindsTheRightOne(_ clients: Int) throws {
        // All shelves were thought to be on the first node, so that only that one is connected to beforehand.
        let (played, nodes) = try play(
            clients: clients, buyers: 60, units: 50, attempts: 20, homes: [0, 0, 0, 0])
        #expect(played.history.count { $0.outcome == .won } == 60)
        #expect(played.history.allSatisfy { $0.outcome == .won || ($0.outcome == .failed && $0.node == 1) })
        #expect(nodes.served.allSatisfy { $0 > 10 } && nodes.served.reduce(0, +) == 60)
    }
}

import FlashSale
import Foundation
import RedisDriver
import Strategies
import Synchronization
import TestSupport
import Testing

@testable import Clients

/// Clients whose server is one of several: where they go when it sends them away, or is gone.
struct MovingPrimaryTests {
    /// Nodes that say of themselves what a test wants.
    private struct Nodes {
        enum Word: Sendable { case serves, moved, readOnly, asks, imports, hangsUp }

        /// What the threads of all nodes share.
        private final class State: Sendable {
            let words: Mutex<[Word]>
            let ports = Mutex<[Int]>([])
            /// Commands that each has executed.
            let counts: Mutex<[Int]>
            /// ASKING that no command has come behind yet.
            let asking = Mutex(0)

            init(_ words: [Word]) {
                self.words = Mutex(words)
                counts = Mutex(words.map { _ in 0 })
            }

            func address(_ index: Int) -> RedisEndpoint.Address {
                .init(host: "127.0.0.1", port: ports.withLock { $0[index] })
            }

            /// Who serves, as every node says.
            var primary: Int? { words.withLock { $0.firstIndex { $0 == .serves || $0 == .asks } } }

            func answer(_ index: Int, _ command: [String]) -> CommandServer.Answer {
                if command[0] == "CLUSTER" {
                    guard command[1] == "SLOTS" else { return .write("$16\r\ncluster_state:ok\r\n") }
                    guard let primary else { return .write("*0\r\n") }
                    let host = "$9\r\n127.0.0.1\r\n:\(address(primary).port)\r\n$2\r\nid\r\n"
                    return .write("*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n\(host)")
                }
                let word = words.withLock { $0[index] }
                if command[0] == "ASKING", word == .imports || word == .serves {
                    asking.withLock { $0 += 1 }
                    return .write("+OK\r\n")
                }
                switch word {
                case .imports where asking.withLock({ $0 == 0 }): return .write("-MOVED 3537 \(address(0))\r\n")
                case .serves, .imports:
                    if word == .imports { asking.withLock { $0 -= 1 } }
                    counts.withLock { $0[index] += 1 }
                    return .write(":17\r\n")
                case .moved: return .write("-MOVED 3537 \(address(primary ?? index))\r\n")
                case .readOnly: return .write("-READONLY You can't write against a read only replica.\r\n")
                case .asks:
                    let other = words.withLock { $0.indices.last { $0 != index } }
                    return .write("-ASK 3537 \(address(other ?? index))\r\n")
                case .hangsUp: return .hangUp("")
                }
            }
        }

        private let state: State
        private let servers: [CommandServer]

        init(_ words: [Word]) {
            let state = State(words)
            self.state = state
            servers = words.indices.map { index in CommandServer { state.answer(index, $0) } }
            let ports = servers.map(\.port)
            state.ports.withLock { $0 = ports }
        }

        func set(_ index: Int, _ word: Word) { state.words.withLock { $0[index] = word } }
        func connections(_ index: Int) -> Int { servers[index].connections }
        func executed(_ index: Int) -> Int { state.counts.withLock { $0[index] } }
        func address(_ index: Int) -> RedisEndpoint.Address { state.address(index) }

        var endpoint: RedisEndpoint {
            let nodes = servers.indices.map { address($0) }
            var endpoint = RedisEndpoint(transport: .tcp(host: nodes[0].host, port: nodes[0].port))
            endpoint.deployment = .cluster(.init(nodes: nodes, slot: 3537))
            return endpoint
        }

        func guide() -> PrimaryGuide {
            PrimaryGuide(
                endpoint, home: address(0), nodes: endpoint.addresses.map(\.description), timeoutMilliseconds: 1000)
        }
    }

    private func play(
        _ nodes: Nodes, clients: Int, buyers: Int, attempts: Int = 4
    ) throws -> (PlayedThread, PrimaryGuide) {
        let guide = nodes.guide()
        defer { guide.close() }
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: 0, buyers: buyers, clients: clients, attempts: attempts,
            endpoint: nodes.endpoint, guide: guide)
        return (played, guide)
    }

    @Test(arguments: [1, 3]) func goesWhereItIsSent(_ clients: Int) throws {
        let nodes = Nodes([.moved, .serves])
        let (played, guide) = try play(nodes, clients: clients, buyers: 12)
        // One attempt of each client met the old node, and none of them ran; the next goes to the right one.
        let failed = played.history.filter { $0.outcome == .failed }
        #expect(failed.count == clients && failed.allSatisfy { $0.node == 1 && $0.returnedNanoseconds != nil })
        let won = played.history.filter { $0.outcome == .won }
        #expect(won.count == 12 && won.allSatisfy { $0.node == 2 })
        #expect(nodes.executed(0) == 0 && nodes.executed(1) == 12)
        #expect(guide.place.address == nodes.address(1) && played.result.reconnects == clients)
    }

    @Test(arguments: [1, 3]) func asksAgainAfterAReplica(_ clients: Int) throws {
        let nodes = Nodes([.readOnly, .serves])
        let (played, guide) = try play(nodes, clients: clients, buyers: 12, attempts: 20)
        #expect(played.history.count { $0.outcome == .won } == 12)
        #expect(played.history.allSatisfy { $0.outcome == .won || $0.outcome == .failed })
        #expect(nodes.executed(1) == 12 && guide.place.address == nodes.address(1))
    }

    @Test(arguments: [1, 3]) func asksAgainAfterALoss(_ clients: Int) throws {
        let nodes = Nodes([.hangsUp, .serves])
        let (played, _) = try play(nodes, clients: clients, buyers: 12, attempts: 20)
        // What was under way may have taken effect; nobody asks for it again.
        let unknown = played.history.filter { $0.outcome == .unknown }
        #expect(unknown.count >= 1 && unknown.allSatisfy { $0.returnedNanoseconds == nil && $0.node == 1 })
        let won = played.history.filter { $0.outcome == .won }
        #expect(won.count == nodes.executed(1) && won.count + unknown.count == 12 && won.allSatisfy { $0.node == 2 })
    }

    @Test(arguments: [1, 3]) func aKeyOnItsWayIsBoughtFromWhereItIs(_ clients: Int) throws {
        let nodes = Nodes([.asks, .imports])
        let (played, guide) = try play(nodes, clients: clients, buyers: 30)
        // Each attempt is told so, and each goes there over the connection that its client keeps.
        #expect(played.history.count == 30 && played.history.allSatisfy { $0.outcome == .won && $0.node == 2 })
        #expect(nodes.executed(0) == 0 && nodes.executed(1) == 30 && nodes.connections(1) == clients)
        #expect(guide.place.address == nodes.address(0) && played.result.reconnects == 0)
        #expect(played.result.sent.elsewhere == 30 && played.result.commands == 90)
    }

    @Test(arguments: [1, 3]) func whoIsLostThereIsUnknown(_ clients: Int) throws {
        let nodes = Nodes([.asks, .hangsUp])
        let (played, _) = try play(nodes, clients: clients, buyers: 6, attempts: 3)
        #expect(played.history.count == 6 && nodes.executed(1) == 0)
        #expect(
            played.history.allSatisfy { $0.outcome == .unknown && $0.returnedNanoseconds == nil && $0.node == 2 },
            "\(played.told)")
    }

    @Test(arguments: [1, 3]) func aNodeThatIsNotThereExecutesNothing(_ clients: Int) throws {
        let nobody = CommandServer { _ in .silence }.port
        let home = CommandServer { _ in .write("-ASK 3537 127.0.0.1:\(nobody)\r\n") }
        let played = try Self.play(at: home.port, clients: clients, yaml: PlayedThread.oneCommand, buyers: 4)
        #expect(played.history.count == 8 && played.history.allSatisfy { $0.outcome == .failed && $0.node == 1 })
        #expect(played.result.firstError?.contains("Connection refused") == true)
    }

    fileprivate static func play(at port: Int, clients: Int, yaml: String, buyers: Int) throws -> PlayedThread {
        let address = RedisEndpoint.Address(host: "127.0.0.1", port: port)
        var endpoint = RedisEndpoint(transport: .tcp(host: address.host, port: port))
        endpoint.deployment = .cluster(.init(nodes: [address], slot: 3537))
        let guide = PrimaryGuide(endpoint, home: address, nodes: [address.description], timeoutMilliseconds: 1000)
        defer { guide.close() }
        return try PlayedThread(yaml, port: 0, buyers: buyers, clients: clients, endpoint: endpoint, guide: guide)
    }

    private static let watching = PlayedThread.oneCommand.replacing(
        "buy:\n",
        with:
            "buy:\n  - send: WATCH {stock}\n  - send: GET {stock}\n    as: left\n  - atomically: [ 'SET {stock} 1' ]\n")

    /// EXEC without its WATCH would sell what others have bought meanwhile.
    @Test(arguments: [1, 3]) func aWatchIsLostWithItsConnection(_ clients: Int) throws {
        let executed = Mutex(0)
        let there = CommandServer { command in
            switch command[0] {
            case "EXEC":
                executed.withLock { $0 += 1 }
                return .write("*1\r\n+OK\r\n")
            case "GET": return .hangUp("$1\r\n5\r\n")
            default: return .write("+OK\r\n")
            }
        }
        let port = there.port
        let home = CommandServer { command in
            ["MULTI", "DISCARD", "UNWATCH"].contains(command[0])
                ? .write("+OK\r\n") : .write("-ASK 3537 127.0.0.1:\(port)\r\n")
        }
        let played = try Self.play(at: home.port, clients: clients, yaml: Self.watching, buyers: 5)
        #expect(played.history.count >= 5 && executed.withLock { $0 } == 0)
        // Where its end came too late, the transaction had left already.
        #expect(played.history.allSatisfy { $0.outcome == .failed || $0.outcome == .unknown }, "\(played.told)")
        #expect(there.connections > clients)
    }

    @Test(arguments: [1, 3]) func aKeyThatNobodyHasUsesUpNoBuyers(_ clients: Int) throws {
        let nodes = Nodes([.asks, .asks])
        let (played, guide) = try play(nodes, clients: clients, buyers: 4, attempts: 3)
        // Nothing ran, and each attempt waited a little before it ended.
        #expect(played.history.allSatisfy { $0.outcome == .failed } && played.history.count == 12)
        #expect(nodes.executed(0) + nodes.executed(1) == 0 && guide.place.address == nodes.address(0))
        let shortest = played.history.map { ($0.returnedNanoseconds ?? 0) - $0.invokedNanoseconds }.min() ?? 0
        #expect(shortest >= ReconnectPause.firstNanoseconds / 2)
    }

    @Test func whileNobodyServesNobodyConnects() throws {
        let nodes = Nodes([.readOnly, .readOnly])
        let guide = nodes.guide()
        defer { guide.close() }
        let first = guide.place
        guide.told(.notServing, at: first)
        #expect(throws: ConnectionError.self) { try guide.next(after: first) }
        // What an older connection was told counts no more.
        guide.told(.moved(host: "", port: nodes.address(1).port), at: first)
        let second = try guide.next(after: first)
        #expect(second.address == nodes.address(1) && second.node == 2)
        guide.told(.notServing, at: first)
        #expect(try guide.next(after: first).address == nodes.address(1))
        nodes.set(0, .serves)
        #expect(TestProcess.eventually { (try? guide.next(after: second))?.address == nodes.address(0) })
    }

    @Test func aNodeThatNobodyKnowsHasNoNumber() {
        let nodes = Nodes([.serves])
        let guide = nodes.guide()
        defer { guide.close() }
        #expect(guide.place.node == 1)
        guide.told(.moved(host: "10.0.0.1", port: 7), at: guide.place)
        #expect(guide.place.node == JournalRecord.otherNode && guide.place.address.description == "10.0.0.1:7")
    }
}

import EmbeddedRedis
import FlashSale
import Foundation
import Recordings
import RedisDriver
import SaleTestSupport
import Strategies
import Synchronization
import TestSupport
import Testing
import stress

@testable import Clients

/// Faults of the wire, carried out by one client that waits and by many in a loop: what the server did, what the client
/// tells, and what is counted as struck.
struct WireFaultDriverTests {
    /// The commands that a server has taken, as texts.
    private final class Log: Sendable {
        private let commands = Mutex<[String]>([])
        func add(_ command: [String]) { commands.withLock { $0.append(command.joined(separator: " ")) } }
        var all: [String] { commands.withLock { $0 } }
        func count(_ text: String) -> Int { all.count { $0 == text } }
    }

    private static func fault(_ kind: FaultKind, _ share: Double) -> Fault {
        Fault(kind, at: .time(nanoseconds: 0), share: share)
    }

    private static func isStruck(_ attempt: Int, share: Double) -> Bool {
        FaultPlan.strikes(0, attempt: attempt, threshold: FaultPlan.threshold(share: share), seed: 1)
    }

    /// Sells to everybody, and keeps a log.
    private static func server(_ log: Log) -> CommandServer {
        CommandServer { command in
            log.add(command)
            return .write(command[0] == "GET" ? "$1\r\n5\r\n" : ":17\r\n")
        }
    }

    /// A read before the write.
    private static let yaml = PlayedThread.oneCommand.replacing(
        "buy:\n", with: "buy:\n  - send: GET {stock}\n    as: left\n")

    private struct Case: Sendable {
        var kind: FaultKind
        /// How often the server does what a struck attempt wants.
        var times: Int
        var outcome: Outcome
    }

    private static let cases = [
        Case(kind: .loseReplies, times: 1, outcome: .unknown), Case(kind: .cutRequests, times: 0, outcome: .unknown),
        Case(kind: .repeatRequests, times: 2, outcome: .won), Case(kind: .slowReplies, times: 1, outcome: .won),
    ]

    @Test(arguments: cases, [(1, false), (6, false), (1, true), (6, true)])
    private func strikesWhomTheSeedDraws(_ one: Case, _ fleet: (clients: Int, isSecure: Bool)) throws {
        let clients = fleet.clients
        let log = Log()
        let server = Self.server(log)
        let relay = fleet.isSecure ? try TLSRelay(to: server.port) : nil
        let buyers = one.kind == .slowReplies ? 20 : 120
        let played = try PlayedThread(
            Self.yaml, port: server.port, buyers: buyers, clients: clients,
            faults: [Self.fault(one.kind, 0.2)], endpoint: relay?.endpoint)
        var struck = 0
        for attempt in played.history {
            let isStruck = Self.isStruck(attempt.id, share: 0.2)
            if isStruck { struck += 1 }
            #expect(attempt.outcome == (isStruck ? one.outcome : .won), "attempt \(attempt.id)")
            #expect((attempt.returnedNanoseconds == nil) == (isStruck && one.outcome == .unknown))
            #expect(log.count("INCRBY {s}:stock \(attempt.id)") == (isStruck ? one.times : 1))
            if isStruck, one.kind == .slowReplies, let returned = attempt.returnedNanoseconds {
                #expect(returned - attempt.invokedNanoseconds >= 500_000_000)
            }
        }
        #expect(played.history.count == buyers && struck > 0 && struck < buyers)
        #expect(played.result.struck == [struck])
        // Only what may have an effect is struck.
        #expect(log.count("GET {s}:stock") == buyers)
        if one.kind == .repeatRequests { #expect(played.result.reconnects == struck) }
        if one.kind == .slowReplies { #expect(played.result.reconnects == 0) }
        // What workers tell the coordinator that they sent: cut requests were, as far as clients know.
        let sent = played.result.commands
        #expect(sent == 2 * buyers + (one.kind == .repeatRequests ? struck : 0))
    }

    @Test(arguments: [1, 6]) func withoutFaultsNothingIsCounted(_ clients: Int) throws {
        let log = Log()
        let server = Self.server(log)
        let played = try PlayedThread(Self.yaml, port: server.port, buyers: 20, clients: clients)
        #expect(played.result.struck.isEmpty && played.result.reconnects == 0)
        #expect(played.told.allSatisfy { $0.outcome == .won })
    }

    /// Where no reply comes, none was lost by us.
    @Test(arguments: [FaultKind.loseReplies, .slowReplies, .repeatRequests], [1, 6])
    func whatHadNoEffectIsNotCounted(_ kind: FaultKind, _ clients: Int) throws {
        for answer in [CommandServer.Answer.hangUp(""), .silence] {
            let server = CommandServer { $0[0] == "GET" ? .write("$1\r\n5\r\n") : answer }
            let played = try PlayedThread(
                Self.yaml, port: server.port, buyers: 4, clients: clients, timeoutMilliseconds: 600,
                faults: [Self.fault(kind, 1)])
            #expect(played.told.map(\.outcome) == Array(repeating: .unknown, count: 4))
            #expect(played.told.allSatisfy { !$0.hasEnd })
            #expect(played.result.struck == [0], "\(answer)")
        }
    }

    /// The block goes out as a block, without the WATCH before it, which was the first connection's.
    @Test(arguments: [1, 6]) func aTransactionIsSentAgainAsABlock(_ clients: Int) throws {
        let log = Log()
        let server = CommandServer { command in
            log.add(command)
            switch command[0] {
            case "WATCH", "MULTI": return .write("+OK\r\n")
            case "EXEC": return .write("*1\r\n:1\r\n")
            default: return .write("+QUEUED\r\n")
            }
        }
        let yaml = """
            strategy: scripted
            summary: a transaction
            keys: { stock: "{sale}:stock" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: WATCH {stock}
              - atomically: [ "HSET {stock} {attempt} 1" ]
                outcomes:
                  - { when: nil, then: conflict }
                  - { when: array, then: won }
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """
        let played = try PlayedThread(
            yaml, port: server.port, buyers: 12, clients: clients, faults: [Self.fault(.repeatRequests, 1)])
        #expect(played.told.map(\.outcome) == Array(repeating: .won, count: 12))
        #expect(played.result.struck == [12])
        #expect(log.all.count { $0.hasPrefix("WATCH") } == 12)
        for word in ["MULTI", "HSET", "EXEC"] { #expect(log.all.count { $0.hasPrefix(word) } == 24) }
        #expect(played.result.commands == 12 * 7)
    }

    /// What careless clients do: the purchase goes on after its reply was lost, and the server has sold it twice.
    @Test(arguments: [1, 6]) func whoRetriesTheUnknownBuysTwice(_ clients: Int) throws {
        let log = Log()
        let server = Self.server(log)
        let played = try PlayedThread(
            Self.yaml, port: server.port, buyers: 100, clients: clients, attempts: 3,
            faults: [Self.fault(.loseReplies, 0.3)], retryUnknown: true)
        let purchases = Dictionary(grouping: played.told, by: \.purchase)
        let again = purchases.values.filter { $0.count > 1 }
        #expect(purchases.count == 100 && !again.isEmpty)
        for attempts in again {
            #expect(attempts.dropLast().allSatisfy { $0.outcome == .unknown && !$0.hasEnd })
        }
        #expect(log.all.count { $0.hasPrefix("INCRBY") } == played.told.count)
        #expect(played.result.struck == [played.told.count { $0.outcome == .unknown }])
    }

    /// A request that no socket takes at once is sent in full before its reply is lost.
    @Test(arguments: [1, 3]) func aLargeRequestIsLostWhole(_ clients: Int) throws {
        let sizes = Mutex<[Int]>([])
        let server = CommandServer { command in
            if command[0] == "GET" { return .write("$100000\r\n\(String(repeating: "x", count: 100_000))\r\n") }
            sizes.withLock { $0.append(command[2].utf8.count) }
            return .write(":17\r\n")
        }
        let times = String(repeating: "{left}", count: 60)
        let yaml = Self.yaml.replacing("as: left", with: "as: { left: reply }")
            .replacing("INCRBY {stock} {attempt}", with: "APPEND {stock} \"\(times)\"")
        for kind in [FaultKind.loseReplies, .repeatRequests] {
            let played = try PlayedThread(
                yaml, port: server.port, buyers: 3, clients: clients, faults: [Self.fault(kind, 1)])
            #expect(played.result.struck == [3])
        }
        #expect(sizes.withLock { $0 } == Array(repeating: 6_000_000, count: 9))
    }

    /// At `--gate last-byte` a struck request is not held, and is struck all the same.
    @Test(arguments: [1, 4]) func aFirstRequestIsStruckAtOtherGatesToo(_ clients: Int) throws {
        let log = Log()
        let server = Self.server(log)
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 8, clients: clients,
            faults: [Self.fault(.loseReplies, 1)], whileHeld: { _ in #expect(log.all.isEmpty) })
        #expect(played.told.allSatisfy { $0.outcome == .unknown && !$0.hasEnd })
        #expect(played.result.struck == [8] && log.all.count == 8)
    }

    // MARK: A real server

    /// Every unit that is gone is one that somebody was told of, or that a struck attempt does not know of.
    @Test(arguments: cases.filter { $0.kind != .slowReplies }, [1, 8])
    private func aRealServerAgrees(_ one: Case, _ clients: Int) throws {
        let folder = try TestFolder("wire-faults")
        let server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 100, executable: StressBinary.path,
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path]) { $1 })
        defer { server.stop() }
        var connection = try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        _ = try connection.call(["SET", "{s}:stock", "100000"])
        let yaml = """
            strategy: decr
            summary: takes a unit
            keys: { stock: "{sale}:stock" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: DECR {stock}
                outcomes:
                  - { when: ">= 0", then: won, remaining: reply }
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """
        let played = try PlayedThread(
            yaml, port: 0, buyers: 400, clients: clients, faults: [Self.fault(one.kind, 0.25)],
            endpoint: server.endpoint)
        let struck = played.history.count { Self.isStruck($0.id, share: 0.25) }
        #expect(struck > 0 && played.result.struck == [struck])
        let left = try connection.call(["GET", "{s}:stock"]).integer()
        #expect(left == 100_000 - (400 - struck) - struck * one.times)
        #expect(played.history.count { $0.outcome == .won } == (one.outcome == .won ? 400 : 400 - struck))
    }
}

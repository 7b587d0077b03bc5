import FlashSale
import Foundation
import RedisDriver
import SaleTestSupport
import Synchronization
import TestSupport
import Testing

@testable import Clients

/// Many clients on one thread do what one client does that waits.
@Suite(.serialized) struct EventLoopDriverTests {
    /// A step that only reads, one that writes, and a transaction; each tells the server which attempt it is of.
    private static let yaml = """
        strategy: scripted
        summary: every step tells whose it is
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: HGET {stock} {attempt}
            outcomes:
              - { when: nil, then: sold-out }
              - { when: error WRONGTYPE, then: failed }
            as: left
          - send: HSET {stock} {attempt} {left - 1}
            outcomes:
              - { when: 0, then: duplicate }
              - { when: 2, then: won, remaining: "{left - 1}" }
          - atomically:
              - HSET {stock} {attempt} again
              - GET {stock}
            outcomes:
              - { when: nil, then: conflict }
              - { when: array, then: won, remaining: "reply[1]" }
        limit: 1
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    /// What can happen at each of the three places of an attempt where the server says something that counts.
    private enum Place: Int, CaseIterable { case get, set, exec }
    private enum Event: Int, CaseIterable {
        case usual, error, odd, hangUp, half, trickle, split, garbage, extra, late, large
    }

    private static func usual(_ place: Place) -> String {
        switch place {
        case .get: "$2\r\n17\r\n"
        case .set: ":1\r\n"
        case .exec: "*2\r\n:0\r\n$3\r\n500\r\n"
        }
    }

    private static func answer(_ event: Event, _ place: Place) -> CommandServer.Answer {
        let usual = usual(place)
        switch event {
        case .usual: return .write(usual)
        case .error: return .write("-ERR no\r\n")
        case .odd: return .write(place == .exec ? "*-1\r\n" : "$-1\r\n")
        case .hangUp: return .hangUp("")
        case .half: return .hangUp(String(usual.dropLast(3)))
        case .trickle: return .trickle(usual)
        case .split: return .split(usual, at: usual.utf8.count / 2)
        case .garbage: return .write("What?\r\n")
        case .extra: return .write(place == .exec ? "*2\r\n:0\r\n-ERR inside\r\n" : usual)
        case .late: return .silence
        case .large: return .write("$1048577\r\n")
        }
    }

    /// The answer is a matter of the attempt alone, so that it is the same whoever asks.
    private static func server() -> CommandServer {
        let known = Mutex<[String: Int]>([:])
        return CommandServer { command in
            let place: Place
            var attempt = 0
            switch command[0] {
            case "HGET": (place, attempt) = (.get, Int(command[2]) ?? 0)
            case "HSET" where command[3] != "again": (place, attempt) = (.set, Int(command[2]) ?? 0)
            case "MULTI": return .write("+OK\r\n")
            case "HSET":
                // EXEC does not say whose it is; what it queued does, on the same connection's thread.
                known.withLock { $0["\(pthread_self())"] = Int(command[2]) ?? 0 }
                return .write("+QUEUED\r\n")
            case "GET": return .write("+QUEUED\r\n")
            case "EXEC": (place, attempt) = (.exec, known.withLock { $0["\(pthread_self())"] ?? 0 })
            default: return .write("-ERR unknown command\r\n")
            }
            let events = Event.allCases.count
            // A purchase's second attempt meets something else than its first.
            let key = (attempt + 1) / 2 + (attempt.isMultiple(of: 2) ? 7 : 0)
            let stricken = Place(rawValue: key / events % Place.allCases.count)
            guard place == stricken, let event = Event(rawValue: key % events) else {
                return .write(usual(place))
            }
            return answer(event, place)
        }
    }

    private static func play(clients: Int, overTLS: Bool = false) throws -> PlayedThread {
        let server = server()
        let relay = overTLS ? try TLSRelay(to: server.port) : nil
        return try PlayedThread(
            yaml, port: server.port, buyers: 35, clients: clients, timeoutMilliseconds: 1000, endpoint: relay?.endpoint)
    }

    /// It waits for each silence in turn, so it is played once.
    private static let one = Result { try play(clients: 1) }

    @Test(arguments: [2, 7, 40])
    func tellsTheSameAsAClientThatWaits(_ clients: Int) throws {
        let one = try Self.one.get()
        let many = try Self.play(clients: clients)
        #expect(one.told == many.told)
        #expect(Set(one.told.map(\.outcome)) == Set(Outcome.allCases).subtracting([.duplicate, .returned, .held]))
        #expect(one.told.contains { !$0.hasEnd })
        #expect(one.result.tally == many.result.tally && one.result.failure == nil && many.result.failure == nil)
        // Each loss is one more connection, but for those that were the last of their client.
        #expect(one.result.reconnects > 5 && many.result.reconnects > 0)
        #expect(one.result.commands >= one.told.count)
    }

    /// Whatever a server does, TLS makes no other outcome of it.
    @Test(arguments: [1, 7, 40])
    func tellsTheSameOverTLS(_ clients: Int) throws {
        let one = try Self.one.get()
        let secure = try Self.play(clients: clients, overTLS: true)
        #expect(one.told == secure.told)
        #expect(one.result.tally == secure.result.tally && secure.result.failure == nil)
        #expect(secure.result.reconnects > 0)
    }

    // MARK: Replies in pieces

    @Test(arguments: [1, 5])
    func readsRepliesThatAreSplitAnywhere(_ clients: Int) throws {
        let replies = [
            "$2\r\n17\r\n", ":1\r\n", "*2\r\n:0\r\n*3\r\n$3\r\nabc\r\n:4\r\n*1\r\n$-1\r\n", "-ERR some words\r\n",
        ]
        // Attempt n gets reply n mod 4, cut after n / 4 bytes.
        let longest = replies.map(\.utf8.count).max() ?? 0
        let server = CommandServer { command in
            let attempt = Int(command.last ?? "") ?? 0
            let reply = replies[attempt % replies.count]
            let place = attempt / replies.count
            return place < reply.utf8.count ? .split(reply, at: place) : .trickle(reply)
        }
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: replies.count * (longest + 1), clients: clients,
            attempts: 1)
        #expect(played.history.count == replies.count * (longest + 1))
        for attempt in played.history {
            let expected: Outcome = [.won, .soldOut, .conflict, .failed][attempt.id % replies.count]
            #expect(attempt.outcome == expected, "attempt \(attempt.id)")
            #expect(attempt.remaining == (expected == .won ? 17 : nil))
        }
        #expect(played.result.reconnects == 0)
    }

    // MARK: Writes in pieces

    /// A reply of nearly as many bytes as one may have, and a command of some megabytes, which no socket takes at once.
    private static let large = """
        strategy: large
        summary: sends back what it was given, six times
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: GET {stock}
            as: { given: reply }
          - send: APPEND {stock} "{given}{given}{given}{given}{given}{given}"
            outcomes:
              - { when: 1, then: won }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
    private static let given = String(repeating: "x", count: 1_000_000)

    @Test(arguments: [1, 6])
    func sendsWhatASocketDoesNotTakeAtOnce(_ clients: Int) throws {
        let server = CommandServer { command in
            command[0] == "GET"
                ? .write("$\(Self.given.utf8.count)\r\n\(Self.given)\r\n")
                : .write(command[2].utf8.count == 6 * Self.given.utf8.count ? ":1\r\n" : ":0\r\n")
        }
        let played = try PlayedThread(Self.large, port: server.port, buyers: 12, clients: clients)
        #expect(played.told.map(\.outcome) == Array(repeating: .won, count: 12))
        #expect(played.result.reconnects == 0)
    }

    @Test(arguments: [1, 6])
    func givesUpAServerThatStopsReading(_ clients: Int) throws {
        let deaf = CommandServer { _ in .deafness }
        let failed = try PlayedThread(
            Self.large, port: deaf.port, buyers: 6, clients: clients, attempts: 1, timeoutMilliseconds: 100)
        #expect(failed.told.map(\.outcome) == Array(repeating: .failed, count: 6))
        // The last command is never whole on the server, but no client can know that.
        let server = CommandServer {
            $0[0] == "GET" ? .write("$\(Self.given.utf8.count)\r\n\(Self.given)\r\n") : .silence
        }
        let stuck = CommandServer(readingAtMost: 1000) { _ in .write("$\(Self.given.utf8.count)\r\n\(Self.given)\r\n") }
        for port in [server.port, stuck.port] {
            let lost = try PlayedThread(
                Self.large, port: port, buyers: 6, clients: clients, attempts: 3, timeoutMilliseconds: 300)
            // Where the machine was too busy to bring the first answer in time, that attempt failed, and there was another one.
            let given = lost.told.filter { $0.outcome != .failed }
            #expect(given.map(\.outcome) == Array(repeating: .unknown, count: 6))
            #expect(given.allSatisfy { !$0.hasEnd })
            // When the last one gave up is the only end that there is.
            let lastCall = lost.history.map(\.invokedNanoseconds).max() ?? .max
            #expect(lost.result.lastGivenUpNanoseconds > lastCall)
        }
    }

    // MARK: Connections

    @Test(arguments: [1, 8])
    func countsAttemptsAsFailedWhileTheServerHangsUp(_ clients: Int) throws {
        let server = CommandServer { _ in .hangUp("") }
        let played = try PlayedThread(Self.yaml, port: server.port, buyers: 40, clients: clients, attempts: 3)
        // HGET has no effect, so that all of them certainly failed; each purchase tried three times.
        #expect(played.told.map(\.outcome) == Array(repeating: .failed, count: 120))
        #expect(played.history.allSatisfy { $0.returnedNanoseconds != nil })
        #expect(server.connections > 100)
    }

    @Test(arguments: [1, 8])
    func doesNotStartWithoutAServer(_ clients: Int) throws {
        var server: CommandServer? = CommandServer { _ in .silence }
        let port = try #require(server?.port)
        server = nil
        let played = try PlayedThread(Self.yaml, port: port, buyers: 40, clients: clients)
        #expect(played.result.failure?.status == .unavailable)
        #expect(played.history.isEmpty)
    }

    // MARK: Stopping

    @Test(arguments: [1, 8])
    func stopsInTheMiddleOfThinking(_ clients: Int) throws {
        let server = Self.server()
        let yaml = Self.yaml.replacing("  - send: HSET", with: "  - think: 20s\n  - send: HSET")
        let played = try PlayedThread(yaml, port: server.port, buyers: 4000, clients: clients, stopAfter: 200)
        #expect(played.told.count { $0.outcome == .failed } >= clients)
        #expect(played.result.tally == Tally(played.history))
        #expect(played.history.allSatisfy { $0.returnedNanoseconds != nil })
    }

    // MARK: Think time

    /// While one thinks, the others go on.
    @Test func thinksWithoutHoldingUpOthers() throws {
        let server = CommandServer { command in
            switch command[0] {
            case "HGET": .write("$2\r\n17\r\n")
            default: .write(":2\r\n")
            }
        }
        let yaml = Self.yaml.replacing("  - send: HSET", with: "  - think: 30ms\n  - send: HSET")
        let played = try PlayedThread(yaml, port: server.port, buyers: 200, clients: 100)
        #expect(played.told.map(\.outcome) == Array(repeating: .won, count: 200))
        #expect(played.history.allSatisfy { $0.returnedNanoseconds ?? 0 >= $0.invokedNanoseconds + 30_000_000 })
        // All hundred think at the same time.
        let firsts = played.history.prefix(100)
        let lastCall = firsts.map(\.invokedNanoseconds).max() ?? .max
        let firstReturn = firsts.compactMap(\.returnedNanoseconds).min() ?? 0
        #expect(lastCall < firstReturn)
    }
}

import FlashSale
import RedisDriver
import Synchronization
import TestSupport
import Testing

@testable import Clients

/// What one thread's clients take from the warm-up into the sale: nothing.
@Suite(.serialized) struct ClientWarmUpTests {
    private static let pace = Pace(warmUpNanoseconds: 400_000_000)

    @Test(arguments: [1, 8])
    func leavesNoTrace(_ clients: Int) throws {
        let seen = Mutex<Set<String>>([])
        let server = CommandServer { command in
            _ = seen.withLock { $0.insert(String(command[1].prefix { $0 != ":" })) }
            return .write(":17\r\n")
        }
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 50, clients: clients, pace: Self.pace, warmUpTag: "{w}")
        #expect(seen.withLock { $0 } == ["{s}", "{w}"])
        #expect(played.told.map(\.outcome) == Array(repeating: .won, count: 50))
        #expect(played.result.tally.won == 50 && played.result.commands == 50)
        #expect(server.connections == clients && played.brokenOffInWarmUp == 0)
    }

    /// The server may execute what those sent while the sale is on, and count it.
    @Test(arguments: [1, 8])
    func tellsWhatBrokeOff(_ clients: Int) throws {
        let server = CommandServer { $0[1].hasPrefix("{w}") ? .hangUp("") : .write(":17\r\n") }
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 50, clients: clients, pace: Self.pace, warmUpTag: "{w}")
        #expect(played.brokenOffInWarmUp > 0)
        #expect(played.told.map(\.outcome) == Array(repeating: .won, count: 50))
    }

    /// The warm-up's last attempt watched and was over; the first of the sale must not be aborted by that.
    @Test(arguments: [1, 4])
    func doesNotTakeAWatchIntoTheSale(_ clients: Int) throws {
        let yaml = """
            strategy: watching
            summary: always sold out
            keys: { stock: "{sale}:stock" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: WATCH {stock}
              - send: GET {stock}
                outcomes:
                  - { when: "> 0", then: won }
                  - { when: any, then: sold-out }
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """
        let words = Mutex<[String]>([])
        let server = CommandServer { command in
            words.withLock { $0.append(command.prefix(2).joined(separator: " ")) }
            return command[0] == "GET" ? .write("$1\r\n0\r\n") : .write("+OK\r\n")
        }
        _ = try PlayedThread(
            yaml, port: server.port, buyers: clients, clients: clients, pace: Self.pace, warmUpTag: "{w}")
        let said = words.withLock { $0 }
        let sale = try #require(said.firstIndex { $0 == "WATCH {s}:stock" })
        #expect(said[..<sale].count { $0 == "UNWATCH" } >= 1)
        #expect(said.count { $0 == "UNWATCH" } == said.count { $0.hasPrefix("WATCH {w}") })
    }
}

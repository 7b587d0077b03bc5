import FlashSale
import TestSupport
import Testing

@testable import Clients

/// What becomes of an attempt whose reply is larger than a buyer's may be: the same with every driver.
struct OversizedReplyTests {
    /// A list of one text, so that the whole reply has `count` bytes.
    private static func reply(bytes count: Int) -> String {
        "*1\r\n$\(count - 16)\r\n\(String(repeating: "x", count: count - 16))\r\n"
    }

    @Test(arguments: [1, 5])
    func atTheBoundItIsAnAnswer(_ clients: Int) throws {
        let reply = Self.reply(bytes: 1 << 20)
        let server = CommandServer { _ in .write(reply) }
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 5, clients: clients, attempts: 1)
        #expect(played.told.map(\.outcome) == Array(repeating: .conflict, count: 5))
        #expect(played.result.reconnects == 0 && played.result.firstOversized == nil)
    }

    /// The command may have written, and its connection is of no more use.
    @Test(arguments: [1, 5])
    func oneByteBeyondItIsAHole(_ clients: Int) throws {
        let reply = Self.reply(bytes: 1 << 20 + 1)
        let server = CommandServer { _ in .write(reply) }
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 10, clients: clients, attempts: 3)
        #expect(played.told.map(\.outcome) == Array(repeating: .unknown, count: 10))
        #expect(played.told.allSatisfy { $0.isHole && !$0.hasEnd })
        #expect(played.result.firstOversized == "more than the 1 MiB that a reply may have")
        #expect(played.result.firstHole == nil)
        #expect(server.connections == clients + played.result.reconnects && played.result.reconnects >= 10 - clients)
    }

    /// Nothing that may write was sent, so that it is tried again.
    @Test(arguments: [1, 5])
    func afterNothingButReadingItHasNoEffect(_ clients: Int) throws {
        let server = CommandServer { command in command[0] == "GET" ? .write("*2000000\r\n") : .write(":17\r\n") }
        let yaml = PlayedThread.oneCommand.replacing("buy:\n", with: "buy:\n  - send: GET {stock}\n")
        let played = try PlayedThread(yaml, port: server.port, buyers: 5, clients: clients, attempts: 2)
        #expect(played.told.map(\.outcome) == Array(repeating: .failed, count: 10))
        #expect(played.told.allSatisfy { $0.isHole && $0.hasEnd })
        #expect(
            played.result.firstOversized
                == "an array of 2,000,000 elements, larger than the 1 MiB that a reply may have")
    }

    /// The outcome is decided by the reply before, and the buyer was told so.
    @Test(arguments: [1, 5])
    func whatIsDecidedStays(_ clients: Int) throws {
        let server = CommandServer { command in command[0] == "DEL" ? .write("$2000000\r\n") : .write(":17\r\n") }
        let yaml = PlayedThread.oneCommand.replacing(
            "stock: GET", with: "finally:\n  - send: DEL {stock}\nstock: GET")
        let played = try PlayedThread(yaml, port: server.port, buyers: 5, clients: clients, attempts: 2)
        #expect(played.told.map(\.outcome) == Array(repeating: .won, count: 5))
        #expect(played.told.allSatisfy { !$0.isHole && $0.remaining == 17 })
        #expect(played.result.firstOversized == nil)
    }
}

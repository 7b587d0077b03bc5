import FlashSale
import TestSupport
import Testing

@testable import Clients

/// Servers and proxies that say what nobody asked for, or hang up while nobody asks: no attempt may pay for that.
struct SurplusTests {
    /// - Parameter odd: the answer to one attempt; all others are sold out.
    private static func server(answering odd: CommandServer.Answer, to attempt: Int = 1) -> CommandServer {
        CommandServer { $0.last == "\(attempt)" ? odd : .write(":1\r\n") }
    }

    @Test(arguments: [1, 5])
    func takesNoAnswerForThatToTheNextQuestion(_ clients: Int) throws {
        let server = Self.server(answering: .write(":17\r\n:17\r\n"))
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 40, clients: clients, attempts: 1)
        #expect(played.told.map(\.outcome) == [.won] + Array(repeating: .soldOut, count: 39))
        // One of several may have nothing more to ask.
        #expect(played.result.reconnects == 1 || clients > 1)
        #expect(played.result.firstError?.contains("nobody asked for") == true || played.result.reconnects == 0)
    }

    /// What the second question would be answered is not known, and it was not asked.
    @Test(arguments: [1, 5])
    func endsTheAttemptInWhoseMiddleItCame(_ clients: Int) throws {
        let yaml = PlayedThread.oneCommand.replacing("buy:\n", with: "buy:\n  - send: APPEND {stock} {attempt}\n")
        let server = CommandServer { command in
            switch command[0] {
            case "APPEND": command.last == "1" ? .write(":3\r\n:17\r\n") : .write(":3\r\n")
            default: .write(":1\r\n")
            }
        }
        let played = try PlayedThread(yaml, port: server.port, buyers: 20, clients: clients, attempts: 1)
        #expect(played.told.map(\.outcome) == [.unknown] + Array(repeating: .soldOut, count: 19))
    }

    /// Between five buyers, one for each client, and an extra rush of ten nobody asks. The numbers of the rush come first.
    private static let lull = Pace(bursts: [.init(buyers: 10, atNanoseconds: 1_500_000_000)])

    @Test(arguments: [CommandServer.Answer.hangUp(":17\r\n"), .writeLater(":17\r\n", ":17\r\n")])
    func looksAtWhatComesWhileNobodyAsks(_ answer: CommandServer.Answer) throws {
        let server = Self.server(answering: answer, to: 11)
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 15, clients: 5, attempts: 1, pace: Self.lull)
        #expect(played.told.map(\.outcome) == (1...15).map { $0 == 11 ? .won : .soldOut })
        #expect(played.result.reconnects == 1)
    }
}

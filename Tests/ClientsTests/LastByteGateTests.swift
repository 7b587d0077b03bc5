import FlashSale
import Foundation
import SaleTestSupport
import TestSupport
import Testing

@testable import Clients

/// First requests that leave but for their last byte before the doors open.
struct LastByteGateTests {
    // MARK: A server

    /// Answers every whole command; a part of INCRBY is what `partial` says.
    private static func server(_ partial: HeldBytes.Action = .wait) -> HeldBytes {
        HeldBytes { text in
            guard let length = HeldBytes.command(text) else { return text.contains("INCRBY") ? partial : .wait }
            let first = text.prefix(length)
            let answer =
                first.contains("\r\nPING") ? "+PONG\r\n" : first.contains("\r\nINCRBY") ? ":17\r\n" : "+OK\r\n"
            return .answer(length, answer)
        }
    }

    private static func buys(_ server: HeldBytes) -> [String] { server.whole.filter { $0.contains("INCRBY") } }

    @Test(arguments: [1, 5], [false, true])
    func theLastByteLeavesWhenTheDoorsOpen(_ clients: Int, _ isSecure: Bool) throws {
        let server = Self.server()
        let relay = isSecure ? try TLSRelay(to: server.port) : nil
        let thread = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 3 * clients, clients: clients,
            endpoint: relay?.endpoint,
            whileHeld: { _ in
                #expect(TestProcess.eventually { server.parts.count == clients })
                usleep(20_000)
                #expect(Self.buys(server).isEmpty)
                // Nothing but the last byte is missing.
                #expect(server.parts.allSatisfy { $0.hasPrefix("*3\r\n$6\r\nINCRBY\r\n") && $0.hasSuffix("\r") })
                #expect(server.parts.allSatisfy { HeldBytes.command($0 + "\n") != nil })
            })
        #expect(thread.told.count == 3 * clients && thread.told.allSatisfy { $0.outcome == .won && $0.hasEnd })
        // Each of them once, the held ones too, and each is about another attempt.
        #expect(Set(Self.buys(server)).count == 3 * clients && Self.buys(server).count == 3 * clients)
        #expect(thread.result.releases.count == clients && thread.result.unheld == 0)
        #expect(thread.result.commands == 3 * clients)
    }

    @Test(arguments: [1, 5]) func aClientWithoutAPurchaseSendsNothing(_ clients: Int) throws {
        let server = Self.server()
        let thread = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: max(0, clients - 2), clients: clients,
            whileHeld: { _ in
                #expect(TestProcess.eventually { server.parts.count == max(0, clients - 2) })
            })
        #expect(thread.told.count == max(0, clients - 2) && thread.result.releases.count == thread.told.count)
    }

    /// Only what changes nothing may be whole before.
    @Test(arguments: [1, 4]) func aWatchIsSentBefore(_ clients: Int) throws {
        let yaml = """
            strategy: scripted
            keys: { stock: "{sale}:stock" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: WATCH {stock}
              - send: GET {stock}
                outcomes: [ { when: any, then: won } ]
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """
        let server = Self.server()
        let thread = try PlayedThread(
            yaml, port: server.port, buyers: clients, clients: clients,
            whileHeld: { _ in
                #expect(TestProcess.eventually { server.parts.count == clients })
                #expect(server.whole.count { $0.contains("WATCH") } == clients)
                #expect(!server.whole.contains { $0.contains("GET") })
            })
        #expect(thread.told.map(\.outcome) == Array(repeating: .won, count: clients))
    }

    @Test(arguments: [1, 5], [false, true])
    func noLastByteLeavesWhereTheDoorsStayClosed(_ clients: Int, _ isSecure: Bool) throws {
        let server = Self.server()
        let relay = isSecure ? try TLSRelay(to: server.port) : nil
        let thread = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 100, clients: clients, endpoint: relay?.endpoint,
            whileHeld: { gate in
                #expect(TestProcess.eventually { server.parts.count == clients })
                gate.cancel()
            })
        #expect(thread.told.isEmpty)
        #expect(TestProcess.eventually { server.ended == clients })
        #expect(Self.buys(server).isEmpty)
    }

    /// A request of which the server never had the last byte has certainly no effect.
    @Test(arguments: [1, 5], [false, true])
    func aConnectionThatIsResetBeforeFailsItsAttempt(_ clients: Int, _ isSecure: Bool) throws {
        let resets = Self.server(.reset)
        let relay = isSecure ? try TLSRelay(to: resets.port) : nil
        let thread = try PlayedThread(
            PlayedThread.oneCommand, port: resets.port, buyers: clients, clients: clients, endpoint: relay?.endpoint,
            whileHeld: { _ in usleep(50_000) })
        let first = thread.told.filter { $0.number == 1 }
        #expect(first.count == clients && first.allSatisfy { $0.outcome == .failed && $0.hasEnd })
        // What goes out whole is answered.
        #expect(thread.told.count { $0.number == 2 && $0.outcome == .won } == clients)
        #expect(thread.result.reconnects == clients)
    }

    // MARK: A service

    private static let yaml = """
        strategy: service
        buy:
          - http: "POST /buy/{purchase}"
            body: { json: { attempt: "{attempt}" } }
            outcomes: [ { when: status == 200, then: won } ]
        stock: { http: GET /stock }
        """

    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    private static func service(_ partial: HeldBytes.Action = .wait, answer: String = answer) -> HeldBytes {
        HeldBytes { text in
            guard let length = HeldBytes.request(text) else {
                // Between the head and the body it may be anything.
                return text.contains("\"attempt\"") ? partial : .wait
            }
            return .answer(length, answer)
        }
    }

    @Test(arguments: [1, 4]) func theLastByteOfABodyLeavesWhenTheDoorsOpen(_ clients: Int) throws {
        let service = Self.service()
        let thread = try PlayedThread(
            Self.yaml, port: service.port, buyers: 3 * clients, clients: clients, timeoutMilliseconds: 300,
            isService: true,
            whileHeld: { _ in
                #expect(service.parts.count == clients && service.whole.isEmpty)
                #expect(service.parts.allSatisfy { $0.contains("\r\n\r\n{\"attempt\":") && !$0.hasSuffix("}") })
                #expect(service.parts.allSatisfy { HeldBytes.request($0 + "}") == $0.utf8.count + 1 })
                // The time before the doors open is none of the answer's.
                usleep(500_000)
                #expect(service.whole.isEmpty)
            })
        #expect(thread.told.count == 3 * clients && thread.told.allSatisfy { $0.outcome == .won && $0.hasEnd })
        #expect(Set(service.whole).count == 3 * clients && service.whole.count == 3 * clients)
        #expect(thread.result.releases.count == clients && thread.result.unheld == 0)
    }

    @Test(arguments: [1, 4]) func aServiceIsAskedNothingWhereTheDoorsStayClosed(_ clients: Int) throws {
        let service = Self.service()
        let thread = try PlayedThread(
            Self.yaml, port: service.port, buyers: 100, clients: clients, isService: true,
            whileHeld: { gate in
                #expect(service.parts.count == clients)
                gate.cancel()
            })
        #expect(thread.told.isEmpty && thread.result.failure == nil)
        #expect(TestProcess.eventually { service.ended == clients })
        #expect(service.whole.isEmpty)
    }

    @Test(arguments: [1, 4]) func aRequestWithoutABodyGoesOutWhole(_ clients: Int) throws {
        let service = Self.service()
        let yaml = Self.yaml.replacing("    body: { json: { attempt: \"{attempt}\" } }\n", with: "")
        let thread = try PlayedThread(
            yaml, port: service.port, buyers: 2 * clients, clients: clients, isService: true,
            whileHeld: { _ in #expect(service.parts.isEmpty && service.whole.isEmpty) })
        #expect(thread.told.count == 2 * clients && thread.told.allSatisfy { $0.outcome == .won })
        #expect(thread.result.releases.isEmpty && thread.result.unheld == clients)
    }

    /// It sells before the doors open.
    @Test(arguments: [1, 4]) func aServiceThatAnswersBeforeEndsTheRun(_ clients: Int) throws {
        let service = Self.service(.answer(0, Self.answer))
        let thread = try PlayedThread(
            Self.yaml, port: service.port, buyers: 100, clients: clients, isService: true, whileHeld: { _ in })
        #expect(thread.told.isEmpty)
        #expect(thread.result.failure?.status == .unavailable)
        #expect(thread.result.failure?.message.contains("answered HTTP 200") == true)
    }

    /// It says that it reads, which is no answer.
    @Test func aServiceThatSaysThatItReadsIsAsked() throws {
        let service = Self.service(.answer(0, "HTTP/1.1 100 Continue\r\n\r\n"))
        let thread = try PlayedThread(
            Self.yaml, port: service.port, buyers: 2, clients: 2, isService: true,
            whileHeld: { _ in #expect(service.parts.count == 2) })
        #expect(thread.result.failure == nil && thread.told.map(\.outcome) == [.won, .won])
        #expect(thread.result.releases.count == 2)
    }

    @Test(arguments: [1, 4]) func aServiceThatHangsUpBeforeFailsTheAttempt(_ clients: Int) throws {
        let service = Self.service(.reset)
        let thread = try PlayedThread(
            Self.yaml, port: service.port, buyers: clients, clients: clients, isService: true, whileHeld: { _ in })
        let first = thread.told.filter { $0.number == 1 }
        #expect(first.count == clients && first.allSatisfy { $0.outcome == .failed && $0.hasEnd })
        #expect(thread.result.unheld == clients)
    }

    /// What came of a request whose last byte has left nobody knows.
    @Test(arguments: [1, 4]) func aServiceThatIsSilentIsLeftAfterTheTimeout(_ clients: Int) throws {
        let service = Self.service(answer: "")
        let thread = try PlayedThread(
            Self.yaml, port: service.port, buyers: clients, clients: clients, timeoutMilliseconds: 200,
            isService: true, whileHeld: { _ in })
        #expect(thread.told.map(\.outcome) == Array(repeating: .unknown, count: clients))
        #expect(thread.told.allSatisfy { !$0.hasEnd })
        #expect(service.whole.count == clients)
    }
}

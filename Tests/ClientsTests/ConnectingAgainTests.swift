import FlashSale
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Clients

/// Clients that connect again to servers that do not serve.
struct ConnectingAgainTests {
    /// Waits until so many are here; false where they do not come, because each waits for another.
    private final class Meeting: Sendable {
        private let here = Mutex(0)
        private let wanted: Int
        init(of wanted: Int) { self.wanted = wanted }

        func wait() -> Bool {
            here.withLock { $0 += 1 }
            return TestProcess.eventually(withinSeconds: 5) { here.withLock { $0 >= wanted } }
        }
    }

    /// A server that answers nobody before all have asked, be it for the attempt or for the handshake of a new connection.
    @Test func nobodyWaitsForAnothersTurn() throws {
        let (clients, commands, handshakes) = (20, Meeting(of: 20), Meeting(of: 20))
        let server = ScriptedService { peer, number in
            var line: [UInt8] = []
            var byte: UInt8 = 0
            while recv(peer.descriptor, &byte, 1, 0) == 1 {
                line.append(byte)
                guard byte == 10 else { continue }
                let text = String(decoding: line, as: UTF8.self)
                line = []
                switch text {
                case "SETNAME\r\n":
                    guard number < clients || handshakes.wait() else { return }
                    peer.write("+OK\r\n")
                case "PING\r\n": peer.write("+PONG\r\n")
                case "INCRBY\r\n":
                    if number < clients {
                        _ = commands.wait()
                        return
                    }
                    peer.write(":17\r\n")
                default: break
                }
            }
        }
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 2 * clients, clients: clients, attempts: 1,
            timeoutMilliseconds: 20_000)
        #expect(played.told.count { $0.outcome == .unknown } == clients)
        #expect(played.told.count { $0.outcome == .won } == clients)
    }

    /// What a server says that is not ready for clients, while they connect again.
    @Test(
        arguments: [
            "-NOAUTH Authentication required.", "-WRONGPASS invalid", "-LOADING Redis is loading the dataset in memory",
            "-ERR max number of clients reached",
        ], [1, 5])
    func whoIsKeptOutFailsAndComesBack(_ refusal: String, _ clients: Int) throws {
        let count = Mutex(0)
        let server = ScriptedService { peer, number in
            // The first connections serve one command, the next ones are refused, and all others serve.
            var line: [UInt8] = []
            var byte: UInt8 = 0
            while recv(peer.descriptor, &byte, 1, 0) == 1 {
                line.append(byte)
                guard byte == 10 else { continue }
                let text = String(decoding: line, as: UTF8.self)
                line = []
                if text == "SETNAME\r\n" || text == "PING\r\n" {
                    let isRefused = clients..<(4 * clients) ~= number
                    peer.write(isRefused ? refusal + "\r\n" : text == "PING\r\n" ? "+PONG\r\n" : "+OK\r\n")
                } else if text == "INCRBY\r\n" {
                    if number < clients { return }
                    count.withLock { $0 += 1 }
                    peer.write(":17\r\n")
                }
            }
        }
        let played = try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 40, clients: clients, attempts: 6)
        #expect(played.result.failure == nil && played.result.firstHole == nil)
        #expect(played.told.allSatisfy { !$0.isHole })
        #expect(played.told.count { $0.outcome == .unknown } == clients)
        #expect(played.told.count { $0.outcome == .failed && $0.hasEnd } == 3 * clients)
        #expect(played.told.count { $0.outcome == .won } == 40 - clients)
        #expect(count.withLock { $0 } == 40 - clients)
    }
}

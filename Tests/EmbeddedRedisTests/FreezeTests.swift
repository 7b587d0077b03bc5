import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import TestSupport
import Testing

/// A server that stands still on purpose.
struct FreezeTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    @Test func answersNothingUntilItIsThawed() throws {
        let server = try sandbox.start()
        for _ in 0..<3 {
            let before = server.identity
            #expect(try server.freeze() == before)
            #expect(server.status == .frozen && server.isRunning)
            #expect(TestProcess.isStopped(before.processID))
            #expect(throws: ConnectionError.self) {
                _ = try Connection(
                    to: server.endpoint, name: nil, connectTimeoutMilliseconds: 100, timeoutMilliseconds: 100)
            }
            #expect(try server.thaw() == before)
            #expect(server.status == .running && !TestProcess.isStopped(before.processID))
            #expect(try sandbox.ask(server.endpoint, "PING") == "PONG")
        }
    }

    @Test func canBeKilledWhileItStandsStill() throws {
        let server = try sandbox.start(persistence: .always)
        _ = try sandbox.ask(server.endpoint, "SET", "k", "1")
        _ = try server.freeze()
        #expect(throws: ServerFaultError.self) { _ = try server.shutDown() }
        #expect(try server.crash().how == "signal 9")
        #expect(try sandbox.ask(try server.restart().endpoint, "GET", "k") == "1")
    }

    @Test func isStoppedWhileItStandsStill() throws {
        let server = try sandbox.start(persistence: .everysec)
        _ = try server.freeze()
        server.stop()
        sandbox.expectNothingLeft()
    }
}

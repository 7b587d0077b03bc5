import TestSupport
import Testing

@testable import EmbeddedRedis

/// A server's clock stands still where it is told to.
struct ServerClockTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// As text, since a script's number would be cut to an integer.
    private static let script =
        "local t = redis.call('TIME') return string.format('%d', t[1] * 1000 + math.floor(t[2] / 1000))"

    @Test func timePassesWhereSomebodySaysSo() throws {
        let server = try sandbox.start(stopsClock: true)
        let clock = try #require(server.clock)
        func time() throws -> String { try sandbox.ask(server.endpoint, "EVAL", Self.script, "0") }
        // Until it is set it runs as ever.
        #expect(try #require(Int(time())) > 1_780_000_000_000)
        #expect(clock.set(milliseconds: 1_767_225_600_000))
        #expect(try time() == "1767225600000")
        _ = try sandbox.ask(server.endpoint, "SET", "hold", "1", "PX", "100")
        #expect(clock.set(milliseconds: 1_767_225_600_100))
        #expect(try sandbox.ask(server.endpoint, "GET", "hold") == "1")
        #expect(clock.set(milliseconds: 1_767_225_600_101))
        #expect(try sandbox.ask(server.endpoint, "GET", "hold").isEmpty && time() == "1767225600101")
        // And back.
        #expect(clock.set(milliseconds: 1_767_225_600_000))
        #expect(try time() == "1767225600000")
        server.stop()
        #expect(!clock.set(milliseconds: 1_767_225_600_000))
    }

    @Test func othersHaveTheMachinesTime() throws {
        let server = try sandbox.start()
        #expect(server.clock == nil)
    }

    @Test func withoutTheLibrary() throws {
        let folder = try TestFolder("clock")
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try sandbox.start(stopsClock: true, executable: folder.path + "/stress")
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("cannot be stopped"), "\(error as Any)")
    }
}

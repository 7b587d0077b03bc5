import FlashSale
import Foundation
import TestSupport
import Testing

/// A Valkey is told from a Redis, whose version it names for clients that know no other.
struct ValkeyTests {
    @Test func isNamedByItsOwnVersion() throws {
        let sandbox = try Sandbox()
        let server = try OwnServer()
        let front = try ValkeyFront(to: server.port)
        let run = try sandbox.run(["--strategy", "lua", "--redis", "redis://127.0.0.1:\(front.port)"])
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(
            run.output.contains("Valkey 8.0.1 (redis://127.0.0.1:\(front.port), standalone"), "\(run.output)")
        let record = try sandbox.record()
        #expect(record["server"]["kind"].text == "valkey" && record["server"]["version"].text == "8.0.1")
        // The one behind it is a Redis.
        let redis = try sandbox.run(["--strategy", "lua", "--redis", "redis://127.0.0.1:\(server.port)"])
        #expect(redis.output.contains("Redis ") && !redis.output.contains("Valkey"), "\(redis.output)")
        sandbox.expectNothingLeft()
    }
}

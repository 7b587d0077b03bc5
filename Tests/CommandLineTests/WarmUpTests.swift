import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import TestSupport
import Testing

/// The sale before the sale: it is not counted, and leaves nothing.
struct WarmUpTests {
    private let sandbox: Sandbox
    private let server: EmbeddedServer

    init() throws {
        sandbox = try Sandbox()
        server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 200, executable: StressBinary.path)
    }

    private func call(_ words: String) throws -> String {
        var connection = try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        return try connection.call(words.split(separator: " ").map(String.init)).description
    }

    private var flags: [String] { ["--redis", server.endpoint.redacted] }

    static let fleets = [["--threads", "20"], ["--threads", "2", "--clients", "10"]]

    @Test(arguments: ["optimistic", "lua", "lock", "function"], fleets)
    func isNotCounted(_ strategy: String, _ fleet: [String]) throws {
        let run = try sandbox.run(flags + ["--warm-up", "150ms", "--strategy", strategy, "--buyers", "300"] + fleet)
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let record = try sandbox.record()
        #expect(record["totals"]["purchases"].number == 300)
        #expect(record.check("complete-history")["result"].text == "upheld")
        // What the server counted is the sale alone.
        #expect(record.finding("commands-differ") == nil && record.finding("foreign-commands") == nil)
        #expect(try call("DBSIZE") == "0")
        #expect(try !call("CLIENT LIST").contains("name=stress-"))
        server.stop()
        sandbox.expectNothingLeft()
    }

    /// Its keys go even if it is cut short.
    @Test(arguments: [SIGINT, SIGTERM])
    func leavesNothingWhenItIsInterrupted(_ signal: Int32) throws {
        let run = try sandbox.start(["run"] + Sandbox.small + flags + ["--warm-up", "60s", "--strategy", "lua"])
        #expect(TestProcess.eventually { (try? call("DBSIZE")) ?? "0" > "2" })
        run.signal(signal)
        #expect(run.wait() == .init(exitCode: 130))
        #expect(try call("DBSIZE") == "0")
        #expect(sandbox.resultFolders.isEmpty)
        server.stop()
        sandbox.expectNothingLeft()
    }

    @Test func endsTheRunIfItCannotEnd() throws {
        let run = try sandbox.start(["run"] + Sandbox.small + flags + ["--warm-up", "60s", "--strategy", "lua"])
        #expect(TestProcess.eventually { (try? call("DBSIZE")) ?? "0" > "2" })
        for worker in sandbox.workers(of: run).prefix(1) { kill(worker, SIGKILL) }
        #expect(run.wait() == .init(exitCode: 70))
        #expect(run.errors.contains("was lost before the doors opened"))
        #expect(try call("DBSIZE") == "0")
    }
}

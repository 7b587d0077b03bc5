import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import Strategies
import TestSupport
import Testing

/// The sale before the sale: it is not counted, and leaves nothing.
struct WarmUpTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
    }

    private var keys: Int { get throws { try own.call("DBSIZE").integer() ?? -1 } }
    private var isWarmingUp: Bool { TestProcess.eventually { (try? keys) ?? 0 > 2 } }
    private var flags: [String] { ["--redis", own.url] }

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
        #expect(try keys == 0)
        #expect(try !own.call("CLIENT LIST").string().contains("name=stress-"))
        sandbox.expectNothingLeft()
    }

    /// What was sent and not answered in time may be executed, and counted by the server, while the sale is on.
    @Test func leavesNothingWhenTheServerHangs() throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.small + flags
                + ["--warm-up", "3s", "--timeout", "200ms", "--strategy", "optimistic", "--attempts", "1"])
        #expect(isWarmingUp)
        let server = own.server.processID
        kill(server, SIGSTOP)
        // Until the warm-up is over.
        usleep(3_200_000)
        kill(server, SIGCONT)
        let ending = run.wait()
        // On a busy machine an attempt of the sale may be left without an answer, too.
        #expect(ending == .init(exitCode: 0) || ending == .init(exitCode: 2), "\(run.output)\(run.errors)")
        let record = try sandbox.record()
        #expect(record.finding("commands-differ") == nil && record.finding("foreign-commands") == nil)
        #expect(try keys == 0)
        sandbox.expectNothingLeft()
    }

    /// Its keys go even if it is cut short.
    @Test(arguments: [SIGINT, SIGTERM])
    func leavesNothingWhenItIsInterrupted(_ signal: Int32) throws {
        let run = try sandbox.start(["run"] + Sandbox.small + flags + ["--warm-up", "60s", "--strategy", "lua"])
        #expect(isWarmingUp)
        run.signal(signal)
        #expect(run.wait() == .init(exitCode: 130))
        #expect(try keys == 0)
        #expect(sandbox.resultFolders.isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test func endsTheRunIfItCannotEnd() throws {
        let run = try sandbox.start(["run"] + Sandbox.small + flags + ["--warm-up", "60s", "--strategy", "lua"])
        #expect(isWarmingUp)
        for worker in sandbox.workers(of: run).prefix(1) { kill(worker, SIGKILL) }
        #expect(run.wait() == .init(exitCode: 69))
        #expect(run.errors.contains("was lost before the doors opened"))
        #expect(try keys == 0)
    }
}

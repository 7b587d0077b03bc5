import FlashSale
import Foundation
import Glibc
import Strategies
import TestSupport
import Testing

/// A server that stops answering, and users who do not want to wait for it.
struct HangingServerTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
    }

    private func serverProcess() throws -> Int32 {
        let info = try own.call("INFO server").string()
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("process_id:") }
        return try #require(line.flatMap { Int32($0.dropFirst(11)) })
    }

    @Test(arguments: [["--threads", "20"], ["--threads", "2", "--clients", "10"]])
    func isNotWaitedForByWhoAsksTwice(_ fleet: [String]) throws {
        let server = try serverProcess()
        let run = try sandbox.start(["run"] + Sandbox.long + fleet + ["--redis", own.url, "--timeout", "10m"])
        #expect(sandbox.isSelling())
        kill(server, SIGSTOP)
        defer { kill(server, SIGCONT) }
        run.signal(SIGINT)
        usleep(300_000)
        #expect(!TestProcess.hasEnded(run.process))
        run.signal(SIGINT)
        // Each of several questions would be waited for ten seconds.
        #expect(run.wait(seconds: 9) == .init(exitCode: 130))
        #expect(try sandbox.record()["interrupted"].isTrue == true)
        #expect(try sandbox.record().finding("keys-left")?.contains("did not answer") == true)
        sandbox.expectNothingLeft()
    }

    /// The fleet connects at once, which on a small machine takes longer than an attempt may.
    @Test(arguments: [["--threads", "60"], ["--threads", "2", "--clients", "30"]])
    func theTimeoutOfAttemptsIsNoneForConnecting(_ fleet: [String]) throws {
        let run = try sandbox.run(["--redis", own.url, "--strategy", "lua", "--timeout", "1ms"] + fleet)
        #expect(run.exitCode == 0 || run.exitCode == 2, "\(run.output)\(run.errors)")
        sandbox.expectNothingLeft()
    }

    /// Two in turn for each thread, and each of them waits until it gives up.
    @Test func waitingInVainIsPartOfTheTime() throws {
        try sandbox.folder.file(
            "waiting.yaml",
            """
            strategy: waiting
            summary: waits for a list that nobody fills
            keys: { stock: "{sale}:stock", list: "{sale}:list" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: BLPOP {list} 30
                outcomes:
                  - { when: array, then: won }
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """)
        let run = try sandbox.run([
            "--redis", own.url, "--strategy", "waiting.yaml", "--buyers", "80", "--timeout", "300ms",
        ])
        let record = try sandbox.record()
        #expect(record["purchases"]["unknown"].number == 80, "\(run.output)\(run.errors)")
        let elapsed = (record["throughput"]["elapsed_seconds"].value as? NSNumber)?.doubleValue
        #expect(elapsed ?? 0 >= 0.6)
        #expect(record["client"]["saturated"].isTrue == false)
    }

    /// What needs no search is removed even then.
    @Test(arguments: ["function", "lua", "optimistic"])
    func whoAsksTwiceLeavesNothingEither(_ strategy: String) throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.long + ["--redis", own.url, "--strategy", strategy, "--duration", "60s"])
        #expect(sandbox.isSelling())
        run.signal(SIGINT)
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130))
        #expect(try own.call("DBSIZE").integer() == 0)
        #expect(try own.call("FUNCTION LIST").elementCount() == 0)
        sandbox.expectNothingLeft()
    }
}

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

    /// A private server that is frozen, alone or together with the guard that would end it.
    @Test(arguments: [["--threads", "10"], ["--threads", "2", "--clients", "10"]], [false, true])
    func aSilentServerEndsTheRun(_ fleet: [String], _ withGuard: Bool) throws {
        let run = try sandbox.start(
            ["run", "--procs", "2", "--units", "5000", "--buyers", "20000", "--rate", "500/s", "--strategy", "lua"]
                + ["--timeout", "1s"] + fleet)
        #expect(sandbox.isSelling())
        for process in TestProcess.using(sandbox.path) {
            let arguments = TestProcess.arguments(of: process)
            let isServer = arguments.first?.contains("redis-server") == true
            if isServer || withGuard && arguments.dropFirst().first == "guard" { kill(process, SIGSTOP) }
        }
        // Without an end of the silence each client would wait for forty seconds and more.
        #expect(run.wait(seconds: 20) == .init(exitCode: 2), "\(run.errors)")
        let record = try sandbox.record()
        #expect(record["verdict"].text == "inconclusive")
        #expect(record.finding("server-silent") != nil, "\(run.output)")
        #expect(record["observed"]["server_loss"].text == "silent")
        #expect(record["workers"].list.allSatisfy { $0["lost"].text == nil })
        #expect(record.check("exact-accounting")["result"].text == "inconclusive")
        sandbox.expectNothingLeft()
        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(again.exitCode == 2)
        #expect(try JSON(Data(again.output.utf8))["findings"].list.contains { $0["name"].text == "server-silent" })
    }

    /// What buyers were told before is no less true.
    @Test func anOversoldSaleStaysViolated() throws {
        let run = try sandbox.start(
            ["run", "--procs", "2", "--threads", "10", "--units", "20", "--buyers", "2000", "--rate", "200/s"]
                + ["--strategy", "naive", "--think-time", "20ms", "--timeout", "500ms", "--redis", own.url])
        #expect(TestProcess.eventually { sandbox.history.count { $0.outcome == .won } > 25 })
        let server = try serverProcess()
        kill(server, SIGSTOP)
        defer { kill(server, SIGCONT) }
        #expect(run.wait(seconds: 20) == .init(exitCode: 1), "\(run.errors)")
        #expect(try sandbox.record().finding("server-silent") != nil)
        #expect(try sandbox.record().finding("keys-left") != nil)
    }

    /// Silence that ends before two timeouts are over, and clients that wait by themselves, end nothing.
    @Test func aPauseIsNoSilence() throws {
        let run = try sandbox.start(
            ["run", "--procs", "2", "--threads", "10", "--units", "5000", "--buyers", "1200", "--rate", "500/s"]
                + ["--strategy", "lua", "--timeout", "3s", "--redis", own.url])
        #expect(sandbox.isSelling())
        let server = try serverProcess()
        kill(server, SIGSTOP)
        usleep(1_500_000)
        kill(server, SIGCONT)
        #expect(run.wait() == .init(exitCode: 0), "\(run.output)\(run.errors)")
        #expect(try sandbox.record().finding("server-silent") == nil)
    }

    /// The fleet connects at once, which on a small machine takes longer than an attempt may.
    @Test(arguments: [["--threads", "60"], ["--threads", "2", "--clients", "30"]])
    func theTimeoutOfAttemptsIsNoneForConnecting(_ fleet: [String]) throws {
        let run = try sandbox.run(["--redis", own.url, "--strategy", "lua", "--timeout", "1ms"] + fleet)
        #expect(run.exitCode == 0 || run.exitCode == 2, "\(run.output)\(run.errors)")
        sandbox.expectNothingLeft()
    }

    /// Six in turn for each thread, and each of them waits until it gives up: for longer than a server may be silent.
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
            "--redis", own.url, "--strategy", "waiting.yaml", "--buyers", "240", "--timeout", "300ms",
        ])
        let record = try sandbox.record()
        #expect(record["purchases"]["unknown"].number == 240, "\(run.output)\(run.errors)")
        let elapsed = (record["throughput"]["elapsed_seconds"].value as? NSNumber)?.doubleValue
        #expect(elapsed ?? 0 >= 0.6)
        #expect(record["client"]["saturated"].isTrue == false)
        #expect(record.finding("server-silent") == nil)
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

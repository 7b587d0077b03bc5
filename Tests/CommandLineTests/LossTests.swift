import FlashSale
import Foundation
import Glibc
import TestSupport
import Testing

/// Processes that die in the middle of a run.
struct LossTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    @Test(
        arguments: ["optimistic", "optimistic-decr"], [["--threads", "20"], ["--threads", "2", "--clients", "10"]])
    func aLostWorkerIsAccountedFor(_ strategy: String, _ fleet: [String]) throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.small + ["--think-time", "20ms..40ms", "--strategy", strategy] + fleet)
        #expect(sandbox.isSelling())
        let workers = sandbox.workers(of: run)
        #expect(workers.count == 2)
        let killed = try #require(workers.last)
        kill(killed, SIGKILL)
        #expect(run.wait() == .init(exitCode: 0), "\(run.errors)")

        let record = try sandbox.record()
        #expect(record["verdict"].text == "upheld")
        let lost = record["workers"].list.filter { $0["lost"].text != nil }
        #expect(lost.map { $0["pid"].number } == [Int(killed)])
        #expect(lost.first?["lost"].text?.contains("SIGKILL") == true)
        let worker = try #require(lost.first?["worker"].number)
        #expect(record.finding("worker-lost")?.contains("worker \(worker) was lost") == true)
        #expect(
            run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
                "Worker \(worker) was lost"))
        #expect(record.check("complete-history")["result"].text == "upheld")

        // Its open attempts have no end, and all other ones do.
        let unknown = try sandbox.rows("attempts.csv").filter { $0["outcome"] == "unknown" }
        #expect(!unknown.isEmpty && unknown.count == record["totals"]["unknown"].number)
        #expect(unknown.allSatisfy { $0["worker"] == "\(worker)" && $0["returned_ns"] == "" })
        #expect((record["purchases"]["not_started"].number ?? 0) > 0)
        let won = record["totals"]["won"].number ?? -1
        let sold = record["sale"]["sold_by_server"].number ?? -1
        #expect(won > 0 && won <= sold && sold <= won + unknown.count)
        #expect(record["sale"]["ledger_orders"].number == sold)
        sandbox.expectNothingLeft()
    }

    @Test func allWorkersCanBeLost() throws {
        let run = try sandbox.start(["run"] + Sandbox.long)
        #expect(sandbox.isSelling())
        for worker in sandbox.workers(of: run) { kill(worker, SIGKILL) }
        // What the journals and the server hold is enough for a verdict.
        #expect(run.wait() == .init(exitCode: 0), "\(run.errors)")
        let record = try sandbox.record()
        #expect(record["workers"].list.count { $0["lost"].text != nil } == 2)
        #expect((record["totals"]["won"].number ?? 0) > 0)
        sandbox.expectNothingLeft()
    }

    @Test func aBrokenSchemeIsCaughtWithoutAWorker() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--strategy", "naive"])
        #expect(sandbox.isSelling())
        for worker in sandbox.workers(of: run) { kill(worker, SIGKILL) }
        #expect(run.wait() == .init(exitCode: 1), "\(run.errors)")
        sandbox.expectNothingLeft()
    }

    /// The private server is gone with all it knew: the buyers' side alone proves nothing.
    @Test(arguments: [["--threads", "20"], ["--threads", "2", "--clients", "10"]])
    func aLostServerProvesNothing(_ fleet: [String]) throws {
        let run = try sandbox.start(["run"] + Sandbox.small + ["--think-time", "20ms..40ms"] + fleet)
        #expect(sandbox.isSelling())
        let servers = TestProcess.using(sandbox.path).filter {
            TestProcess.arguments(of: $0).first?.contains("redis-server") == true
        }
        #expect(servers.count == 1)
        for server in servers { kill(server, SIGKILL) }
        #expect(run.wait() == .init(exitCode: 2), "\(run.errors)")
        let record = try sandbox.record()
        #expect(record["verdict"].text == "inconclusive")
        #expect(record["sale"]["remaining"].number == nil)
        #expect(record.check("exact-accounting")["result"].text == "inconclusive")
        #expect((record["totals"]["failed"].number ?? 0) > 0)
        #expect(run.output.contains("because the stock at the end proves nothing: the private server died"))
        #expect(record.finding("server-died") != nil && record.finding("keys-left") == nil)
        sandbox.expectNothingLeft()

        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(again.exitCode == 2)
        #expect(try JSON(Data(again.output.utf8))["findings"].list.contains { $0["name"].text == "server-died" })
    }

    /// The guard takes the server with it. There is no end of buyers, but there is of the run.
    @Test func nobodyHammersADeadPort() throws {
        let run = try sandbox.start(
            ["run", "--procs", "2", "--threads", "1", "--clients", "25", "--think-time", "20ms", "--buyers", "200000"])
        #expect(sandbox.isSelling())
        let guards = TestProcess.children(of: run.process).filter {
            TestProcess.arguments(of: $0).dropFirst().first == "guard"
        }
        #expect(guards.count == 1)
        for process in guards { kill(process, SIGKILL) }
        #expect(run.wait(seconds: 20) == .init(exitCode: 2), "\(run.errors)")
        let record = try sandbox.record()
        #expect(record.finding("server-died") != nil)
        // What was refused is no speed.
        let answered = Double((record["totals"]["won"].number ?? 0) + (record["totals"]["conflict"].number ?? 0))
        let speed = try #require((record["throughput"]["attempts_per_second"].value as? NSNumber)?.doubleValue)
        let elapsed = try #require((record["throughput"]["elapsed_seconds"].value as? NSNumber)?.doubleValue)
        #expect(abs(speed * elapsed - answered) < 1)
        sandbox.expectNothingLeft()
    }

    // MARK: A server of one's own

    /// What a restart forgot is not held against the scheme.
    @Test func aRestartedServerIsNamed() throws {
        let socket = sandbox.temporary + "/redis.sock"
        func start() throws -> Program {
            let server = try Program(
                "/bin/sh", ["-c", "exec redis-server --port 0 --unixsocket \(socket) --save '' --appendonly no"],
                folder: sandbox.temporary, files: sandbox.temporary, environment: ProcessInfo.processInfo.environment)
            #expect(TestProcess.eventually { FileManager.default.fileExists(atPath: socket) })
            return server
        }
        let first = try start()
        let run = try sandbox.start(["run"] + Sandbox.long + ["--redis", "unix://\(socket)"])
        #expect(sandbox.isSelling())
        first.signal(SIGKILL)
        #expect(first.wait() == .init(signal: SIGKILL))
        unlink(socket)
        let second = try start()
        #expect(run.wait() == .init(exitCode: 2), "\(run.output)\(run.errors)")
        second.signal(SIGTERM)
        _ = second.wait()
        let record = try sandbox.record()
        #expect(record["verdict"].text == "inconclusive" && (record["totals"]["won"].number ?? 0) > 0)
        #expect(record.finding("server-restarted") != nil)
        #expect(run.output.contains("because the stock at the end proves nothing: the server was started again"))
        #expect(record["observed"]["server_loss"].text == "restarted")
        #expect(try sandbox.stress(["verify", sandbox.latest]).exitCode == 2)
    }

    // MARK: The coordinator

    @Test(arguments: ["none", "rdb", "always"])
    func nothingOutlivesTheCoordinator(persistence: String) throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--persistence", persistence])
        #expect(sandbox.isSelling())
        // The coordinator, two workers, the guard and its server.
        #expect(TestProcess.using(sandbox.path).count == 5)
        #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.temporary).count == 1)
        run.signal(SIGKILL)
        #expect(run.wait() == .init(signal: SIGKILL))
        sandbox.expectNothingLeft(withinSeconds: 2)
    }

    @Test func nothingOutlivesACoordinatorThatIsStarting() throws {
        for delay in [0, 30, 60, 90, 140] {
            let run = try sandbox.start(["run"] + Sandbox.long)
            usleep(UInt32(delay) * 1000)
            run.signal(SIGKILL)
            #expect(run.wait() == .init(signal: SIGKILL))
            sandbox.expectNothingLeft(withinSeconds: 2)
        }
    }

    /// Nobody is left to remove the private server's folder, until the next run.
    @Test func coordinatorAndGuardAreKilledAtOnce() throws {
        let run = try sandbox.start(["run", "--strategy", "lua"] + Sandbox.long)
        #expect(sandbox.isSelling())
        let guards = TestProcess.children(of: run.process).filter {
            TestProcess.arguments(of: $0).dropFirst().first == "guard"
        }
        #expect(guards.count == 1)
        run.signal(SIGSTOP)
        for process in guards { kill(process, SIGKILL) }
        run.signal(SIGKILL)
        #expect(run.wait() == .init(signal: SIGKILL))
        #expect(TestProcess.eventually { TestProcess.using(sandbox.path).isEmpty })
        let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.temporary)
        #expect(left.count == 1 && left[0].hasPrefix("stress-"), "\(left)")
        #expect(try sandbox.stress(["strategies", "check", "lua"]).exitCode == 0)
        sandbox.expectNothingLeft()
    }
}

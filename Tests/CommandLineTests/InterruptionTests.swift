import FlashSale
import Foundation
import Glibc
import TestSupport
import Testing

/// Ctrl-C and its kin.
struct InterruptionTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private func expectInterrupted(_ run: Program) throws {
        #expect(run.wait() == .init(exitCode: 130), "\(run.errors)")
        let record = try sandbox.record()
        #expect(record["interrupted"].isTrue == true && record["exit_code"].number == 130)
        #expect(record.finding("interrupted") != nil)
        let attempts = try sandbox.rows("attempts.csv")
        #expect(attempts.count == record["totals"]["attempts"].number && !attempts.isEmpty)
        #expect((record["purchases"]["not_started"].number ?? 0) > 0)
        #expect(try sandbox.text(sandbox.results + "/runs.csv").split(whereSeparator: \.isNewline).count == 2)
        #expect(run.output.contains("interrupted"))
        sandbox.expectNothingLeft()
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func whatHappenedIsJudged(_ signal: Int32) throws {
        let run = try sandbox.start(["run"] + Sandbox.long)
        #expect(sandbox.isSelling())
        run.signal(signal)
        try expectInterrupted(run)
        let record = try sandbox.record()
        #expect(record["verdict"].text == "upheld")
        #expect(record["totals"]["won"].number == record["sale"]["sold_by_server"].number)
        #expect(record["workers"].list.allSatisfy { $0["lost"].text == nil })
    }

    /// Buyers who would have asked again were not told anything at the end, and no figure is made of them.
    @Test func whoWasCutOffIsSaid() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--attempts", "100", "--buyers", "2000"])
        #expect(sandbox.isSelling())
        #expect(TestProcess.eventually { sandbox.history.count { $0.outcome == .conflict } > 100 })
        run.signal(SIGINT)
        try expectInterrupted(run)
        let record = try sandbox.record()
        let rows = try sandbox.rows("purchases.csv")
        // Each of 40 clients was in the middle of a purchase.
        let cutOff = rows.count { ($0["latency_us"] ?? "").isEmpty && $0["returned_ns"] != "" }
        #expect(cutOff > 0 && cutOff <= 40)
        #expect(record.finding("cut-off")?.hasPrefix("\(cutOff) purchase") == true)
        let samples = rows.count { $0["latency_us"] != "" }
        #expect(record["latency_us"]["purchase"]["samples"].number == samples)
    }

    /// A terminal sends Ctrl-C to every process of the group, and so does `timeout`.
    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalToTheWholeGroupIsNoWorse(_ signal: Int32) throws {
        let run = try sandbox.start(["run"] + Sandbox.long)
        #expect(sandbox.isSelling())
        run.signalGroup(signal)
        try expectInterrupted(run)
        #expect(try sandbox.record()["verdict"].text == "upheld")
        #expect(try sandbox.record()["workers"].list.allSatisfy { $0["lost"].text == nil })
    }

    @Test func aViolationIsToldToo() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--strategy", "naive"])
        #expect(sandbox.isSelling())
        #expect(TestProcess.eventually { sandbox.history.count { $0.outcome == .won } > 40 })
        run.signal(SIGINT)
        try expectInterrupted(run)
        #expect(try sandbox.record()["verdict"].text == "violated")
        #expect(run.output.hasPrefix("VIOLATED"))
    }

    /// Workers that hang would be waited for until their timeout; who asks twice does not want to wait.
    @Test func twoInterruptionsEndQuickly() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--timeout", "10m"])
        #expect(sandbox.isSelling())
        let workers = sandbox.workers(of: run)
        for worker in workers { kill(worker, SIGSTOP) }
        run.signal(SIGINT)
        usleep(300_000)
        #expect(!TestProcess.hasEnded(run.process))
        run.signal(SIGINT)
        #expect(run.wait(seconds: 15) == .init(exitCode: 130))
        let record = try sandbox.record()
        #expect(record["interrupted"].isTrue == true)
        #expect(record["workers"].list.allSatisfy { $0["lost"].text?.contains("did not stop") == true })
        sandbox.expectNothingLeft()
    }

    /// Every step of an attempt may take nearly as long as the timeout says.
    @Test func anAttemptOfSlowStepsIsWaitedFor() throws {
        try sandbox.folder.file(
            "slow.yaml",
            """
            strategy: slow
            summary: waits twice for a list that nobody fills
            keys: { stock: "{sale}:stock", list: "{sale}:list" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: BLPOP {list} 4
              - send: BLPOP {list} 4
                outcomes:
                  - { when: array, then: won }
                  - { when: nil, then: sold-out }
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """)
        let run = try sandbox.start(
            ["run"] + Sandbox.small + ["--strategy", "slow.yaml", "--timeout", "5s", "--buyers", "1000"])
        #expect(TestProcess.eventually { sandbox.history.count == 40 })
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130))
        let record = try sandbox.record()
        #expect(record["workers"].list.allSatisfy { $0["lost"].text == nil })
        #expect(record["totals"]["sold_out"].number == 40 && record["totals"]["unknown"].number == 0)
    }

    /// A laptop that sleeps, a machine that is moved: whoever was still together has lost nobody.
    @Test func standingStillTogetherIsNoLoss() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--duration", "16s"])
        #expect(sandbox.isSelling())
        // Each worker has a process group of its own.
        let workers = sandbox.workers(of: run)
        #expect(workers.count == 2)
        run.signal(SIGSTOP)
        for worker in workers { kill(worker, SIGSTOP) }
        usleep(11_500_000)
        // The coordinator is awake first.
        run.signal(SIGCONT)
        usleep(300_000)
        for worker in workers { kill(worker, SIGCONT) }
        let ending = run.wait()
        #expect(ending == .init(exitCode: 0), "\(run.errors)")
        #expect(try sandbox.record()["workers"].list.allSatisfy { $0["lost"].text == nil })
    }

    /// Ctrl-Z and `fg`: meanwhile nobody buys, and afterwards nobody is taken for lost.
    @Test func stoppingStopsTheWorkersToo() throws {
        let run = try sandbox.start(["run"] + Sandbox.long)
        #expect(sandbox.isSelling())
        let workers = sandbox.workers(of: run)
        #expect(workers.count == 2)
        let all = workers + [run.process]
        run.signal(SIGTSTP)
        #expect(TestProcess.eventually { all.allSatisfy(TestProcess.isStopped) })
        let before = sandbox.history.count
        // Longer than a worker may be silent.
        usleep(10_500_000)
        #expect(sandbox.history.count == before)
        run.signal(SIGCONT)
        #expect(TestProcess.eventually { !all.contains(where: TestProcess.isStopped) })
        #expect(TestProcess.eventually { sandbox.history.count > before + 40 })
        // And once more.
        run.signal(SIGTSTP)
        #expect(TestProcess.eventually { all.allSatisfy(TestProcess.isStopped) })
        run.signal(SIGCONT)
        #expect(TestProcess.eventually { !all.contains(where: TestProcess.isStopped) })
        run.signal(SIGINT)
        try expectInterrupted(run)
        let record = try sandbox.record()
        #expect(record["verdict"].text == "upheld")
        #expect(record["workers"].list.allSatisfy { $0["lost"].text == nil })
        #expect(record.finding("stopped")?.contains("2 times") == true)
    }

    /// Whoever is stopped can be ended all the same.
    @Test func endingAStoppedRunLeavesNothing() throws {
        let run = try sandbox.start(["run"] + Sandbox.long)
        #expect(sandbox.isSelling())
        let all = sandbox.workers(of: run) + [run.process]
        run.signal(SIGTSTP)
        #expect(TestProcess.eventually { all.allSatisfy(TestProcess.isStopped) })
        run.signal(SIGKILL)
        #expect(run.wait() == .init(signal: SIGKILL))
        sandbox.expectNothingLeft()
    }

    /// One interruption waits as long as a command may take, and no longer.
    @Test func aWorkerThatHangsIsNotWaitedForInVain() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--timeout", "100ms"])
        #expect(sandbox.isSelling())
        let worker = try #require(sandbox.workers(of: run).first)
        kill(worker, SIGSTOP)
        run.signal(SIGINT)
        #expect(run.wait(seconds: 20) == .init(exitCode: 130))
        let lost = try sandbox.record()["workers"].list.filter { $0["lost"].text != nil }
        #expect(lost.map { $0["pid"].number } == [Int(worker)])
        sandbox.expectNothingLeft()
    }

    /// While the private server takes its time to start.
    @Test(arguments: [SIGINT, SIGTERM])
    func beforeTheDoorsOpenNothingIsLeft(_ signal: Int32) throws {
        let program = try sandbox.folder.script("server", "sleep 0.7; exec redis-server \"$@\"")
        let run = try sandbox.start(["run"] + Sandbox.small, environment: ["STRESS_REDIS_SERVER": program])
        // Its guard is there, so that it listens.
        #expect(TestProcess.eventually { !TestProcess.children(of: run.process).isEmpty })
        run.signal(signal)
        #expect(run.wait() == .init(exitCode: 130))
        #expect(run.output.isEmpty && run.errors.contains("interrupted before the doors opened"))
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    /// Ctrl-C reaches the guard as well, which may not yet stand apart from the terminal.
    @Test func noMomentOfTheStartTakesCtrlCForAnError() throws {
        for delay in stride(from: 4, to: 60, by: 4) {
            let run = try sandbox.start(["run"] + Sandbox.long)
            usleep(UInt32(delay) * 1000)
            run.signalGroup(SIGINT)
            let ending = run.wait()
            // Before it listens, the signal itself ends it.
            #expect(ending == .init(exitCode: 130) || ending == .init(signal: SIGINT), "\(delay) ms: \(run.errors)")
            sandbox.expectNothingLeft()
        }
    }

    /// `nohup stress run &`: who closes the terminal does not want the run to end.
    @Test func aHangUpThatIsIgnoredStaysIgnored() throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.small + ["--think-time", "20ms..40ms"], after: "trap '' HUP")
        #expect(sandbox.isSelling())
        run.signal(SIGHUP)
        #expect(run.wait() == .init(exitCode: 0), "\(run.errors)")
        #expect(try sandbox.record()["interrupted"].isTrue == false)
    }
}

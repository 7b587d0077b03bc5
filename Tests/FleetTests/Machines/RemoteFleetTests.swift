import CLinux
import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import Host
import Recordings
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing
import stress

@testable import Fleet

/// Whole runs with workers that are elsewhere, as far as they and the coordinator know.
struct RemoteFleetTests {
    private let sale: SmallSale

    init() throws {
        sale = try SmallSale(procs: 4, threads: 2, units: 200, buyers: 800)
        sale.scenario.attempts = 50
    }

    private var there: String { sale.folder.path + "/there" }

    private func engine(
        _ machines: Int, _ script: @escaping @Sendable (Int) -> String = { _ in "exec $worker" }
    ) throws -> ShellEngine {
        ShellEngine(folder: try sale.folder.folder("there"), machines: machines, script: script)
    }

    private func strategy(_ name: String) throws -> Strategy {
        try StrategyFile.parse(BuiltinStrategies.yaml(named: name) ?? "", file: name)
    }

    private func coordinator(
        _ engine: ShellEngine, strategy name: String = "optimistic", place: Coordinator.Place? = nil
    ) throws -> (Coordinator, RunFolder) {
        let results = try RunFolder(parent: sale.folder.path + "/results", strategy: name, started: Date())
        var scenario = sale.scenario
        scenario.strategy = .init(name: name, yaml: BuiltinStrategies.yaml(named: name) ?? "")
        var coordinator = Coordinator(
            scenario: scenario, strategy: try strategy(name), place: place ?? .server(sale.server.endpoint),
            folder: results, run: "by0hand", executable: StressBinary.path, engine: engine, showProgress: { _ in })
        coordinator.allowsLoopback = true
        return (coordinator, results)
    }

    /// Nothing of ours is left on the machine after some seconds.
    private func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(
            TestProcess.eventually(withinSeconds: 5) { TestProcess.using(there).isEmpty },
            sourceLocation: sourceLocation)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: there)) ?? []
        #expect(files.allSatisfy { $0.hasPrefix("pid-") }, "\(files)", sourceLocation: sourceLocation)
        #expect(try sale.keys == 0, sourceLocation: sourceLocation)
    }

    /// What a shell prints before the worker greets, and a worker that starts late.
    private static let noisy: @Sendable (Int) -> String = { worker in
        "echo 'Welcome to host'; echo 'a complaint' >&2; \(worker == 1 ? "sleep 0.4; " : "")exec $worker"
    }

    @Test(arguments: [("optimistic", CheckResult.Result.upheld), ("naive", .violated)])
    func aSaleOnThreeMachines(_ name: String, _ result: CheckResult.Result) throws {
        sale.scenario.procs = 12
        if name == "naive" { sale.scenario.thinkTimeMicroseconds = .init(min: 500, max: 2000) }
        let (coordinator, folder) = try coordinator(try engine(3, Self.noisy), strategy: name)
        let run = try coordinator.run()
        let verdict = Checks.judge(run.facts)
        #expect(verdict.result == result, "\(verdict.checks.filter { $0.result != .upheld })")
        #expect(run.facts.recorded.workers.allSatisfy { $0.lost == nil && $0.reported != nil && !$0.isIncomplete })
        #expect(run.facts.recorded.journalProblems.isEmpty)
        #expect(run.facts.recorded.history.count == run.measured.totals.tally.attempts)
        for worker in run.facts.recorded.workers {
            let journal = try JournalReader.attempts(at: folder.journalPath(worker: worker.index))
            #expect(worker.reported == Tally(journal))
        }
        let machines = try #require(run.measured.machines)
        #expect(machines.map(\.name) == ["host-0", "host-1", "host-2"])
        #expect(machines.map(\.workers) == (0...2).map { [$0, $0 + 3, $0 + 6, $0 + 9] })
        #expect(
            machines.allSatisfy { $0.clock.sound && $0.cores == Machine.cores && $0.lost == nil && $0.cpuSeconds > 0 })
        let gate = try #require(run.measured.gate?.machines)
        #expect(gate.hosts == 3 && gate.provenWithinUs != nil)
        #expect(run.measured.workers.map(\.machine) == (0..<12).map { "host-\($0 % 3)" })
        try expectNothingLeft()
    }

    /// Each machine's clock began at another time, by hours.
    @Test(arguments: [("optimistic", CheckResult.Result.upheld), ("naive", .violated)])
    func clocksThatAreHoursApart(_ name: String, _ result: CheckResult.Result) throws {
        if name == "naive" { sale.scenario.thinkTimeMicroseconds = .init(min: 500, max: 2000) }
        let engine = try engine(2) { worker in
            "exec unshare --time --monotonic \(worker % 2 == 0 ? 40000 : 7) --fork --kill-child $worker"
        }
        let (coordinator, _) = try coordinator(engine, strategy: name)
        let run = try coordinator.run()
        let verdict = Checks.judge(run.facts)
        #expect(verdict.result == result, "\(verdict.checks.filter { $0.result != .upheld })")
        let machines = try #require(run.measured.machines)
        #expect((machines[0].clock.offsetUs ?? 0) > 39_999e6 && (machines[1].clock.offsetUs ?? 1e9) < 8e6)
        // In the coordinator's time, after its doors opened.
        #expect(run.facts.recorded.history.allSatisfy { $0.invokedNanoseconds + 1_000_000_000 > run.openedNanoseconds })
        #expect(run.measured.throughput.elapsedSeconds < 60)
        try expectNothingLeft()
    }

    // MARK: Machines that are lost

    /// Runs a sale that goes on for long, does something once buyers are buying, and says how it ended.
    private func run(
        _ engine: ShellEngine, isCutOff: Bool = false, while act: @escaping @Sendable () -> Void
    ) throws -> (CompletedRun, Verdict) {
        sale.scenario.buyers = 2000
        sale.scenario.units = 1500
        sale.scenario.thinkTimeMicroseconds = .init(min: 4000, max: 8000)
        sale.scenario.timeoutMilliseconds = 1000
        let folder = sale.folder.path
        let actor = try JoinableThread {
            // A journal has grown beyond its header.
            let grown = "\(folder)/results/latest-seen"
            _ = TestProcess.eventually(withinSeconds: 30) {
                FileManager.default.fileExists(atPath: grown)
            }
            act()
        }
        let results = try RunFolder(parent: folder + "/results", strategy: "optimistic", started: Date())
        var coordinator = Coordinator(
            scenario: sale.scenario, strategy: sale.strategy, place: .server(sale.server.endpoint), folder: results,
            run: "by0hand", executable: StressBinary.path, engine: engine,
            showProgress: { progress in
                if progress.won > 100 {
                    _ = FileManager.default.createFile(atPath: folder + "/results/latest-seen", contents: nil)
                }
            })
        coordinator.allowsLoopback = true
        let completed = try coordinator.run()
        actor.join()
        if !isCutOff { try expectNothingLeft() }
        return (completed, Checks.judge(completed.facts))
    }

    /// The process that carries a worker's link, as its shell wrote it down.
    private static func process(_ folder: String, _ worker: Int) -> Int32 {
        let text = try? String(contentsOfFile: "\(folder)/pid-\(worker)", encoding: .utf8)
        return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? 0
    }

    /// What carries the links of a machine dies in mid-run, and its workers are left alone.
    @Test func aMachineWhoseLinksAreCut() throws {
        let folder = there
        var engine = try engine(2) { "echo $$ >'\(folder)/pid-\($0)'; $worker; true" }
        engine.words = "the host is down"
        let (run, verdict) = try run(engine) {
            for worker in [1, 3] { kill(Self.process(folder, worker), SIGKILL) }
        }
        let workers = run.facts.recorded.workers
        #expect(workers.map(\.isIncomplete) == [false, true, false, true])
        #expect(workers[1].lost?.contains("host-1") == true && workers[1].lost?.contains("the host is down") == true)
        // What had come is there.
        #expect((run.facts.recorded.survey.tallies[1]?.attempts ?? 0) > 10)
        #expect(verdict.result == .inconclusive, "\(verdict.checks.filter { $0.result == .violated })")
        #expect(run.measured.machines?.map { $0.lost != nil } == [false, true])
        #expect(run.facts.doubts.clientsWereGone)
    }

    /// Nothing comes from a machine any more, and nothing goes there, although no connection ends: its workers end by themselves.
    @Test func aMachineThatIsCutOff() throws {
        let there = there
        let engine = try engine(2) { $0 % 2 == 0 ? "exec $worker" : "exec setsid -w sh -c \"cat | $worker | cat\"" }
        @Sendable func cats() -> [Int32] {
            TestProcess.using(there).filter { TestProcess.arguments(of: $0).first == "cat" }
        }
        let (run, verdict) = try run(engine, isCutOff: true) {
            for pid in cats() { kill(pid, SIGSTOP) }
        }
        #expect(cats().count == 4 && cats().allSatisfy { TestProcess.isStopped($0) })
        // When the stock was read, none of them was alive any more.
        #expect(!TestProcess.using(there).contains { TestProcess.arguments(of: $0).first?.hasSuffix("stress") == true })
        for pid in cats() { kill(pid, SIGKILL) }
        let workers = run.facts.recorded.workers
        #expect(workers.map(\.isIncomplete) == [false, true, false, true])
        #expect(workers[1].lost?.contains("said nothing for 3 seconds") == true, "\(workers[1].lost ?? "-")")
        #expect(verdict.result == .inconclusive, "\(verdict.checks.filter { $0.result == .violated })")
        #expect(run.facts.doubts.clientsWereGone)
        try expectNothingLeft()
    }

    @Test func aWorkerElsewhereThatIsKilled() throws {
        let folder = there
        let engine = try engine(4) { "echo $$ >'\(folder)/pid-\($0)'; exec $worker" }
        let (run, verdict) = try run(engine) { kill(Self.process(folder, 2), SIGKILL) }
        #expect(run.facts.recorded.workers.map(\.isIncomplete) == [false, false, true, false])
        #expect(verdict.result == .inconclusive, "\(verdict.checks.filter { $0.result == .violated })")
    }

    // MARK: Before the doors open

    private func failure(
        _ engine: ShellEngine, strategy: String = "optimistic", place: Coordinator.Place? = nil,
        allowsLoopback: Bool = true
    ) throws -> RunError {
        var (coordinator, _) = try coordinator(engine, strategy: strategy, place: place)
        coordinator.allowsLoopback = allowsLoopback
        let error = #expect(throws: RunError.self) { _ = try coordinator.run() }
        try expectNothingLeft()
        return try #require(error)
    }

    @Test func aHostThatRefuses() throws {
        let error = try failure(engine(2) { _ in "echo 'Permission denied (publickey).' >&2; exit 255" })
        #expect(error.status == .unavailable)
        for part in ["host-", "exit code 255", "Permission denied (publickey).", "nothing was sold"] {
            #expect(error.message.contains(part), "\(error)")
        }
    }

    @Test func aHostThatSaysSomethingElse() throws {
        let error = try failure(engine(1) { _ in "echo 'This account is currently not available.'; exit 1" })
        #expect(error.status == .unavailable && error.message.contains("currently not available"), "\(error)")
    }

    @Test func aHostThatNeverStopsTalking() throws {
        let error = try failure(engine(1) { _ in "exec cat /dev/zero" })
        #expect(error.status == .unavailable && error.message.contains("no message"), "\(error)")
    }

    @Test func aHostWithAnotherVersion() throws {
        let greeting = LinkGreeting(version: "0.0.9", format: "old")
        try sale.folder.file("greeting", String(decoding: greeting.bytes, as: UTF8.self))
        let path = sale.folder.path + "/greeting"
        let error = try failure(engine(1) { _ in "cat '\(path)'; exit 69" })
        #expect(error.status == .unavailable && error.message.contains("on host-0 is stress 0.0.9"), "\(error)")
    }

    /// A limit on the size of files stands for a disk that is full.
    @Test func aHostWithoutRoom() throws {
        let error = try failure(engine(1) { _ in "trap '' XFSZ; ulimit -f 64; exec $worker" })
        #expect(error.status == .unavailable)
        #expect(error.message.contains("on host-0") && error.message.contains("ulimit -f"), "\(error)")
    }

    /// Its worker greets, and is not heard any more.
    @Test func aHostThatFallsSilent() throws {
        try sale.folder.file("greeting", String(decoding: LinkGreeting.own.bytes, as: UTF8.self))
        let path = sale.folder.path + "/greeting"
        let error = try failure(engine(1) { _ in "cat '\(path)'; exec sleep 100" })
        #expect(error.status == .unavailable && error.message.contains("said nothing for 3 seconds"), "\(error)")
    }

    // MARK: What is refused

    @Test func aServerThatOnlyThisMachineReaches() throws {
        let engine = try engine(1)
        for place in [
            Coordinator.Place.embedded, .server(sale.server.endpoint),
            .server(RedisEndpoint(transport: .unix(path: "/tmp/x"))),
        ] {
            let error = try failure(engine, place: place, allowsLoopback: false)
            #expect(error.status == .usage && error.message.contains("--redis redis://HOST:6379"), "\(error)")
        }
    }
}

import Clients
import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import Host
import RedisDriver
import SaleTestSupport
import Strategies
import Synchronization
import TestSupport
import Testing

@testable import Fleet

/// The coordinator with workers that are shell scripts and do what no worker should.
struct CoordinatorTests {
    private let sale: SmallSale

    init() throws {
        sale = try SmallSale(procs: 2, threads: 2)
    }

    /// Runs the sale with such workers, which must fail before the doors open and leave nothing.
    private func failure(of script: String) throws -> RunError {
        let path = try sale.folder.script("worker", script)
        return try failure(of: path, usedBy: path)
    }

    private func failure(of executable: String, usedBy name: String) throws -> RunError {
        let coordinator = try sale.coordinator(workers: executable)
        let error = #expect(throws: RunError.self) { _ = try coordinator.run() }
        #expect(try sale.keys == 0)
        #expect(TestProcess.eventually(withinSeconds: 5) { TestProcess.using(name).isEmpty })
        return try #require(error)
    }

    @Test func aWorkerThatWritesGarbage() throws {
        let error = try failure(of: "echo this is no message; exec cat >/dev/null")
        #expect(error.status == .bug)
        #expect(error.message.contains("worker") && error.message.contains("this is no message"))
    }

    @Test(arguments: ["{}{}", "{\"ready\":7}", "null", "{\"ready\":{}}", "[]"])
    func aWorkerThatWritesOtherJSON(_ line: String) throws {
        let error = try failure(of: "\(sale.saying(line)); exec cat >/dev/null")
        #expect(error.status == .bug && error.message.contains(line), "\(error)")
    }

    @Test func aWorkerThatWritesWithoutEnd() throws {
        sale.scenario.procs = 1
        let error = try failure(of: "exec cat /dev/zero")
        #expect(error.status == .bug && error.message.contains("no message"), "\(error)")
    }

    /// A message that would take all memory.
    @Test func aWorkerThatAnnouncesTooMuch() throws {
        sale.scenario.procs = 1
        let error = try failure(of: "\(sale.saying()); printf 'M\\377\\377\\377\\377'; exec cat >/dev/null")
        #expect(error.status == .bug && error.message.contains("announced"), "\(error)")
    }

    /// An answer to a ping, and a piece of a journal, are none of a worker's of this machine.
    @Test(arguments: [("A", 24), ("J", 12), ("P", 8)])
    func aWorkerThatSaysWhatNobodyAsked(_ kind: String, _ count: Int) throws {
        let zeros = String(repeating: "\\000", count: count)
        let error = try failure(
            of:
                "\(sale.saying()); printf '\(kind)\\0\(String(count, radix: 8))\\000\\000\\000\(zeros)'; exec cat >/dev/null"
        )
        #expect(error.status == .bug && error.message.contains("worker"), "\(error)")
    }

    @Test func aWorkerOfAnotherVersion() throws {
        let greeting = LinkGreeting(version: "9.9.9", format: "0123")
        try sale.folder.file("greeting", String(decoding: greeting.bytes, as: UTF8.self))
        let error = try failure(of: "cat '\(sale.folder.path)/greeting'; exec cat >/dev/null")
        #expect(error.status == .unavailable)
        #expect(error.message.contains("9.9.9") && error.message.contains(LinkGreeting.own.format), "\(error)")
    }

    @Test func aWorkerThatEndsAtOnce() throws {
        let error = try failure(of: "exit 3")
        #expect(error.status == .bug)
        #expect(error.message.contains("worker") && error.message.contains("exit code 3"))
    }

    @Test func aWorkerThatEndsBeforeItReadsItsOrder() throws {
        // An order that is larger than a pipe, so that writing it meets the end of the reader.
        sale.scenario.strategy.yaml += String(repeating: "# a long strategy file\n", count: 8000)
        let error = try failure(of: "exec <&-; sleep 0.05; exit 4")
        #expect(error.status == .bug && error.message.contains("exit code 4"))
    }

    /// By the system, where memory is short, or by somebody: no bug of ours, but one of ours ends otherwise.
    @Test(
        arguments: [("KILL", .unavailable), ("SEGV", .bug)] as [(String, FlashSale.ExitStatus)])
    func aWorkerThatIsKilled(_ signal: String, _ status: FlashSale.ExitStatus) throws {
        let error = try failure(of: "echo x >>'\(sale.folder.path)/starts'; kill -\(signal) $$")
        #expect(error.status == status && error.message.contains("SIG\(signal)"), "\(error)")
        // Each worker once more, at the most.
        let starts = try String(contentsOfFile: sale.folder.path + "/starts", encoding: .utf8).split(separator: "\n")
            .count
        #expect(starts <= (status == .unavailable ? 4 : 2))
    }

    /// One that was killed before the doors opened is started again, and nobody misses it.
    ///
    /// - Parameter journal: whether it had begun to write.
    @Test(arguments: [false, true]) func aWorkerThatIsKilledOnce(_ journal: Bool) throws {
        let made = journal ? "touch \"$(ls -d '\(sale.folder.path)'/results/*/history)/worker-0.journal\"; " : ""
        let path = try sale.folder.script(
            "worker",
            "if mkdir '\(sale.folder.path)/first' 2>/dev/null; then \(made)kill -9 $$; fi; exec '\(StressBinary.path)' worker"
        )
        sale.scenario.procs = 1
        // On one thread, they meet each other however busy the machine is.
        sale.scenario.clients = 2
        let run = try sale.coordinator(workers: path).run()
        #expect(FileManager.default.fileExists(atPath: sale.folder.path + "/first"))
        #expect(run.facts.recorded.workers.allSatisfy { $0.lost == nil && $0.reported != nil })
        #expect(Checks.judge(run.facts).result == .upheld)
        #expect(try sale.keys == 0)
    }

    /// The first one to start never says a word; the other one ends, and the silent one must go with it.
    @Test func aWorkerThatNeverSaysReady() throws {
        let error = try failure(
            of: "if mkdir '\(sale.folder.path)/first'; then exec sleep 1000; fi 2>/dev/null; exit 5")
        #expect(error.message.contains("exit code 5"))
    }

    @Test func aWorkerThatSaysThatItCannot() throws {
        let error = try failure(
            of: "\(sale.saying("{\"failure\":{\"status\":69,\"message\":\"no luck\"}}")); exec cat >/dev/null")
        #expect(error == RunError(.unavailable, "no luck"))
    }

    @Test func aProgramThatDoesNotExist() throws {
        let error = try failure(of: "/nonexistent/stress", usedBy: "/nonexistent/stress")
        #expect(error.status == .bug && error.message.contains("/nonexistent/stress"))
    }

    /// What a worker has started itself may outlive it and hold what it inherited: nobody must wait for that.
    @Test func aWorkerThatLeavesAChild() throws {
        let path = try sale.folder.script(
            "worker", "sleep 1000 & echo $! >>'\(sale.folder.path)/children'; echo nonsense; wait")
        let attempt = Attempting(try sale.coordinator(workers: path))
        // In a thread, so that a coordinator that waits for ever does not keep the tests.
        let thread = try JoinableThread { attempt.run() }
        #expect(TestProcess.eventually(withinSeconds: 8) { attempt.hasReturned })
        let children = try String(contentsOfFile: sale.folder.path + "/children", encoding: .utf8)
        for child in children.split(whereSeparator: \.isNewline).compactMap({ Int32($0) }) { kill(child, SIGKILL) }
        let error = thread.join()
        #expect(error?.status == .bug && error?.message.contains("nonsense") == true)
        #expect(try sale.keys == 0)
    }

    /// `@unchecked Sendable`: the coordinator is used by one thread only.
    private final class Attempting: @unchecked Sendable {
        private let coordinator: Coordinator
        private let returned = Atomic(false)

        init(_ coordinator: Coordinator) { self.coordinator = coordinator }

        var hasReturned: Bool { returned.load(ordering: .acquiring) }

        func run() -> RunError? {
            defer { returned.store(true, ordering: .releasing) }
            do throws(RunError) {
                _ = try coordinator.run()
                return nil
            } catch {
                return error
            }
        }
    }

    // MARK: After the doors have opened

    private static let ready = "{\"ready\":{\"connectSeconds\":0,\"connectionsAreNamed\":true}}"

    private func completed(_ script: String) throws -> CompletedRun {
        let path = try sale.folder.script(
            "worker", "\(sale.saying(Self.ready, as: "ready")); read greeting; read order; read go\n\(script)")
        let completed = try sale.coordinator(workers: path).run()
        #expect(try sale.keys == 0)
        #expect(TestProcess.eventually(withinSeconds: 5) { TestProcess.using(path).isEmpty })
        return completed
    }

    @Test func workersThatDieAtTheGateAreLost() throws {
        let run = try completed("exit 4")
        #expect(run.facts.recorded.workers.map(\.lost).allSatisfy { $0?.contains("exit code 4") == true })
        #expect(run.facts.recorded.history.count == 0 && run.facts.epoch.stock == .units(sale.scenario.units))
        let verdict = Checks.judge(run.facts)
        #expect(verdict.result == .inconclusive && run.ending == nil)
    }

    @Test func aWorkerThatWritesGarbageAtTheGateIsLost() throws {
        let run = try completed("echo nonsense; exec cat >/dev/null")
        #expect(run.facts.recorded.workers.map(\.lost).allSatisfy { $0?.contains("nonsense") == true })
        #expect(Checks.judge(run.facts).result == .inconclusive)
    }

    /// Reports of sales that no journal knows.
    @Test func aReportThatNoJournalConfirmsProvesNothing() throws {
        var tally = Tally()
        tally.count(.won)
        let message = WorkerMessage(
            report: .init(
                tally: tally, threads: [], commands: 6, reloads: 0, cpuSeconds: 0, elapsedSeconds: 1, peakMemoryMib: 1,
                lastGivenUpNanoseconds: 0,
                attemptLatency: .init(), purchaseLatency: .init(), firstHole: nil, firstError: nil,
                connectionsAreNamed: true, failure: nil))
        try Data(#require(message.frame)).write(to: URL(fileURLWithPath: sale.folder.path + "/report"))
        let run = try completed("cat '\(sale.folder.path)/report'")
        #expect(run.facts.recorded.workers.map(\.lost) == [nil, nil])
        let verdict = Checks.judge(run.facts)
        let check = try #require(verdict.checks.first { $0.name == .completeHistory })
        #expect(check.result == .inconclusive && verdict.result == .inconclusive)
        #expect(check.evidence.contains { $0.detail.contains("worker 0 reported 1 attempt") })
    }

    /// A whole sale in this process, so that what is gathered can be looked at.
    @Test func aSaleWithRealWorkers() throws {
        var shown = 0
        let results = try RunFolder(parent: sale.folder.path + "/results", strategy: "optimistic", started: Date())
        let coordinator = Coordinator(
            scenario: sale.scenario, strategy: sale.strategy, place: .server(sale.server.endpoint), folder: results,
            run: "by0hand", executable: StressBinary.path, showProgress: { _ in shown += 1 })
        let run = try coordinator.run()
        #expect(Checks.judge(run.facts).result == .upheld)
        #expect(
            run.facts.doubts.clientsWereGone
                && run.facts.recorded.workers.allSatisfy { $0.lost == nil && $0.reported != nil })
        #expect(run.measured.latencyUs.attempt.samples == run.facts.recorded.history.count)
        // Nobody else was there, and everything that was sent was counted.
        let words: [FindingName] = [.foreignCommands, .commandsDiffer, .commandsNotCompared, .latencyCountsDiffer]
        #expect(!run.findings.contains { words.contains($0.name) }, "\(run.findings)")
        let commands = try #require(run.measured.server.commands)
        #expect(
            commands.byName["WATCH"].map { $0.sent == $0.counted && $0.sent == run.facts.recorded.history.count }
                == true)
        #expect(
            commands.sent > 0 && commands.counted <= commands.sent
                && run.measured.throughput.commandsPerSecond > 0)
        #expect(run.measured.workers.map(\.worker) == [0, 1] && shown > 0 && run.failure == nil && !run.wasInterrupted)
        #expect(run.facts.recorded.history.allSatisfy { $0.invokedNanoseconds >= run.openedNanoseconds })
        #expect(try sale.keys == 0)
        #expect(run.measured.workers.allSatisfy { TestProcess.hasEnded(Int32($0.pid)) })
    }

    /// What the workers measured and what their journals tell afterwards count from the same planned starts.
    @Test func anOpenLoopIsMeasuredTwiceTheSameWay() throws {
        sale.scenario.pace = Pace(
            rate: Rate(perSecond: 1000, arrivals: .poisson), bursts: [.init(buyers: 30, atNanoseconds: 20_000_000)])
        let run = try sale.coordinator(workers: StressBinary.path).run()
        let pace = run.measured.pace
        #expect(pace.loop == .open && pace.planned == 100 && pace.started == 100 && pace.dropped == 0)
        #expect((pace.targetPerSecond ?? 0) > 1000 && pace.achievedPerSecond > 0)
        for (all, parts) in [
            (run.measured.latencyUs.attempt, Array(run.measured.latencyUs.byOutcome.attempt.values)),
            (run.measured.latencyUs.purchase, Array(run.measured.latencyUs.byOutcome.purchase.values)),
        ] {
            #expect(parts.reduce(0) { $0 + $1.samples } == all.samples && all.samples >= 100)
            #expect(parts.compactMap(\.max).max() == all.max)
            #expect(parts.compactMap(\.min).min() == all.min)
        }
        #expect(!run.findings.contains { $0.name == .latencyCountsDiffer || $0.name == .commandsDiffer })
        #expect(run.measured.client.hiccupUs.samples > 0 && run.measured.workers.allSatisfy { $0.hiccupMaxUs != nil })
    }

    /// Two runs with the same id meet on one server: the second must not touch the first one's keys.
    @Test func aSaleWhoseKeysExistIsNotOpened() throws {
        var connection = try sale.connect()
        _ = try connection.call(["SET", "{stress:by0hand}:orders", "somebody else's"])
        let coordinator = try sale.coordinator(workers: StressBinary.path)
        let error = #expect(throws: RunError.self) { _ = try coordinator.run() }
        #expect(
            error?.status == .unavailable && error?.message.contains("{stress:by0hand}:orders exists already") == true)
        #expect(try connection.call(["GET", "{stress:by0hand}:orders"]).string() == "somebody else's")
        #expect(try connection.call(["DBSIZE"]).integer() == 1)
    }
}

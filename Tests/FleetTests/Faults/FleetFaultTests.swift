import CLinux
import FlashSale
import Foundation
import Glibc
import Recordings
import SaleTestSupport
import TestSupport
import Testing
import stress

@testable import Fleet

/// Faults of the fleet, on real worker processes.
struct FleetFaultTests {
    private let sale: SmallSale
    private let fault = Fault(.killWorker, at: .sold(share: 0.3), share: 0.5)

    init() throws {
        sale = try SmallSale()
        sale.scenario.buyers = 1_000_000
        sale.scenario.units = 1_000_000
        // Some attempt is always under way.
        sale.scenario.thinkTimeMicroseconds = .init(min: 5000, max: 10_000)
    }

    /// A worker whose buyers are buying.
    private func busyWorker() throws -> WorkerProcess {
        try sale.open()
        let worker = try sale.process(0)
        worker.tell(sale.orderMessage())
        #expect(listen(to: worker) { $0.ready != nil })
        worker.tell(CoordinatorMessage(go: .init(atNanoseconds: 0)))
        #expect(listen(to: worker) { ($0.progress?.won ?? 0) > 0 })
        return worker
    }

    /// Listens until a condition holds; false where it does not.
    private func listen(to worker: WorkerProcess, until condition: (WorkerProcess) -> Bool) -> Bool {
        TestProcess.eventually {
            var poller = pollfd(fd: worker.descriptor, events: Int16(POLLIN), revents: 0)
            if !worker.isSilent, poll(&poller, 1, 20) > 0 { worker.listen() }
            worker.look()
            return condition(worker)
        }
    }

    @Test func aKilledWorkerLeavesItsAttemptsOpen() throws {
        let worker = try busyWorker()
        defer { worker.dismiss() }
        let (struck, proof) = KillWorker(fault: fault).strike([worker])
        #expect(struck == 1)
        #expect(proof == "worker 0 (process \(worker.processID)) was ended by SIGKILL, seen gone")
        #expect(TestProcess.hasEnded(worker.processID))
        #expect(worker.wasEndedByFault)
        #expect(listen(to: worker) { $0.lost != nil })
        #expect(worker.lost == "ended by --fault kill-worker@30%:50%")
        #expect(!worker.wasEndedFromOutside && worker.report == nil)
        let history = try JournalReader.attempts(at: sale.journalPath)
        #expect(history.contains { $0.returnedNanoseconds == nil })
        #expect(history.contains { $0.outcome == .won })
        // It cannot be ended again.
        #expect(KillWorker(fault: fault).strike([worker]).struck == 0)
    }

    @Test func whoHasFinishedIsNotStruck() throws {
        sale.scenario.buyers = 20
        sale.scenario.units = 20
        sale.scenario.attempts = 1000
        sale.scenario.thinkTimeMicroseconds = nil
        try sale.open()
        let worker = try sale.process(3)
        defer { worker.dismiss() }
        worker.tell(sale.orderMessage())
        #expect(listen(to: worker) { $0.ready != nil })
        worker.tell(CoordinatorMessage(go: .init(atNanoseconds: 0)))
        // Gone, although nobody has listened to its report yet.
        #expect(TestProcess.eventually { TestProcess.hasEnded(worker.processID) })
        let killed = KillWorker(fault: fault).strike([worker])
        var freeze = FreezeWorker()
        #expect(killed.struck == 0 && freeze.strike([worker]).struck == 0)
        #expect(killed.proof == "worker 3 (process \(worker.processID)) had finished before")
        #expect(listen(to: worker) { $0.isSilent })
        #expect(worker.report?.tally.won == 20 && worker.lost == nil && !worker.wasEndedByFault)
    }

    @Test func aFrozenWorkerStandsStillAndGoesOn() throws {
        let worker = try busyWorker()
        defer { worker.dismiss() }
        var freeze = FreezeWorker()
        let (struck, proof) = freeze.strike([worker])
        #expect(struck == 1 && proof.contains("worker 0 (process \(worker.processID)) was seen stopped by SIGSTOP"))
        #expect(TestProcess.isStopped(worker.processID) && worker.seen.isFrozen)
        let before = Clock.nanoseconds()
        #expect(freeze.heal() == 1)
        #expect(!TestProcess.isStopped(worker.processID) && !worker.seen.isFrozen)
        #expect(worker.seen.lastHeard >= before)
        let won = worker.progress?.won ?? 0
        #expect(listen(to: worker) { ($0.progress?.won ?? 0) > won + 10 })
        // Nothing is left to heal.
        #expect(freeze.heal() == 0)
        worker.tell(CoordinatorMessage(stop: .init()))
        #expect(listen(to: worker) { $0.isSilent })
        #expect(worker.report != nil && worker.lost == nil)
    }

    /// What has come meanwhile is read before a deadline counts that has passed meanwhile.
    @Test(arguments: [1, 3]) func aFrozenWorkerLosesNoReply(_ clients: Int) throws {
        sale.scenario.timeoutMilliseconds = 1000
        sale.scenario.clients = clients
        sale.scenario.thinkTimeMicroseconds = nil
        let worker = try busyWorker()
        defer { worker.dismiss() }
        var freeze = FreezeWorker()
        #expect(freeze.strike([worker]).struck == 1)
        usleep(1_300_000)
        #expect(freeze.heal() == 1)
        let won = worker.progress?.won ?? 0
        #expect(listen(to: worker) { ($0.progress?.won ?? 0) > won + 10 })
        worker.tell(CoordinatorMessage(stop: .init()))
        #expect(listen(to: worker) { $0.isSilent })
        let tally = try #require(worker.report).tally
        #expect(tally.unknown == 0 && tally.failed == 0)
    }

    /// A run that ends early while a worker is frozen.
    @Test func aFrozenWorkerHearsThatItIsToStop() throws {
        let worker = try busyWorker()
        defer { worker.dismiss() }
        var freeze = FreezeWorker()
        #expect(freeze.strike([worker]).struck == 1)
        worker.tell(CoordinatorMessage(stop: .init()))
        #expect(listen(to: worker) { $0.isSilent })
        #expect(worker.report != nil && worker.lost == nil)
        #expect(freeze.heal() == 0)
    }

    @Test func aFrozenWorkerIsDismissed() throws {
        let worker = try busyWorker()
        var freeze = FreezeWorker()
        #expect(freeze.strike([worker]).struck == 1)
        worker.dismiss()
        #expect(TestProcess.hasEnded(worker.processID))
        #expect(freeze.heal() == 0)
    }

    @Test func aFrozenWorkerCanBeKilled() throws {
        let worker = try busyWorker()
        defer { worker.dismiss() }
        var freeze = FreezeWorker()
        #expect(freeze.strike([worker]).struck == 1)
        #expect(KillWorker(fault: fault).strike([worker]).struck == 1)
        #expect(TestProcess.hasEnded(worker.processID) && !worker.isFrozen)
    }

    /// A shell stands for the coordinator, and is killed while its worker stands still.
    @Test func aFrozenWorkerEndsWithItsCoordinator() throws {
        try sale.open()
        let coordinator = try Program(
            "/bin/sh", ["-c", "exec 3<&0; '\(StressBinary.path)' worker <&3 & wait"], folder: sale.folder.path,
            files: sale.folder.path, environment: ProcessInfo.processInfo.environment, input: .pipe)
        coordinator.tell(try sale.order(coordinator: coordinator.process))
        #expect(TestProcess.eventually { coordinator.messages.contains { $0.ready != nil } })
        let worker = try #require(TestProcess.children(of: coordinator.process).first)
        kill(worker, SIGSTOP)
        #expect(TestProcess.eventually { TestProcess.isStopped(worker) })
        coordinator.signal(SIGKILL)
        #expect(TestProcess.eventually { TestProcess.hasEnded(worker) })
        _ = coordinator.wait()
    }
}

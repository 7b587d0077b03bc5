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

/// `stress worker --remote`, started by hand: what keeps it alive, and what it leaves behind.
struct RemoteWorkerTests {
    private let sale: SmallSale

    init() throws {
        sale = try SmallSale()
        sale.scenario.buyers = 1_000_000
        sale.scenario.units = 1_000_000
        sale.scenario.thinkTimeMicroseconds = .init(min: 1000, max: 5000)
    }

    private func pieces(_ worker: Program) -> [JournalPiece] {
        worker.said.compactMap { if case .piece(let piece) = $0 { piece } else { nil } }
    }

    /// Pings until a condition holds; false where it does not.
    private func pings(_ worker: Program, until condition: () -> Bool) -> Bool {
        TestProcess.eventually {
            worker.tell(Frame.ping(sent: Clock.nanoseconds()))
            usleep(20_000)
            return condition()
        }
    }

    /// A worker whose buyers are buying. Nobody but its standard input keeps it alive: the coordinator of its order is another process.
    private func busyWorker() throws -> Program {
        try sale.open()
        let worker = try sale.worker(after: "TMPDIR='\(sale.folder.folder("tmp"))'; export TMPDIR", isRemote: true)
        worker.tell(try sale.order(coordinator: 1, isRemote: true))
        #expect(pings(worker) { worker.messages.contains { $0.ready != nil } })
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        #expect(pings(worker) { worker.messages.contains { ($0.progress?.won ?? 0) > 10 } })
        return worker
    }

    private var leftBehind: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: sale.folder.path + "/tmp") }
    }

    /// All that it sells comes piece by piece, and is in the end what it had.
    @Test func itsJournalComesWhileItSells() throws {
        let worker = try busyWorker()
        #expect(pings(worker) { pieces(worker).count > 20 })
        #expect(try leftBehind.isEmpty && !FileManager.default.fileExists(atPath: sale.journalPath))
        worker.tell(try sale.line(CoordinatorMessage(stop: .init())))
        #expect(TestProcess.eventually { worker.messages.last?.delivered != nil })
        worker.tell(Frame.ping(sent: Clock.nanoseconds()))
        #expect(worker.wait() == .init(exitCode: 0))
        let report = try #require(worker.messages.lazy.compactMap(\.report).first)
        let mark = try #require(worker.messages.last?.delivered)
        var file = try ReceivedFile(sale.journalPath, worker: 0, kind: .attempts, mostBytes: 1 << 30)
        for piece in pieces(worker) { #expect(file.take(piece) == nil) }
        #expect(file.compare(with: mark.journal) == nil)
        var other = mark.journal
        other.digest = "0123456789abcdef"
        #expect(file.compare(with: other) != nil)
        let history = try JournalReader.attempts(at: sale.journalPath)
        #expect(report.tally == Tally(history) && history.count > 10)
        // A piece that is missing is noticed.
        var torn = try ReceivedFile(sale.folder.path + "/torn", worker: 0, kind: .attempts, mostBytes: 1 << 30)
        for piece in pieces(worker).dropLast() { #expect(torn.take(piece) == nil) }
        #expect(torn.compare(with: mark.journal) != nil)
        #expect(torn.take(.init(file: .journal, offset: 1 << 30, bytes: [1])) != nil)
    }

    @Test func answersPingsWhateverItWaitsFor() throws {
        let worker = try sale.worker(isRemote: true)
        let before = Clock.nanoseconds()
        // With the order, while it connects, and while it waits for the doors.
        worker.tell(try sale.order(coordinator: 1, isRemote: true) + Frame.ping(sent: before))
        #expect(pings(worker) { worker.messages.contains { $0.ready != nil } })
        usleep(100_000)
        let sent = Clock.nanoseconds()
        worker.tell(Frame.ping(sent: sent))
        #expect(
            TestProcess.eventually {
                worker.said.contains { if case .pong(sent, _, _) = $0 { true } else { false } }
            })
        for case .pong(let sent, let received, let answered) in worker.said {
            #expect(sent <= received && received <= answered && answered <= Clock.nanoseconds())
        }
        #expect(worker.said.contains { if case .pong(before, _, _) = $0 { true } else { false } })
    }

    /// A clock that is set when nobody asks for it any more would be taken for a sound one: it answers once more when its buyers are done.
    @Test func answersOnceMoreBeforeItLeaves() throws {
        let worker = try busyWorker()
        worker.tell(try sale.line(CoordinatorMessage(stop: .init())))
        #expect(TestProcess.eventually { worker.messages.contains { $0.delivered != nil } })
        usleep(200_000)
        #expect(!TestProcess.hasEnded(worker.process))
        let last = Clock.nanoseconds()
        worker.tell(Frame.ping(sent: last))
        #expect(worker.wait(seconds: 2) == .init(exitCode: 0))
        #expect(worker.said.contains { if case .pong(last, _, _) = $0 { true } else { false } })
    }

    @Test func endsWhenItHearsNothing() throws {
        let worker = try busyWorker()
        let last = Clock.nanoseconds()
        #expect(worker.wait(seconds: 10) == .init(exitCode: 0))
        #expect(Clock.nanoseconds() - last > 2_500_000_000)
        #expect(!worker.messages.contains { $0.report != nil })
        #expect(try leftBehind.isEmpty)
    }

    @Test func endsWhenNobodyGreetsIt() throws {
        let worker = try sale.worker(isRemote: true)
        #expect(worker.wait(seconds: 10) == .init(exitCode: 0))
        #expect(worker.said.isEmpty)
    }

    @Test func endsWithItsInput() throws {
        let worker = try busyWorker()
        worker.closeInput()
        #expect(worker.wait(seconds: 2) == .init(exitCode: 0))
        #expect(try leftBehind.isEmpty)
    }

    @Test func leavesNothingWhenItIsKilled() throws {
        let worker = try busyWorker()
        worker.signal(SIGKILL)
        #expect(worker.wait() == .init(signal: SIGKILL))
        #expect(try leftBehind.isEmpty)
    }

    /// The time for which it was stopped is not the silence of its coordinator.
    @Test func goesOnAfterItWasStopped() throws {
        let worker = try busyWorker()
        worker.signal(SIGSTOP)
        #expect(TestProcess.eventually { TestProcess.isStopped(worker.process) })
        for _ in 0..<18 {
            usleep(200_000)
            worker.tell(Frame.ping(sent: Clock.nanoseconds()))
        }
        worker.signal(SIGCONT)
        worker.tell(try sale.line(CoordinatorMessage(stop: .init())))
        #expect(pings(worker) { worker.messages.contains { $0.delivered != nil } })
        worker.tell(Frame.ping(sent: Clock.nanoseconds()))
        #expect(worker.wait() == .init(exitCode: 0))
    }

    /// An order for a worker of this machine is none for one that was started elsewhere, and the other way round.
    @Test(arguments: [true, false]) func isWhereItsOrderSays(_ isRemote: Bool) throws {
        let worker = try sale.worker(isRemote: isRemote)
        worker.tell(try sale.order(isRemote: !isRemote))
        #expect(worker.wait(seconds: 10) == .init(exitCode: 0))
        #expect(worker.messages.isEmpty)
    }
}

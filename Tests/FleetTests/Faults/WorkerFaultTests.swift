import CLinux
import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import Recordings
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing

@testable import Fleet

/// What a worker does when it is told of faults of the wire.
struct WorkerFaultTests {
    private let sale: SmallSale

    init() throws {
        sale = try SmallSale()
        sale.scenario.faults = [
            Fault(.crashRedis, at: .time(nanoseconds: 0)), Fault(.loseReplies, at: .time(nanoseconds: 0), share: 1),
        ]
    }

    private func signal(_ index: Int, isOn: Bool) throws -> [UInt8] {
        try sale.line(CoordinatorMessage(fault: .init(index: index, isOn: isOn)))
    }

    private func start() throws -> Program {
        try sale.open()
        let worker = try sale.worker()
        worker.tell(try sale.order())
        #expect(TestProcess.eventually { worker.messages.contains { $0.ready != nil } })
        return worker
    }

    private func report(of worker: Program) throws -> WorkerMessage.Report {
        #expect(worker.wait() == .init(exitCode: 0))
        let report = try #require(worker.messages.last?.report)
        #expect(report.tally == Tally(try JournalReader.attempts(at: sale.journalPath)))
        return report
    }

    /// What is told before the doors open holds from the first attempt on; what is another's is none of a worker's.
    @Test func strikesFromTheFirstAttemptOn() throws {
        let worker = try start()
        worker.tell(try signal(0, isOn: true))
        worker.tell(try signal(1, isOn: true))
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        let report = try report(of: worker)
        // Who wrote does not know; nobody else took a unit.
        #expect(report.tally.won == 0 && report.tally.unknown > 0)
        #expect(report.struck == [0, report.tally.unknown])
        var connection = try sale.connect()
        let left = try connection.call(["GET", "{stress:by-hand}:stock"]).integer() ?? -1
        // A lost EXEC sold a unit, or nothing where it met a conflict.
        #expect(left >= sale.scenario.units - report.tally.unknown && left < sale.scenario.units)
    }

    @Test func nothingIsCountedWithoutFaultsOfTheWire() throws {
        sale.scenario.faults = [Fault(.crashRedis, at: .time(nanoseconds: 0))]
        let worker = try start()
        worker.tell(try signal(0, isOn: true))
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        let report = try report(of: worker)
        #expect(report.struck.isEmpty && report.tally.unknown == 0)
    }

    /// A fault that begins in mid-sale and ends again.
    @Test func strikesOnlyWhileTheFaultIsOn() throws {
        sale.scenario.buyers = 1_000_000
        sale.scenario.units = 1_000_000
        sale.scenario.thinkTimeMicroseconds = .init(min: 1000, max: 5000)
        let worker = try start()
        func won() -> Int { worker.messages.last { $0.progress != nil }?.progress?.won ?? 0 }
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        #expect(TestProcess.eventually { won() > 0 })
        worker.tell(try signal(1, isOn: true))
        // Nobody is told of a unit any more.
        #expect(
            TestProcess.eventually {
                let told = worker.messages.compactMap { $0.progress }
                return told.count > 3 && told.last?.won == told.dropLast(2).last?.won
                    && told.last?.attempts != told.dropLast(2).last?.attempts
            })
        let before = won()
        worker.tell(try signal(1, isOn: false))
        #expect(TestProcess.eventually { won() > before })
        worker.tell(try sale.line(CoordinatorMessage(stop: .init())))
        let report = try report(of: worker)
        #expect(report.struck == [0, report.tally.unknown] && report.tally.unknown > 0 && report.tally.won > before)
    }

    /// The coordinator decides by it when a share of the stock is sold.
    @Test func tellsItsProgressOftenWhereAFaultWaitsForIt() throws {
        sale.scenario.faults = [Fault(.killWorker, at: .sold(share: 0.3))]
        sale.scenario.buyers = 1_000_000
        sale.scenario.units = 1_000_000
        sale.scenario.thinkTimeMicroseconds = .init(min: 1000, max: 5000)
        let worker = try start()
        let start = Clock.nanoseconds()
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        func told() -> Int { worker.messages.count { $0.progress != nil } }
        #expect(TestProcess.eventually { told() > 40 })
        // At ten a second there would be fewer.
        #expect(Double(told()) > Double(Clock.nanoseconds() - start) / 1e9 * 10 + 2)
        worker.tell(try sale.line(CoordinatorMessage(stop: .init())))
        _ = try report(of: worker)
    }

    /// Redis keeps buyers out in mid-sale and lets them in again: no hole, and no end of the run.
    @Test(arguments: [1, 3]) func whoIsKeptOutComesBack(_ clients: Int) throws {
        sale.scenario.faults = nil
        sale.scenario.clients = clients
        sale.scenario.buyers = 1_000_000
        sale.scenario.units = 1_000_000
        sale.scenario.thinkTimeMicroseconds = .init(min: 1000, max: 5000)
        let worker = try start()
        func won() -> Int { worker.messages.last { $0.progress != nil }?.progress?.won ?? 0 }
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        #expect(TestProcess.eventually { won() > 0 })
        var connection = try sale.connect()
        let password = sale.server.endpoint.password ?? ""
        _ = try connection.call(["CONFIG", "SET", "requirepass", "another"])
        _ = try connection.call(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"])
        #expect(
            TestProcess.eventually {
                try! JournalReader.attempts(at: sale.journalPath).count { $0.outcome == .failed } > 8
            })
        _ = try connection.call(["CONFIG", "SET", "requirepass", password])
        let before = won()
        // All of them, and with their names.
        #expect(
            TestProcess.eventually {
                let list = (try? connection.call(["CLIENT", "LIST"]).string()) ?? ""
                return list.components(separatedBy: "name=stress-by-hand ").count == 4 * clients + 1
            })
        #expect(TestProcess.eventually { won() > before + 10 })
        worker.tell(try sale.line(CoordinatorMessage(stop: .init())))
        let report = try report(of: worker)
        #expect(report.failure == nil && report.firstHole == nil && report.connectionsAreNamed)
        #expect(report.threads.reduce(0) { $0 + $1.reconnects } == 4 * clients)
        #expect(report.firstError?.contains("another") != true)
    }

    /// A server that stands still: each command has its deadline, everybody goes on, and the run can be ended meanwhile.
    @Test(arguments: [1, 3]) func nobodyWaitsForAFrozenServer(_ clients: Int) throws {
        sale.scenario.faults = nil
        sale.scenario.clients = clients
        sale.scenario.buyers = 1_000_000
        sale.scenario.units = 1_000_000
        sale.scenario.timeoutMilliseconds = 200
        let worker = try start()
        func won() -> Int { worker.messages.last { $0.progress != nil }?.progress?.won ?? 0 }
        func lost() -> Int {
            (try? JournalReader.attempts(at: sale.journalPath).count { $0.outcome == .failed && $0.number > 1 }) ?? 0
        }
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        #expect(TestProcess.eventually { won() > 0 })
        kill(sale.server.processID, SIGSTOP)
        defer { kill(sale.server.processID, SIGCONT) }
        // Connections are refused or left without an answer, and attempts go on to fail.
        #expect(TestProcess.eventually { lost() > 4 * clients })
        kill(sale.server.processID, SIGCONT)
        let before = won()
        #expect(TestProcess.eventually { won() > before + 10 })
        kill(sale.server.processID, SIGSTOP)
        worker.tell(try sale.line(CoordinatorMessage(stop: .init())))
        let report = try report(of: worker)
        #expect(report.failure == nil && report.firstHole == nil && report.lastGivenUpNanoseconds > 0)
    }
}

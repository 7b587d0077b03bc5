import FactsTestSupport
import FlashSale
import Foundation
import Recordings
import Reports
import TestSupport

/// The folder of a right sale of twenty units by two workers, as a run leaves it, and what `stress verify` makes of it.
struct RecordedSale {
    /// What became of it.
    enum Judgement {
        /// The files cannot be read.
        case refused(String)
        case judged(Verdict, RunRecord, report: String)

        /// Neither good nor bad, so that nobody is deceived and nobody accused.
        var isOpen: Bool {
            switch self {
            case .refused: true
            case .judged(let verdict, _, _): verdict.result == .inconclusive
            }
        }

        /// The report in one line, or the error.
        var text: String {
            switch self {
            case .refused(let error): error
            case .judged(_, _, let report): report.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
        }
    }

    /// In nanoseconds.
    static let ahead: UInt64 = 77_000_000_000
    private let elsewhere: MachineClock?
    let folder: TestFolder
    private let scenario: Scenario
    private var tallies = [Tally(), Tally()]
    private var orders: [Ledger.Order] = []
    private var left: Int

    var path: String { folder.path }
    static func journal(_ worker: Int) -> String { "history/worker-\(worker).journal" }

    /// - Parameters:
    ///   - isViolated: whether two buyers of the first worker were sold the same unit.
    ///   - firstTime: CLOCK_MONOTONIC of the opening, so that two sales differ.
    ///   - elsewhere: the clock of the second worker, where that was on another machine, which is ahead by ``ahead``.
    init(
        isViolated: Bool = false, firstTime: UInt64 = 1_000_000, hasDigests: Bool = true, elsewhere: MachineClock? = nil
    ) throws {
        self.elsewhere = elsewhere
        folder = try TestFolder("recorded")
        _ = try folder.folder("history")
        scenario = Scenario(
            strategy: .init(name: "recorded", yaml: "said \"run_json\" : \"1\" and more"), units: 20, buyers: 60,
            attempts: 2,
            procs: 2, threads: 2)
        left = 20
        var journals = [[Attempt]](repeating: [], count: 2)
        for purchase in 1...60 {
            var attempt = Attempt(
                id: scenario.attemptID(purchase: purchase, number: 1), purchase: purchase, buyer: purchase,
                worker: scenario.worker(ofPurchase: purchase), thread: (purchase - 1) / 2 % 2,
                invokedNanoseconds: firstTime + 100 * UInt64(purchase),
                returnedNanoseconds: firstTime + 100 * UInt64(purchase) + 350, outcome: .soldOut)
            if purchase == 30 {
                attempt.outcome = .unknown
                attempt.returnedNanoseconds = nil
            } else if left > 0 {
                left -= 1
                attempt.outcome = .won
                attempt.remaining = isViolated && attempt.worker == 0 && left == 9 ? 11 : left
                orders.append(.init(attempt: attempt.id, buyer: purchase))
            }
            tallies[attempt.worker].count(attempt.outcome)
            if elsewhere != nil, attempt.worker == 1 {
                attempt.invokedNanoseconds += Self.ahead
                attempt.returnedNanoseconds = attempt.returnedNanoseconds.map { $0 + Self.ahead }
            }
            journals[attempt.worker].append(attempt)
        }
        for (worker, attempts) in journals.enumerated() { try write(attempts, worker) }
        try record(firstTime...firstTime + 100_000, hasDigests)
    }

    /// Each thread has a segment of its own.
    private func write(_ attempts: [Attempt], _ worker: Int) throws {
        var bytes = Data(count: JournalRecord.headerSize + 2 * JournalRecord.segmentSize)
        bytes.withUnsafeMutableBytes { bytes in
            JournalHeader(worker: worker).store(to: bytes.baseAddress!)
            for thread in 0..<2 {
                let start = bytes.baseAddress! + JournalRecord.headerSize + thread * JournalRecord.segmentSize
                for (slot, attempt) in attempts.filter({ $0.thread == thread }).enumerated() {
                    JournalRecord.store(attempt, to: start + slot * JournalRecord.size)
                }
            }
        }
        try bytes.write(to: url(Self.journal(worker)))
    }

    private func record(_ span: ClosedRange<UInt64>, _ hasDigests: Bool) throws {
        let ledger = Ledger(orders: orders, isAtomic: true)
        let machines = elsewhere.map { clock in
            [
                RunRecord.Machine(
                    name: "b", engine: .ssh, workers: [1], lost: nil, clock: .init(clock, during: span),
                    openedNs: span.lowerBound + Self.ahead, survey: Survey(History([]), nil), cpuSeconds: 0, cores: nil,
                    othersCpuShare: nil, stealShare: nil, hiccupUs: .init(samples: 0), latencyUs: .init(samples: 0))
            ]
        }
        let clocks = machines.flatMap {
            WorkerClocks($0.map { .init(name: $0.name, clock: $0.clock.envelope, workers: [1]) })
        }
        let journals = MappedJournals(
            (0..<2).map { ("\(path)/\(Self.journal($0))", Self.journal($0)) }, clocks: clocks)
        var facts = RunFacts(
            scenario: scenario, history: journals.history, ledger: ledger, finalStock: .units(left),
            workers: tallies.enumerated().map { .init(index: $0.offset, reported: $0.element) })
        facts.epoch.span = span
        let verdict = Checks.judge(facts)
        let latency = RunRecord.Latency(samples: 60, min: 0.3, mean: 0.35, p50: 0.35, p90: 0.4, p99: 0.4, max: 0.4)
        let measured = RunRecord.Measured(
            totals: .init(facts.recorded.survey, scenario), purchases: .init(facts.recorded.survey.purchases),
            throughput: .init(attempts: 60, commands: 60, elapsedSeconds: 0.1), pace: .init(scenario),
            latencyUs: .init(attempt: latency, purchase: latency),
            workers: tallies.enumerated().map {
                .init(
                    worker: $0.offset, pid: 7, threads: 2, clients: 2, tally: $0.element, reconnects: 0,
                    connectSeconds: 0.01, cpuSeconds: 0.1, cpuShare: 0.5, peakMemoryMib: 9, lost: nil)
            },
            server: .init(
                kind: "redis", version: "7.0.15", mode: "standalone", persistence: "none", url: "embedded",
                maxmemoryPolicy: "noeviction"),
            client: .init(cpuSeconds: 0.2, saturated: false, host: "here", kernel: "Linux", cores: 2))
        var record = RunRecord(
            .init(run: "recorded", started: "2026-01-01T00:00:00Z"), scenario: scenario,
            judged: JudgedSale(facts, verdict: verdict), measured: measured,
            observed: .init(facts), interrupted: false)
        record.machines = machines
        if hasDigests { record.observed.digests = RunFiles.digests(journals: journals.digests, facts) }
        var json = MemorySink()
        RunJSON.write(record, to: &json)
        try Data(json.bytes).write(to: url("run.json"))
        var csv = MemorySink()
        LedgerCSV.write(ledger, to: &csv)
        try Data(csv.bytes).write(to: url("ledger.csv"))
    }

    // MARK: What happens to it

    func url(_ file: String) -> URL { URL(fileURLWithPath: "\(path)/\(file)") }

    func bytes(_ file: String) throws -> Data { try Data(contentsOf: url(file)) }

    func edit(_ file: String, _ change: (inout Data) throws -> Void) throws {
        var bytes = try bytes(file)
        try change(&bytes)
        try bytes.write(to: url(file))
    }

    /// As `stress verify` does it.
    func judged() throws -> Judgement {
        let bytes = [UInt8](try bytes("run.json"))
        do {
            let record = try RunJSON.record(from: bytes)
            guard record.scenario.isPlausible else { return .refused("implausible") }
            let facts = try RecordedFiles(
                folder: path, record: record, isAsWritten: RunJSON.isAsWritten(record, bytes)
            ).facts
            let verdict = Checks.judge(facts)
            let judged = record.judged(facts, verdict)
            var json = MemorySink()
            RunJSON.write(judged, to: &json)
            let report = TextLayout(color: false).text(
                ReportDocument(judged, resultsPath: path, originNanoseconds: facts.recorded.survey.firstInvoked))
            return .judged(verdict, judged, report: report)
        } catch {
            return .refused("\(error)")
        }
    }
}

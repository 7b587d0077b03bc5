import FlashSale
import Glibc
import Recordings
import Reports

/// The folder of a run that never took place, as it is written.
struct RunFolder {
    private let path: String
    private let workers: Int
    private let journals: [UnsafeMutablePointer<FILE>]
    /// The files with what attempts were told beside their records; empty where there are none.
    private let names: [UnsafeMutablePointer<FILE>]

    init(_ path: String, workers: Int, hasNames: Bool = false) {
        self.path = path
        self.workers = workers
        mkdir(path, 0o755)
        mkdir(path + "/history", 0o755)
        journals = (0..<workers).map { Self.open("\(path)/\(RunLayout.journal(worker: $0))", worker: $0, .attempts) }
        names =
            hasNames
            ? (0..<workers).map { Self.open("\(path)/\(RunLayout.names(worker: $0))", worker: $0, .names) } : []
    }

    /// A file with the header of a journal.
    private static func open(_ path: String, worker: Int, _ kind: JournalHeader.Kind) -> UnsafeMutablePointer<FILE> {
        guard let file = fopen(path, "w") else { fail("\(path) cannot be written") }
        var header = [UInt8](repeating: 0, count: JournalRecord.headerSize)
        header.withUnsafeMutableBytes { JournalHeader(worker: worker, of: kind).store(to: $0.baseAddress!) }
        fwrite(header, 1, header.count, file)
        return file
    }

    /// Writes the records of a segment and leaves the rest of it free.
    func write(segment: [UInt8], worker: Int) {
        guard !segment.isEmpty else { return }
        let rest = [UInt8](repeating: 0, count: JournalRecord.segmentSize - segment.count)
        fwrite(segment, 1, segment.count, journals[worker])
        fwrite(rest, 1, rest.count, journals[worker])
    }

    /// Writes entries of names, all of a worker.
    func write(names entries: [UInt8], worker: Int) { fwrite(entries, 1, entries.count, names[worker]) }

    /// The path and the name of each.
    static func journals(in path: String, workers: Int) -> [(path: String, name: String)] {
        (0..<workers).map(RunLayout.journal(worker:)).map { ("\(path)/\($0)", $0) }
    }

    /// Writes what a run writes at its end, and prints attempts, units and what is left.
    ///
    /// - Parameter orders: of all items.
    func close(_ facts: RunFacts, _ scenario: Scenario, _ tallies: [Tally], left: Int, orders: Int) {
        for file in journals + names { fclose(file) }
        var tally = Tally()
        for worker in tallies { tally.add(worker) }
        let nothing = RunRecord.Latency(samples: 0)
        let measured = RunRecord.Measured(
            totals: .init(buyers: scenario.buyers, purchases: scenario.totalPurchases, tally: tally),
            purchases: .init(),
            throughput: .init(attempts: tally.attempts, commands: tally.attempts, elapsedSeconds: 1),
            pace: .init(scenario), latencyUs: .init(attempt: nothing, purchase: nothing),
            workers: tallies.enumerated().map {
                .init(
                    worker: $0.offset, pid: 1, threads: 100, clients: 100, tally: $0.element, reconnects: 0,
                    connectSeconds: 0, cpuSeconds: 0, cpuShare: 0, peakMemoryMib: 0, lost: nil)
            },
            server: .init(
                kind: "none", version: "-", mode: "-", persistence: "none", url: "none", maxmemoryPolicy: nil),
            client: .init(cpuSeconds: 0, saturated: false))
        var record = RunRecord(
            .init(run: "synthetic", started: "2026-01-01T00:00:00Z"), scenario: scenario,
            judged: JudgedSale(
                verdict: .upheld, exitCode: .upheld,
                sale: .init(
                    units: scenario.units, remaining: left, soldToBuyers: tally.won, ledgerOrders: orders),
                checks: [], findings: []), measured: measured, observed: .init(facts), interrupted: false)
        // What is left of each is kept with what is said of it.
        record.items =
            facts.items.isEmpty
            ? nil
            : facts.items.map { own in
                var facts = facts
                facts.items = []
                facts.epoch = own.epoch
                return RunRecord.Item(own.item, facts: facts, verdict: Verdict(checks: [], findings: []))
            }
        let written = MappedJournals(
            Self.journals(in: path, workers: workers),
            names: names.indices.map { ($0, "\(path)/\(RunLayout.names(worker: $0))", RunLayout.names(worker: $0)) })
        guard written.problems.isEmpty else { fail(written.problems.joined(separator: "; ")) }
        record.observed.digests = RunFiles.digests(journals: written.digests, facts)
        do {
            var json = try FileSink(path: path + "/run.json")
            RunJSON.write(record, to: &json)
            try json.close()
            var csv = try FileSink(path: path + "/ledger.csv")
            if facts.items.isEmpty, let ledger = facts.epoch.ledger {
                LedgerCSV.write(ledger, to: &csv)
            } else {
                LedgerCSV.write(facts.items, to: &csv)
            }
            try csv.close()
        } catch {
            fail("\(error)")
        }
        print("\(tally.attempts) \(scenario.units) \(left)")
    }
}

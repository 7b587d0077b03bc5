package import FlashSale

/// All files of a run's folder except the journals, which the workers write.
package enum RunFiles {
    /// A file and the function that writes it.
    struct File: Sendable {
        var name: String
        var write: @Sendable (RunResults, inout FileSink) -> Void
        /// Whether a run has anything to write to it.
        var isLeft: @Sendable (RunFacts) -> Bool = { _ in true }
    }

    /// In the order in which they are written: `run.json` comes last, since it lists the files that are missing.
    static let all: [File] = [
        File(name: RunLayout.attempts) {
            AttemptsCSV.write(
                $0.facts.recorded.history, nodes: $0.facts.recorded.nodes, of: $0.record.scenario, to: &$1)
        },
        File(
            name: ledgerName,
            write: { results, sink in
                if let ledger = results.facts.epoch.ledger { LedgerCSV.write(ledger, to: &sink) }
                if !results.facts.items.isEmpty { LedgerCSV.write(results.facts.items, to: &sink) }
            }, isLeft: { $0.keepsOrders }),
        File(
            name: RunLayout.units,
            write: { results, sink in
                if let names = results.facts.epoch.forSale?.names { UnitsCSV.write(names, to: &sink) }
            }, isLeft: { $0.epoch.forSale?.names != nil }),
        File(name: RunLayout.purchases) { results, sink in
            let scenario = results.record.scenario
            PurchasesCSV.write(
                Purchase.all(
                    of: scenario, in: results.facts.recorded.history, table: results.facts.recorded.survey.purchases,
                    planned: PlannedStarts(scenario), openedNanoseconds: results.openedNanoseconds), to: &sink)
        },
        File(
            name: RunLayout.items, write: { ItemsCSV.write($0.record.items ?? [], to: &$1) },
            isLeft: { !$0.items.isEmpty }),
        File(name: RunLayout.timeline) { TimelineCSV.write(Timeline($0.facts.recorded.history), to: &$1) },
        File(
            name: RunLayout.itemsTimeline,
            write: { ItemsTimelineCSV.write($0.facts.recorded.history, of: $0.record.scenario, to: &$1) },
            isLeft: { !$0.items.isEmpty }),
        File(name: RunLayout.workers) { WorkersCSV.write($0.record.workers, to: &$1) },
        File(name: RunLayout.attemptLatencies) { HistogramFile.write($0.latencies.attempts, to: &$1) },
        File(name: RunLayout.purchaseLatencies) { HistogramFile.write($0.latencies.purchases, to: &$1) },
        File(name: RunLayout.summary) { SummaryCSV.write($0.record, to: &$1) },
        File(name: RunLayout.metrics) { $1.append(RunMetrics.text($0.record)) },
        File(name: RunLayout.page) { ReportPage.write([PageRun($0)], to: &$1) },
        File(name: runJSONName) { RunJSON.write($0.record, to: &$1) },
    ]

    /// The files of a run's folder except the journals, and `runs.csv` beside it.
    package static var names: [String] { all.map(\.name) + [runsTableName] }

    static let runJSONName = RunLayout.record
    private static let ledgerName = RunLayout.ledger
    private static let runsTableName = RunLayout.runsTable

    /// What `verify` compares the files with.
    ///
    /// - Parameter journals: their digests; those of `ledger.csv` and `units.csv` are made here, from what is written there.
    package static func digests(journals: [FileDigest], _ facts: RunFacts) -> RunRecord.Digests {
        var files = journals
        if facts.keepsOrders {
            var sink = DigestSink()
            if let ledger = facts.epoch.ledger { LedgerCSV.write(ledger, to: &sink) }
            if !facts.items.isEmpty { LedgerCSV.write(facts.items, to: &sink) }
            files.append(sink.fileDigest(ledgerName))
        }
        if let names = facts.epoch.forSale?.names {
            var sink = DigestSink()
            UnitsCSV.write(names, to: &sink)
            files.append(sink.fileDigest(RunLayout.units))
        }
        return RunRecord.Digests(files: files)
    }

    /// Writes every file that can be written, `run.json` after the others, and appends the run to the table of all runs.
    ///
    /// The record lists what could not be written, so that `run.json`, the table and the printed report say so.
    ///
    /// - Parameters:
    ///   - folder: the run's own folder.
    ///   - runsTable: `runs.csv` of all runs.
    /// - Returns: why the first missing file could not be written.
    package static func write(_ results: inout RunResults, folder: String, runsTable: String) -> ReportError? {
        var problems: [ReportError] = []
        for file in all {
            guard file.isLeft(results.facts) else { continue }
            do throws(ReportError) {
                var sink = try FileSink(path: "\(folder)/\(file.name)")
                file.write(results, &sink)
                try sink.close()
            } catch {
                results.record.miss(file.name, because: error)
                problems.append(error)
            }
        }
        do throws(ReportError) {
            try RunsCSV.append(results.record, path: runsTable)
        } catch {
            results.record.miss(runsTableName, because: error)
            problems.append(error)
        }
        return problems.first
    }
}

extension RunRecord {
    /// Lists a file as missing, which changes the exit code.
    ///
    /// - Parameter reason: with the file's path.
    package mutating func miss(_ file: String, because reason: ReportError) {
        miss(file, because: reason.description, status: reason.status)
    }

    /// - Parameter status: becomes the exit code, unless the run has a worse one.
    package mutating func miss(_ file: String, because reason: String, status: ExitStatus) {
        if status.worse(than: exitCode) { exitCode = status }
        missingFiles = (missingFiles ?? []) + [file]
        findings.append(Finding(.resultsIncomplete, "The results lack \(file): \(reason)."))
    }
}

extension RunFacts {
    /// Whether there are orders to be written down.
    fileprivate var keepsOrders: Bool { epoch.ledger != nil || items.contains { $0.epoch.ledger != nil } }
}

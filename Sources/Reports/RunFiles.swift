package import FlashSale

/// All files of a run's folder, but for the journals, which the workers write.
package enum RunFiles {
    /// What `verify` holds the files against.
    ///
    /// - Parameter journals: what these are like; `ledger.csv` is as ``LedgerCSV`` writes it.
    package static func digests(journals: [FileDigest], _ ledger: Ledger?) -> RunRecord.Digests {
        guard let ledger else { return RunRecord.Digests(files: journals) }
        var sink = DigestSink()
        LedgerCSV.write(ledger, to: &sink)
        return RunRecord.Digests(files: journals + [sink.fileDigest("ledger.csv")])
    }

    /// Writes every file that can be written, `run.json` after the others, and appends the run to the table of all runs.
    ///
    /// What cannot be written is said in the record, so that `run.json`, the table, and whatever is printed afterwards tell it.
    ///
    /// - Parameters:
    ///   - distributions: all percentiles of attempts and of purchases, by the names of their files.
    ///   - openedNanoseconds: CLOCK_MONOTONIC of the opening.
    ///   - folder: the run's own folder.
    ///   - runsTable: `runs.csv` of all runs.
    /// - Returns: why the first of the files that are missing is.
    package static func write(
        _ record: inout RunRecord, facts: RunFacts, distributions: [(file: String, LatencyDistribution)],
        openedNanoseconds: UInt64, folder: String, runsTable: String
    ) -> ReportError? {
        var problems: [ReportError] = []
        func attempt(_ file: String, _ write: (inout FileSink) -> Void) {
            do throws(ReportError) {
                var sink = try FileSink(path: "\(folder)/\(file)")
                write(&sink)
                try sink.close()
            } catch {
                record.miss(file, because: error)
                problems.append(error)
            }
        }
        attempt("attempts.csv") { AttemptsCSV.write(ChronologicalHistory(facts.history), to: &$0) }
        if let ledger = facts.ledger {
            attempt("ledger.csv") { LedgerCSV.write(ledger, to: &$0) }
        }
        attempt("purchases.csv") {
            PurchasesCSV.write(
                Purchase.all(
                    of: record.scenario, facts.history, facts.survey.purchases,
                    planned: PlannedStarts(record.scenario), openedNanoseconds: openedNanoseconds), to: &$0)
        }
        attempt("timeline.csv") { TimelineCSV.write(facts.history, to: &$0) }
        attempt("workers.csv") { WorkersCSV.write(record.workers, to: &$0) }
        for (file, distribution) in distributions {
            attempt(file) { PercentileText.write(distribution, to: &$0) }
        }
        attempt("summary.csv") { SummaryCSV.write(record, to: &$0) }
        attempt("run.json") { RunJSON.write(record, to: &$0) }
        do throws(ReportError) {
            try RunsCSV.append(record, path: runsTable)
        } catch {
            record.miss("runs.csv", because: error)
            problems.append(error)
        }
        return problems.first
    }
}

extension RunRecord {
    /// Says that a file is not there, and ends with the code for that.
    ///
    /// - Parameter reason: with the file's path.
    package mutating func miss(_ file: String, because reason: ReportError) {
        miss(file, because: reason.description, reason.status)
    }

    /// - Parameter status: counts where the run has no problem of its own yet.
    package mutating func miss(_ file: String, because reason: String, _ status: ExitStatus) {
        if status.worse(than: exitCode) { exitCode = status }
        missingFiles = (missingFiles ?? []) + [file]
        findings.append(Finding(.resultsIncomplete, "The results lack \(file): \(reason)."))
    }
}

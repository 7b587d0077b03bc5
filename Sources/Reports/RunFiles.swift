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

    /// Writes every file that can be written, `run.json` last, and appends the run to the table of all runs.
    ///
    /// - Parameters:
    ///   - distributions: all percentiles of attempts and of purchases, by the names of their files.
    ///   - folder: the run's own folder.
    ///   - runsTable: `runs.csv` of all runs.
    /// - Throws: the first ``ReportError``; the other files were written all the same.
    package static func write(
        _ record: RunRecord, facts: RunFacts, distributions: [(file: String, LatencyDistribution)], folder: String,
        runsTable: String
    ) throws(ReportError) {
        var problem: ReportError?
        func attempt(_ write: () throws(ReportError) -> Void) {
            do throws(ReportError) {
                try write()
            } catch {
                problem = problem ?? error
            }
        }
        attempt { () throws(ReportError) in
            var sink = try FileSink(path: folder + "/attempts.csv")
            AttemptsCSV.write(ChronologicalHistory(facts.history), to: &sink)
            try sink.close()
        }
        if let ledger = facts.ledger {
            attempt { () throws(ReportError) in
                var sink = try FileSink(path: folder + "/ledger.csv")
                LedgerCSV.write(ledger, to: &sink)
                try sink.close()
            }
        }
        attempt { () throws(ReportError) in
            var sink = try FileSink(path: folder + "/purchases.csv")
            let purchases = Purchase.all(of: record.scenario, facts.history, facts.survey.purchases)
            PurchasesCSV.write(purchases, to: &sink)
            try sink.close()
        }
        attempt { () throws(ReportError) in
            var sink = try FileSink(path: folder + "/timeline.csv")
            TimelineCSV.write(facts.history, to: &sink)
            try sink.close()
        }
        attempt { () throws(ReportError) in
            var sink = try FileSink(path: folder + "/workers.csv")
            WorkersCSV.write(record.workers, to: &sink)
            try sink.close()
        }
        attempt { () throws(ReportError) in
            var sink = try FileSink(path: folder + "/summary.csv")
            SummaryCSV.write(record, to: &sink)
            try sink.close()
        }
        for (file, distribution) in distributions {
            attempt { () throws(ReportError) in
                var sink = try FileSink(path: "\(folder)/\(file)")
                PercentileText.write(distribution, to: &sink)
                try sink.close()
            }
        }
        attempt { () throws(ReportError) in
            var sink = try FileSink(path: folder + "/run.json")
            RunJSON.write(record, to: &sink)
            try sink.close()
        }
        attempt { () throws(ReportError) in try RunsCSV.append(record, path: runsTable) }
        if let problem { throw problem }
    }
}

internal import FlashSale
internal import Foundation
internal import Recordings
internal import Reports

/// Runs that are there: one run's folder, or a folder with several.
struct ComparedFolder {
    let path: String
    private(set) var runs: [ComparisonRun] = []
    /// What makes a verdict doubtful.
    private(set) var findings: [String] = []

    /// By their names.
    var strategies: [String] { Set(runs.map(\.strategy)).sorted() }

    /// - Throws: ``RunError`` with 64 where no run is, or one cannot be read.
    init(_ path: String) throws(RunError) {
        self.path = path
        for folder in try Self.folders(path) { try read(folder) }
    }

    private static func folders(_ path: String) throws(RunError) -> [String] {
        func hasRecord(_ folder: String) -> Bool {
            FileManager.default.fileExists(atPath: "\(folder)/\(RunLayout.record)")
        }
        if hasRecord(path) { return [path] }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        // `latest` is a link to one of the others.
        let folders = names.map { "\(path)/\($0)" }.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: $0)) == nil && hasRecord($0)
        }
        guard !folders.isEmpty else {
            throw RunError(
                .usage,
                "no run is in \(path): a run's folder, which has a \(RunLayout.record), or a folder with such folders is wanted"
            )
        }
        return folders
    }

    private mutating func read(_ folder: String) throws(RunError) {
        var (record, isAsWritten) = try RecordOfRun.read(in: folder)
        if isAsWritten != true {
            record.verdict = max(record.verdict, .inconclusive)
            findings.append(
                "\(folder)/\(RunLayout.record) is not proven to be what the run wrote, so its verdict counts as \(record.verdict.word); stress verify \(folder) judges it again."
            )
        }
        var sellOut: Double?
        if FileManager.default.fileExists(atPath: "\(folder)/\(RunLayout.history)") {
            let facts = try RecordedFiles(folder: folder, record: record, isAsWritten: isAsWritten).facts
            if facts.recorded.journalProblems.isEmpty { sellOut = Self.sellOutSeconds(record, facts) }
        }
        runs.append(ComparisonRun(record, sellOutSeconds: sellOut, folder: folder))
    }

    /// When the sale was sold out, by its history; nil where nobody knows when the doors opened.
    static func sellOutSeconds(_ record: RunRecord, _ facts: RunFacts) -> Double? {
        guard let opened = record.observed.openedNs ?? facts.recorded.survey.firstInvoked else { return nil }
        return SellOut.seconds(
            facts.recorded.history, units: record.sale.units + (record.sale.restocked ?? 0),
            idempotency: facts.rules.idempotency, openedNanoseconds: opened)
    }

    /// - Throws: ``RunError`` with 64 where runs of different loads are together.
    func refuseOtherLoads() throws(RunError) {
        for run in runs.dropFirst() {
            try ComparedSubject.refuse(
                runs[0].folder ?? path, runs[0].load, run.folder ?? path, run.load)
        }
    }
}

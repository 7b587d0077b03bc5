internal import ArgumentParser
internal import FlashSale
internal import Foundation
internal import Recordings
internal import Reports

/// `stress report`: runs that are over as one page of HTML. It judges nothing anew.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show a run, or several side by side, as one page for a browser.",
        discussion: """
            Every run leaves its page as report.html. This makes it anew from the run's files, of runs of earlier versions too, \
            and shows the verdict that run.json has; stress verify judges a run again. It ends with the worst verdict that it \
            shows: 0, 1 or 2.
            """)

    @Argument(help: ArgumentHelp("The runs' folders.", valueName: "run"), completion: .directory)
    var folders: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where the page goes. Default: report.html in the run's folder, or for several report-of-N-runs.html in the first one's.",
            valueName: "file"), completion: .file())
    var output: String?

    func validate() throws {
        guard !folders.isEmpty else {
            throw ValidationError(
                "the folder of a run is wanted, such as results/latest; several are shown side by side")
        }
        guard folders.count <= 20 else {
            throw ValidationError("\(folders.count) runs are too many for a page; up to 20 fit")
        }
        if output?.isEmpty == true { throw ValidationError("--output: a file is wanted; found nothing") }
    }

    mutating func run() throws {
        let command = self
        try CommandLineEnd.with { () throws(RunError) in try command.execute() }
    }

    private func execute() throws(RunError) -> ExitStatus {
        var runs: [PageRun] = []
        var worst = CheckResult.Result.notApplicable
        for folder in folders {
            let (run, verdict) = try run(in: folder)
            runs.append(run)
            worst = max(worst, verdict)
        }
        let path = output ?? Self.defaultPath(folders)
        do throws(ReportError) {
            var sink = try FileSink(path: path)
            ReportPage.write(runs, to: &sink)
            try sink.close()
        } catch {
            throw RunError(error.status, "\(error); name another file with --output")
        }
        try Terminal.write(path + "\n")
        return ExitStatus(worst)
    }

    private static func defaultPath(_ folders: [String]) -> String {
        folders[0] + "/" + (folders.count == 1 ? RunLayout.page : "report-of-\(folders.count)-runs.html")
    }

    /// A run as far as its files tell of it, and its verdict.
    private func run(in folder: String) throws(RunError) -> (PageRun, CheckResult.Result) {
        let (record, isAsWritten) = try RecordOfRun.read(in: folder)
        var remarks: [String] = []
        if isAsWritten == false {
            remarks.append(
                "run.json is not what the run wrote: its content was changed, so this may not be what was found. stress verify judges the run again."
            )
        }
        let facts: RunFacts
        do throws(RunError) {
            facts = try RecordedFiles(folder: folder, record: record, isAsWritten: isAsWritten).facts
        } catch {
            remarks.append("The run's files cannot be read back: \(error.message).")
            facts = record.facts(history: History([Attempt]()), journalProblems: [error.message], orders: [])
        }
        let (recorded, counted) = (facts.recorded.history.count, record.totals.tally.attempts)
        if recorded != counted {
            remarks.append(
                "Of \(counted.counted("attempt")) that the run counted, \(recorded.grouped) can be read back from its history, so that "
                    + "pictures and what happened around the evidence are left out.")
            remarks += facts.recorded.journalProblems.prefix(5).map { "The history: \($0)." }
        }
        let results = RunResults(
            record: record, facts: facts,
            latencies: LatencyHistograms(
                attempts: Self.latencies(folder, RunLayout.attemptLatencies, of: "attempts"),
                purchases: Self.latencies(folder, RunLayout.purchaseLatencies, of: "purchases")),
            openedNanoseconds: record.observed.openedNs ?? facts.recorded.survey.firstInvoked ?? 0)
        let isBeside = folders.count == 1 && output == nil
        let page = PageRun(
            results, remarks: remarks, hasHistory: recorded == counted, folder: isBeside ? nil : folder)
        // What was changed, or does not agree with itself, is never taken for green.
        let doubt: CheckResult.Result = isAsWritten == false ? .inconclusive : .notApplicable
        return (page, max(record.verdict, doubt, record.checks.map(\.result).max() ?? .notApplicable))
    }

    /// Empty where the run has no such file, or none that can be read.
    private static func latencies(_ folder: String, _ name: String, of subject: String) -> LatencyHistogram {
        let bytes = try? SmallInput.bytes(of: "\(folder)/\(name)", limit: 16 << 20)
        return HistogramFile.read(String(decoding: bytes ?? [], as: UTF8.self), of: subject)
    }
}

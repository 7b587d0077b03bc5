internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Reports

/// The flags that say what is shown and where it is kept.
struct ResultsOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(
        help: ArgumentHelp("Where results go: a folder for each run, latest, and runs.csv.", valueName: "folder"),
        completion: .directory)
    var output = "results"

    @Option(help: "What is printed: text, or json (the same as run.json).")
    var format = Format.text

    /// The record of the run that was made last.
    var latestRecord: String { "\(output)/latest/\(RunLayout.record)" }

    func validate() throws {
        if output.isEmpty { throw ValidationError("--output: a folder is wanted; found nothing") }
    }

    /// Writes the run's files, and lets `latest` point to them, even where some are missing: it is the latest run all the same.
    /// What could not be written is said in the record.
    ///
    /// - Returns: the first problem, with 73 or 74; what could be written was written.
    func write(_ results: inout RunResults, _ folder: RunFolder) -> RunError? {
        // Known before, so that run.json and the table of all runs tell it, too.
        let obstacle = folder.latestObstacle
        if let obstacle { results.record.miss("latest", because: obstacle.message, status: obstacle.status) }
        let problem = RunFiles.write(
            &results, folder: folder.path, runsTable: folder.runsTablePath)
        let first = problem.map { RunError($0.status, $0.description) } ?? obstacle
        guard obstacle == nil else { return first }
        do throws(RunError) {
            try folder.becomeLatest()
            return first
        } catch {
            results.record.miss("latest", because: error.message, status: error.status)
            return first ?? error
        }
    }

    /// The report on one run, with the path of its folder.
    func document(_ results: RunResults, _ folder: RunFolder) -> ReportDocument {
        ReportDocument(results, resultsPath: folder.path)
    }
}

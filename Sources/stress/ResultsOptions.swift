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

    /// The whole report on one run.
    ///
    /// - Parameter closes: whether nothing follows it.
    func text(_ results: RunResults, _ folder: RunFolder, closes: Bool = true) -> String {
        Terminal.layout.text(ReportDocument(results, resultsPath: folder.path), closes: closes)
    }

    /// Prints the result on standard output.
    ///
    /// - Throws: ``RunError`` with 74 if it cannot be written there.
    func show(_ results: RunResults, _ folder: RunFolder) throws(RunError) {
        var output = MemorySink()
        switch format {
        case .json:
            RunJSON.write(results.record, to: &output)
            try Terminal.write(data: output.bytes)
        case .text: try Terminal.write(text(results, folder))
        }
    }

    /// Prints what several runs say together on standard output, and where that is not good, what one of them has to say.
    ///
    /// - Throws: ``RunError`` with 74 if it cannot be written there.
    func show(_ series: SeriesRecord, folders: [RunFolder], decisive: String?) throws(RunError) {
        var output = MemorySink()
        switch format {
        case .json:
            RunJSON.write(series, to: &output)
            try Terminal.write(data: output.bytes)
        case .text:
            let document = ReportDocument(series, resultsPaths: folders.map(\.path))
            Terminal.layout.write(document, to: &output, closes: decisive == nil)
            if let decisive { output.append("\n\(decisive)\n\(Terminal.layout.closing(document))\n") }
            try Terminal.write(output.text)
        }
    }
}

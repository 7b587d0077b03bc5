internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host
internal import Reports

/// `stress compare`: several subjects, run in turns or recorded before, and what sets them apart.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract:
            "Compare strategies, or runs that were made before, and say which differences are beyond the spread of the runs.",
        discussion: """
            A subject is a built-in strategy, a strategy file, a run's folder, or a folder with runs of one strategy. Strategies are run \
            in turns, each round with the next seed. Exit code: the worst verdict of all runs. With --baseline, 1 too where a figure is \
            worse beyond the spread, and 2 where there are too few runs to tell. See docs/compare.md.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, csv
    }

    @Argument(
        help: ArgumentHelp("Built-in strategies, strategy files, and folders of runs.", valueName: "subject"),
        completion: Completion.strategy)
    var subjects: [String] = []

    @Option(
        help:
            "Runs of each strategy. Default: 5, or as many as it takes for the number of subjects to show a difference."
    )
    var runs: Int?

    @Option(
        help: ArgumentHelp(
            "Runs that the subjects are held against: a run's folder, a folder of runs, or a compare.json.",
            valueName: "folder|file"), completion: .file())
    var baseline: String?

    @OptionGroup(title: "Sale and buyers") var load: LoadOptions
    @OptionGroup(title: "Pace") var pace: PaceOptions
    @OptionGroup(title: "Faults") var faults: FaultOptions
    @OptionGroup(title: "Server") var server: ServerOptions

    @Option(
        help: ArgumentHelp(
            "Where the runs' folders go, and in a folder of their own compare.html, compare.json, compare.csv and compare-differences.csv.",
            valueName: "folder"), completion: .directory)
    var output = "results"

    @Option(help: "What is printed: text, json (as compare.json) or csv (as compare.csv).")
    var format = Format.text

    @Flag(name: .customLong("no-rehearsal"), help: "As stress run has it.")
    var skipsRehearsal = false

    @Flag(name: .customLong("no-claim-trial"), help: "As stress run has it.")
    var skipsClaimTrial = false

    func validate() throws {
        if faults.isList { return }
        if let runs, !(1...100).contains(runs) {
            throw ValidationError("--runs \(runs): a number from 1 to 100 is wanted")
        }
        if output.isEmpty { throw ValidationError("--output: a folder is wanted; found nothing") }
        if let strategy = load.strategy {
            throw ValidationError("--strategy \(strategy): strategies that are compared are named without a flag")
        }
        if let baseline, baseline.isEmpty {
            throw ValidationError("--baseline: a folder of runs or a compare.json is wanted; found nothing")
        }
        let wanted = baseline == nil ? 2 : 1
        guard subjects.count >= wanted else {
            throw ValidationError(
                wanted == 2
                    ? "two subjects at least are wanted, such as naive lua, or one and --baseline; found \(subjects.first ?? "none")"
                    : "what is held against the baseline is wanted: a strategy, or a folder of runs; found none")
        }
    }

    mutating func run() throws {
        if faults.isList { return print(FaultOptions.list) }
        let command = self
        try CommandLineEnd.with { () throws(RunError) in try command.execute() }
    }

    private func execute() throws(RunError) -> ExitStatus {
        let started = Date()
        var compared: [ComparedSubject] = []
        let seed = load.seed ?? UInt64.random(in: 1...UInt64(UInt32.max))
        for name in subjects { compared.append(try ComparedSubject(name, self, seed: seed)) }
        let baseline = try self.baseline.map { path throws(RunError) in try ComparedBaseline(path) }
        ComparedSubject.nameApart(&compared)
        try ComparedSubject.refuseOtherLoads(compared)
        try baseline?.refuseOtherLoads(compared)
        let wanted = runs ?? Self.usualRuns(compared.count, against: baseline)
        let problem = try ComparedSubject.run(&compared, rounds: wanted)
        let isFresh = compared.contains { $0.fresh != nil }
        let ended = problem?.status ?? (Interruption.requests > 0 ? .interrupted : nil)
        var record = ComparisonRecord(
            started: started.formatted(.iso8601), compared.map(\.subject),
            baseline: baseline?.matching(compared), runsWanted: isFresh ? wanted : nil, endedBy: ended)
        record.findings = compared.flatMap(\.findings) + (baseline?.findings ?? []) + record.findings
        let folder = try RunFolder(parent: output, strategy: "compare", started: started)
        rmdir(folder.historyPath)
        let unwritten = write(record, folder)
        try show(record, folder.path)
        if let problem = problem ?? unwritten { throw problem }
        return record.exitCode
    }

    /// As many as it takes for a subject that is always ahead to be found so.
    private static func usualRuns(_ subjects: Int, against baseline: ComparedBaseline?) -> Int {
        let figures = ComparisonFigure.tested.count
        let among = ComparisonTests.runsNeeded(tests: max(1, subjects * (subjects - 1) / 2 * figures))
        let against = baseline.map { baseline in
            ComparisonTests.runsNeeded(tests: subjects * figures, against: baseline.fewestRuns)
        }
        return max(
            subjects > 1 ? among ?? ComparisonTests.fewestRuns : ComparisonTests.fewestRuns,
            (against ?? nil) ?? ComparisonTests.fewestRuns)
    }

    /// - Returns: why a file could not be written; the others are.
    private func write(_ record: ComparisonRecord, _ folder: RunFolder) -> RunError? {
        var problem: ReportError?
        func write(_ name: String, _ body: (inout FileSink) -> Void) {
            do throws(ReportError) {
                var sink = try FileSink(path: "\(folder.path)/\(name)")
                body(&sink)
                try sink.close()
            } catch {
                problem = problem ?? error
            }
        }
        write(ComparedBaseline.fileName) { ComparisonJSON.write(record, to: &$0) }
        write("compare.csv") { ComparisonCSV.write(record, to: &$0) }
        write("compare-differences.csv") { ComparisonCSV.writeDifferences(record, to: &$0) }
        write("compare.html") {
            ReportPage.write(
                ReportDocument(record, resultsPath: folder.path), charts: ComparisonCharts.all(of: record),
                title: "Comparison", to: &$0)
        }
        return problem.map { RunError($0.status, $0.description) }
    }

    private func show(_ record: ComparisonRecord, _ path: String) throws(RunError) {
        var output = MemorySink()
        switch format {
        case .json: ComparisonJSON.write(record, to: &output)
        case .csv: ComparisonCSV.write(record, to: &output)
        case .text: return try Terminal.write(Terminal.layout.text(ReportDocument(record, resultsPath: path)))
        }
        try Terminal.write(data: output.bytes)
    }
}

internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host
internal import Reports
internal import Strategies

/// `stress matrix`: many small sales, and what each came to, as a table.
struct MatrixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix",
        abstract: "Run small sales of several strategies under several faults, and show all verdicts as a table.",
        discussion: """
            Each cell is a run on a private server of its own: a strategy, a way to keep data, and a fault. Without arguments it is a set \
            that shows what is to be learned and takes two or three minutes. Exit code 0 whatever the verdicts are: the table is the \
            result; 130 where it was interrupted, with the cells that were made.
            """)

    @Argument(
        help: ArgumentHelp("Built-in strategies, and strategy files.", valueName: "name|file"),
        completion: Completion.strategy)
    var strategies: [String] = []

    @Option(help: ArgumentHelp("none, rdb, everysec or always. May be repeated.", valueName: "kind"))
    var persistence: [Scenario.Persistence] = []

    @Option(
        help: ArgumentHelp(
            "none, a fault as stress run takes it (crash-redis@30%), or only its kind (crash-redis). May be repeated.",
            valueName: "fault"),
        completion: Completion.matrixFaults)
    var fault: [String] = []

    @Flag(
        help:
            "On several servers in the place of one: replicas:2, sentinel:3 and cluster:3+3, with what such servers can suffer."
    )
    var topology = false

    @Flag(
        help:
            "All built-in strategies, all ways to keep data and all faults, where nothing else is named. It takes long."
    )
    var full = false

    @Flag(help: "Let purchases go on after an unknown attempt in every sale, as careless clients do.")
    var retryUnknown = false

    @Option(help: "Runs of each cell; the worst is shown.")
    var runs = 1

    @Option(help: "Worker processes of each sale.")
    var procs = 2

    @Option(help: "Threads in each worker process.")
    var threads = 1

    @Option(help: "Connections that each thread drives.")
    var clients = 10

    @Option(help: "Units of stock of each sale. Default: 600.")
    var units: Int?

    @Option(help: "Buyers of each sale. Default: one and a half for each unit.")
    var buyers: Int?

    @Option(help: "Fixes ids, think times and what faults strike. Default: a random one, which matrix.json tells.")
    var seed: UInt64?

    @Option(
        help: ArgumentHelp("Where matrix.csv and matrix.json go, in a folder of their own.", valueName: "folder"),
        completion: .directory)
    var output = "results"

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, csv
    }

    @Option(help: "What is printed: text, json (as matrix.json) or csv (as matrix.csv).")
    var format = Format.text

    func validate() throws {
        for (flag, value, range) in [
            ("--runs", runs, 1...100), ("--procs", procs, 1...16), ("--threads", threads, 1...1000),
            ("--clients", clients, 1...1000), ("--units", units ?? 1, 1...1_000_000),
            ("--buyers", buyers ?? 1, 1...1_000_000),
        ] where !range.contains(value) {
            throw ValidationError(
                "\(flag) \(value): a number from \(range.lowerBound) to \(range.upperBound) is wanted")
        }
        guard procs * threads * clients <= 10_000 else {
            throw ValidationError(
                "\(procs) x \(threads) x \(clients) are \(procs * threads * clients) connections; a private server of the matrix takes 10000 at most"
            )
        }
        if output.isEmpty { throw ValidationError("--output: a folder is wanted; found nothing") }
        if Set(persistence).count != persistence.count {
            throw ValidationError(
                "--persistence \(persistence.map(\.rawValue).joined(separator: ", ")): one is there twice")
        }
        let faults = try planned()
        if Set(faults.map { $0.fault?.text }).count != faults.count, !fault.isEmpty {
            throw ValidationError("--fault \(fault.joined(separator: ", ")): one is there twice")
        }
    }

    private func planned() throws(ValidationError) -> [MatrixFault] {
        var faults: [MatrixFault] = []
        for text in fault {
            if text == "none" {
                faults.append(MatrixFault(nil, retriesUnknown: retryUnknown))
            } else if let kind = FaultKind(rawValue: text) {
                faults.append(MatrixFault(MatrixFault.usual(kind), retriesUnknown: retryUnknown))
            } else {
                do throws(FaultText.Problem) {
                    faults.append(MatrixFault(try FaultText.fault(text), retriesUnknown: retryUnknown))
                } catch {
                    throw ValidationError("--fault \(text): \(error.message)")
                }
            }
        }
        return faults
    }

    mutating func run() throws {
        let command = self
        try CommandLineEnd.with { () throws(RunError) in try command.execute() }
    }

    private func execute() throws(RunError) -> ExitStatus {
        let plan = try plan()
        let folder = try RunFolder(parent: output, strategy: "matrix", started: Date())
        rmdir(folder.historyPath)
        Interruption.listen()
        Suspension.listen()
        let display = MatrixDisplay(plan)
        var record: MatrixRecord
        do throws(RunError) {
            record = try MatrixSurvey(plan).run(show: display.show)
        } catch {
            display.clear()
            folder.remove()
            throw error
        }
        display.clear()
        let problem = write(record, folder)
        try show(record, folder.path)
        if let problem { throw problem }
        return record.interrupted ? .interrupted : .upheld
    }

    /// - Throws: ``RunError`` with 64 for a strategy that cannot be read, or that needs more than a private server.
    private func plan() throws(RunError) -> MatrixPlan {
        var load = MatrixPlan.Load(seed: seed ?? UInt64.random(in: 1...UInt64(UInt32.max)))
        (load.procs, load.threads, load.clients, load.runs) = (procs, threads, clients, runs)
        (load.units, load.buyers) = (units, buyers)
        var rows: [MatrixPlan.Row] = []
        for name in strategies.isEmpty ? usualStrategies : strategies {
            let (strategy, source) = try StrategyArgument(name).load()
            guard strategy.usesServer, strategy.canBeRehearsed else {
                throw RunError(
                    .usage,
                    "\(name): every sale of the matrix is on a private server, and this one needs a service, programs or other stores; use "
                        + "stress run --fault")
            }
            if rows.contains(where: { $0.strategy.name == strategy.name }) {
                throw RunError(
                    .usage, "\(name): there are two strategies \(strategy.name); let each have a name of its own")
            }
            rows.append(MatrixPlan.Row(strategy, source))
        }
        // validate() has read them once, so they cannot be wrong here.
        let named = (try? planned()) ?? []
        let usual = topology ? MatrixFault.ofTopologies : full ? MatrixFault.all : MatrixFault.few
        let faults =
            named.isEmpty
            ? usual.map { MatrixFault($0.fault, retriesUnknown: $0.retriesUnknown || retryUnknown) } : named
        return MatrixPlan(
            rows: rows,
            persistences: persistence.isEmpty
                ? (full ? Scenario.Persistence.allCases : topology ? [.none] : [.none, .everysec, .always])
                : persistence,
            topologies: topology ? MatrixPlan.usualTopologies : [nil], faults: faults, load: load)
    }

    private var usualStrategies: [String] {
        full ? BuiltinStrategies.names : topology ? MatrixPlan.fewWithTopologies : MatrixPlan.few
    }

    /// - Returns: why a file could not be written; the other one is.
    private func write(_ record: MatrixRecord, _ folder: RunFolder) -> RunError? {
        var problem: ReportError?
        do throws(ReportError) {
            var sink = try FileSink(path: "\(folder.path)/matrix.csv")
            MatrixCSV.write(record, to: &sink)
            try sink.close()
        } catch {
            problem = error
        }
        do throws(ReportError) {
            var sink = try FileSink(path: "\(folder.path)/matrix.json")
            MatrixJSON.write(record, to: &sink)
            try sink.close()
        } catch {
            problem = problem ?? error
        }
        return problem.map { RunError($0.status, $0.description) }
    }

    private func show(_ record: MatrixRecord, _ path: String) throws(RunError) {
        var output = MemorySink()
        switch format {
        case .json: MatrixJSON.write(record, to: &output)
        case .csv: MatrixCSV.write(record, to: &output)
        case .text: return try Terminal.write(MatrixText.text(record, Terminal.layout, path: path))
        }
        try Terminal.write(data: output.bytes)
    }
}

internal import ArgumentParser
internal import CLinux
internal import EmbeddedRedis
internal import Exploration
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host
internal import Rehearsal
internal import Reports
internal import Shop
internal import Strategies

/// `stress explore`: every order of a few buyers' commands.
struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Try every order of a few buyers' commands, and show the shortest that goes wrong.",
        discussion: """
            Redis executes one command at a time, so that all that a race between buyers can be is the order in which their commands \
            arrive. Two buyers are led through every order that matters on a private server, then with what is lost on the way and what \
            expires, then three. Exit code 0: no order goes wrong; 1: one does, and is shown; 2: not all could be tried.
            """)

    @Option(
        help: ArgumentHelp("A built-in strategy, or a strategy file.", valueName: "name|file"),
        completion: Completion.strategy)
    var strategy = "optimistic"

    @OptionGroup var search: ExploreSearchOptions

    @OptionGroup(title: "Programs") var programs: ExploreProgramOptions

    @Option(
        help: ArgumentHelp(
            "Make one order again: explore.json with one that goes wrong, or a schedule such as 0,1,1,0.",
            valueName: "file|schedule"),
        completion: .file(extensions: ["json"]))
    var replay: String?

    @Option(
        help: ArgumentHelp(
            "Write a test that makes the order again, beside explore.json: pytest, junit or go.", valueName: "kind"))
    var emitTest: ReplayTest?

    @Option(
        help: ArgumentHelp("Where explore.json goes, in a folder of its own.", valueName: "folder"),
        completion: .directory)
    var output = "results"

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(help: "What is printed: text, or json (as explore.json).")
    var format = Format.text

    func validate() throws {
        if output.isEmpty { throw ValidationError("--output: a folder is wanted; found nothing") }
    }

    mutating func run() throws {
        let command = self
        try CommandLineEnd.with { () throws(RunError) in try command.execute() }
    }

    private func execute() throws(RunError) -> ExitStatus {
        if !programs.program.isEmpty { return try explorePrograms(try programs.explored(search)) }
        let (strategy, source) = try StrategyArgument(strategy).load()
        try ExploredWishes.check(strategy, self.strategy, search)
        if strategy.asksService || strategy.buysByProgram {
            var own = self
            if search.quantity == 1, let fixed = strategy.fixedQuantity { own.search.quantity = fixed }
            return try own.explorePrograms(try ExploredFile(strategy, source, programs, own.search).explored)
        }
        try programs.expectNone()
        guard strategy.canBeRehearsed || !strategy.later.isEmpty && strategy.storeQueries.isEmpty else {
            throw RunError(
                .usage,
                "\(self.strategy): its buyers send commands to Redis alone, and its file opens or reads the sale in another store, of which "
                    + "exploring knows nothing; explore the service or the program that writes there (http: or program: under buy:)"
            )
        }
        guard strategy.waitedReplicas == 0 else {
            throw RunError(
                .usage,
                "\(self.strategy): it waits for replicas (wait:), and orders are explored on one server; stress run --topology replicas:2 shows "
                    + "what waiting is good for")
        }
        // What is wrong with the file itself is told as everywhere. What follows a hold cannot be rehearsed.
        if strategy.later.isEmpty { _ = try Rehearsal.run(strategy, source) }
        let explored = ExploredStrategy(
            server: try StrategySale.startServer(stopsClock: !strategy.later.isEmpty), strategy: strategy,
            source: source, attempts: search.attempts,
            quantity: search.quantity, retryUnknown: search.retryUnknown)
        if let replay {
            return try ExploreReplay(title: explored.strategy.name, search, format: format, of: strategy).execute(
                replay, sale: explored.sale)
        }
        return try explore(explored)
    }

    private func explore(_ explored: ExploredStrategy) throws(RunError) -> ExitStatus {
        try explore(
            explored.strategy.name, title: explored.strategy.name,
            search.phases(
                hasLimit: explored.strategy.rules.hasLimit || explored.strategy.idempotency != .none,
                afterHold: explored.strategy.phasePlan?.menu ?? [], carts: explored.strategy.cartForms),
            sale: explored.sale)
    }

    /// - Parameters:
    ///   - name: of the strategy or the program, for a folder.
    ///   - title: the same, for people.
    ///   - sale: makes the sale of a phase.
    ///   - finally: looks once more, when all is done.
    func explore<Sale: SteppedSale & ~Copyable>(
        _ name: String, title: String, _ phases: [ExplorationPhase],
        sale: (ExplorationPhase) throws(RunError) -> Sale,
        finally: (inout Exploration) throws(RunError) -> Void = { _ in }
    ) throws(RunError) -> ExitStatus {
        let started = Date()
        let folder = try RunFolder(parent: output, strategy: "explore-" + name, started: started)
        rmdir(folder.historyPath)
        Interruption.listen()
        let display = ExploreDisplay()
        var exploration: Exploration
        do throws(RunError) {
            exploration = try Exploration.run(
                phases, until: Clock.nanoseconds() + UInt64(search.time) * 1_000_000_000,
                isStopped: { Interruption.requests > 0 }, progress: display.show, sale: sale)
            try finally(&exploration)
        } catch {
            display.clear()
            folder.remove()
            throw error
        }
        display.clear()
        let record = exploration.record(
            started: started.formatted(.iso8601), subject: title, attempts: search.attempts, quantity: search.quantity)
        let problem = write(record, folder)
        try show(record, folder.path)
        if let problem { throw problem }
        return Interruption.requests > 0 && exploration.result != .violated
            ? .interrupted : ExitStatus(exploration.result)
    }

    private func write(_ record: ExplorationRecord, _ folder: RunFolder) -> RunError? {
        do throws(ReportError) {
            var sink = try FileSink(path: "\(folder.path)/explore.json")
            ExplorationJSON.write(record, to: &sink)
            try sink.close()
            var page = try FileSink(path: "\(folder.path)/explore.html")
            ReportPage.write(ReportDocument(record), charts: [], title: "explore \(record.subject)", to: &page)
            try page.close()
            if let emitTest, record.counterexample != nil {
                var test = try FileSink(path: "\(folder.path)/\(emitTest.fileName)")
                let (words, after) = wordsForReplay
                test.append(emitTest.text(words: words, after: after, record))
                try test.close()
            }
            return nil
        } catch {
            return RunError(error.status, error.description)
        }
    }

    /// What makes the same sale: before `--replay`, and behind it.
    private var wordsForReplay: (before: [String], after: [String]) {
        var words = ["stress", "explore"]
        var given = CommandLine.arguments.dropFirst(2).prefix { $0 != "--" }
        while let word = given.popFirst() {
            if ["--emit-test", "--output", "--format"].contains(word) {
                _ = given.popFirst()
            } else if !["--emit-test=", "--output=", "--format="].contains(where: word.hasPrefix) {
                words.append(word)
            }
        }
        return (words, Array(CommandLine.arguments.drop { $0 != "--" }))
    }

    private func show(_ record: ExplorationRecord, _ path: String) throws(RunError) {
        switch format {
        case .json:
            var output = MemorySink()
            ExplorationJSON.write(record, to: &output)
            try Terminal.write(data: output.bytes)
        case .text: try Terminal.write(ExplorationText.text(record, Terminal.layout, path: path))
        }
    }
}

/// A strategy whose orders are explored, with all that a sale of it is made from.
struct ExploredStrategy {
    let server: EmbeddedServer
    let strategy: Strategy
    let source: Scenario.StrategySource
    let attempts: Int
    let quantity: Int
    let retryUnknown: Bool

    func sale(_ phase: ExplorationPhase) throws(RunError) -> StrategySale {
        var settings = StrategySale.Settings(buyers: phase.buyers, units: phase.units)
        settings.quantity = quantity
        settings.purchasesPerBuyer = phase.purchasesPerBuyer
        settings.attempts = attempts
        settings.retryUnknown = retryUnknown
        settings.afterHold = phase.afterHold
        settings.carts = phase.carts
        return try StrategySale.open(
            strategy, from: source, settings, on: server)
    }
}

extension ReplayTest: ExpressibleByArgument {}

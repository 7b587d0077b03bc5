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

    @Option(help: "Buyers, from 1 to 6, in place of the usual steps from two to three.")
    var buyers: Int?

    @Option(help: "Purchases that each buyer makes, all at once.")
    var purchasesPerBuyer: Int?

    @Option(help: "Units of stock, from 1. Default: one fewer than buyers.")
    var units: Int?

    @Option(help: "Attempts of a purchase, at most.")
    var attempts = 1

    @Option(help: "Units that each purchase wants.")
    var quantity = 1

    @Option(
        help: ArgumentHelp(
            "What may happen beside commands: lost-replies, lost-requests, crashes, expiry; several with commas.",
            valueName: "kinds"),
        completion: .list(["lost-replies", "lost-requests", "crashes", "expiry"]))
    var with: String?

    @Option(help: "How many of these may happen in one order.")
    var faults = 1

    @Flag(help: "Make every order, also those that nobody can tell from another.")
    var exhaustive = false

    @Flag(help: "Let purchases go on after an unknown attempt, as careless clients do.")
    var retryUnknown = false

    @Option(help: "For how many seconds orders are tried, from 1.")
    var time = 60

    @Option(help: "Orders that are begun, at most. Default: all.")
    var schedules: Int?

    @Option(help: "Keys of orders that are remembered, at most, of 8 bytes each.")
    var remember = 4_000_000

    @Option(
        help: ArgumentHelp(
            "Make one order again: explore.json with one that goes wrong, or a schedule such as 0,1,1,0.",
            valueName: "file|schedule"),
        completion: .file(extensions: ["json"]))
    var replay: String?

    @Option(
        help: ArgumentHelp(
            "Draw so many orders in place of making all, for more buyers than all orders can be made of.",
            valueName: "orders"))
    var samples: Int?

    @Option(help: "With --samples: of how many commands the order makes the mistake.")
    var depth = 2

    @Option(help: "With --samples: fixes what is drawn.")
    var seed: UInt64 = 1

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
        for (flag, value, range) in [
            ("--buyers", buyers ?? 1, 1...(samples == nil ? 6 : 50)), ("--samples", samples ?? 1, 1...10_000_000),
            ("--depth", depth, 1...6), ("--units", units ?? 1, 1...1000), ("--attempts", attempts, 1...10),
            ("--purchases-per-buyer", purchasesPerBuyer ?? 1, 1...5),
            ("--quantity", quantity, 1...100), ("--faults", faults, 1...5), ("--time", time, 1...86_400),
            ("--schedules", schedules ?? 1, 1...1_000_000_000), ("--remember", remember, 1000...1_000_000_000),
        ] where !range.contains(value) {
            throw ValidationError(
                "\(flag) \(value): a number from \(range.lowerBound) to \(range.upperBound) is wanted")
        }
        if output.isEmpty { throw ValidationError("--output: a folder is wanted; found nothing") }
        _ = try beside()
    }

    /// What may happen beside commands, as `--with` names it.
    private func beside() throws(ValidationError) -> (kinds: Set<ExplorationBounds.FaultKind>, expires: Bool) {
        var kinds: Set<ExplorationBounds.FaultKind> = []
        var expires = false
        for word in (with ?? "").split(separator: ",", omittingEmptySubsequences: with == nil) {
            if word == "expiry" {
                expires = true
            } else if let kind = ExplorationBounds.FaultKind(rawValue: String(word)) {
                kinds.insert(kind)
            } else {
                throw ValidationError(
                    "--with \(word): lost-replies, lost-requests, crashes or expiry is wanted, several with commas between them"
                )
            }
        }
        return (kinds, expires)
    }

    mutating func run() throws {
        let command = self
        try CommandLineEnd.with { () throws(RunError) in try command.execute() }
    }

    private func execute() throws(RunError) -> ExitStatus {
        let (strategy, source) = try StrategyArgument(strategy).load()
        guard strategy.usesServer, strategy.canBeRehearsed else {
            throw RunError(
                .usage,
                "\(self.strategy): its buyers ask a service, programs or other stores, and those are explored as programs are, with -- and what "
                    + "starts them")
        }
        guard strategy.waitedReplicas == 0 else {
            throw RunError(
                .usage,
                "\(self.strategy): it waits for replicas (wait:), and orders are explored on one server; stress run --topology replicas:2 shows "
                    + "what waiting is good for")
        }
        let rehearsal = try Rehearsal.run(strategy, source)
        let explored = ExploredStrategy(
            server: try StrategySale.startServer(), strategy: strategy, source: source, attempts: attempts,
            quantity: quantity, retryUnknown: retryUnknown,
            scriptsTouchAnything: !rehearsal.strays.isEmpty || !rehearsal.unknownCommands.isEmpty)
        if let replay {
            return try ExploreReplay(explored, format: format).execute(
                replay, buyers: buyers, purchasesPerBuyer: purchasesPerBuyer, units: units)
        }
        return try explore(explored)
    }

    private func explore(_ explored: ExploredStrategy) throws(RunError) -> ExitStatus {
        let started = Date()
        let folder = try RunFolder(parent: output, strategy: "explore-" + explored.strategy.name, started: started)
        rmdir(folder.historyPath)
        Interruption.listen()
        let display = ExploreDisplay()
        let exploration: Exploration
        do throws(RunError) {
            let phases = phases(of: explored.strategy)
            exploration = try Exploration.run(
                phases, until: Clock.nanoseconds() + UInt64(time) * 1_000_000_000,
                isStopped: { Interruption.requests > 0 },
                progress: display.show, sale: explored.sale)
        } catch {
            display.clear()
            folder.remove()
            throw error
        }
        display.clear()
        let record = exploration.record(
            started: started.formatted(.iso8601), subject: explored.strategy.name, attempts: attempts,
            quantity: quantity)
        let problem = write(record, folder)
        try show(record, folder.path)
        if let problem { throw problem }
        return Interruption.requests > 0 && exploration.result != .violated
            ? .interrupted : ExitStatus(exploration.result)
    }

    /// Whether nobody has said what is to be explored.
    private var isUsual: Bool {
        samples == nil && buyers == nil && units == nil && with == nil && purchasesPerBuyer == nil
    }

    private func phases(of strategy: Strategy) -> [ExplorationPhase] {
        // validate() has read it once.
        let beside: (kinds: Set<ExplorationBounds.FaultKind>, expires: Bool) = (try? beside()) ?? ([], false)
        var phases: [ExplorationPhase]
        if isUsual {
            phases = ExplorationPhase.usual(
                hasExpiry: strategy.mayGiveTimeToLive,
                hasLimit: strategy.rules.hasLimit || strategy.idempotency != .none)
        } else {
            var bounds = ExplorationBounds()
            bounds.kinds = beside.kinds
            bounds.faults = beside.kinds.isEmpty ? 0 : faults
            bounds.expiries = beside.expires ? faults : 0
            let purchasesPerBuyer = purchasesPerBuyer ?? 1
            let buyers = buyers ?? (samples != nil ? 10 : purchasesPerBuyer > 1 ? 1 : 2)
            phases = [
                ExplorationPhase(
                    buyers: buyers, purchasesPerBuyer: purchasesPerBuyer,
                    units: units ?? max(1, buyers * purchasesPerBuyer - 1) * quantity, bounds: bounds)
            ]
        }
        for index in phases.indices {
            phases[index].bounds.isExhaustive = exhaustive
            phases[index].bounds.remembered = remember
            phases[index].bounds.executions = schedules
            phases[index].samples = samples.map { .init(orders: $0, depth: depth, seed: seed) }
            if isUsual { phases[index].units *= quantity }
        }
        return phases
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
                test.append(emitTest.text(words: wordsForReplay, record))
                try test.close()
            }
            return nil
        } catch {
            return RunError(error.status, error.description)
        }
    }

    /// What makes the same sale.
    private var wordsForReplay: [String] {
        var words = ["stress", "explore", "--strategy", strategy]
        if attempts != 1 { words += ["--attempts", String(attempts)] }
        if quantity != 1 { words += ["--quantity", String(quantity)] }
        if retryUnknown { words.append("--retry-unknown") }
        return words
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
    let scriptsTouchAnything: Bool

    func sale(_ phase: ExplorationPhase) throws(RunError) -> StrategySale {
        var settings = StrategySale.Settings(buyers: phase.buyers, units: phase.units)
        settings.quantity = quantity
        settings.purchasesPerBuyer = phase.purchasesPerBuyer
        settings.attempts = attempts
        settings.retryUnknown = retryUnknown
        return try StrategySale.open(
            strategy, from: source, settings, on: server, scriptsTouchAnything: scriptsTouchAnything)
    }
}

extension ReplayTest: ExpressibleByArgument {}

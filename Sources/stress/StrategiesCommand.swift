internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host
internal import Rehearsal
internal import Reports
internal import Strategies

/// `stress strategies`: lists and shows the built-in strategies, and checks a file of the user's.
struct StrategiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strategies",
        abstract: "List the built-in strategies, show one, or check a strategy file.",
        subcommands: [List.self, Show.self, Check.self, New.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the built-in strategies.")

        mutating func run() throws {
            try CommandLineEnd.with { () throws(RunError) in
                var strategies: [Strategy] = []
                for name in BuiltinStrategies.names { strategies.append(try StrategyArgument(name).load().strategy) }
                try Terminal.write(StrategyTable.text(strategies, Terminal.layout))
                return .upheld
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a strategy file, as the start of one's own.")

        @Argument(help: "A built-in strategy, or a strategy file.", completion: Completion.strategy)
        var name: String

        mutating func run() throws {
            let name = name
            try CommandLineEnd.with { () throws(RunError) in
                try Terminal.write(file: try StrategyArgument(name).text())
                return .upheld
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read a strategy file, and rehearse it on a private Redis.",
            discussion: """
                A sale of three units is opened, one buyer after the other buys until after it is sold out, one of them twice; \
                each command, reply, outcome and the stock after it are shown. Then the stock's key is removed, to see what \
                happens. What the file claims (idempotent, safe-under) is put to the test in small sales. Exit code 0; 1 if an \
                invariant or a claim was broken; 2 if nothing could be sold, or a reply has no outcome; or 64 \
                for a mistake in the file.
                """)

        @Argument(
            help: ArgumentHelp("A strategy file, or a built-in strategy.", valueName: "file|name"),
            completion: Completion.strategy)
        var file: String

        mutating func run() throws {
            let file = file
            try CommandLineEnd.with { () throws(RunError) in
                let (strategy, source) = try StrategyArgument(file).load()
                // What a run would refuse of the file's own items and carts is a mistake in it; where it names none, flags do.
                if strategy.items != nil {
                    _ = try ItemOptions(items: nil, choice: nil, cart: nil)
                        .goods(of: strategy, units: strategy.load.units ?? 1000)
                }
                guard strategy.canBeRehearsed else {
                    try Terminal.write(Self.notRehearsed(strategy))
                    return .upheld
                }
                let record = try Rehearsal.run(strategy, source)
                let warnings = RehearsalWarnings.of(strategy, record)
                Interruption.listen()
                let claims = try ClaimTrial(strategy, Self.run(of: strategy, source)).run() ?? []
                try Terminal.write(
                    RehearsalText.text(record, warnings: warnings, strategy: strategy, layout: Terminal.layout)
                        + ClaimText.text(claims, Terminal.layout))
                let rehearsed = ExitStatus(record.result(warnings))
                return claims.contains { $0.check != nil } ? .violated : rehearsed
            }
        }

        /// A run with usual flags, which a trial of the claims precedes.
        private static func run(of strategy: Strategy, _ source: Scenario.StrategySource) -> Scenario {
            let quantity = strategy.load.quantity ?? ProvingLoad(of: strategy).quantity
            let perBuyer =
                strategy.load.purchasesPerBuyer
                ?? ProvingLoad(of: strategy).purchasesPerBuyer(of: quantity, buyers: strategy.load.buyers)
            return Scenario(
                strategy: source, units: strategy.load.units ?? 1000, buyers: strategy.load.buyers ?? 4000,
                purchasesPerBuyer: perBuyer, quantity: quantity, attempts: strategy.load.attempts ?? 3, procs: 4,
                threads: 100)
        }

        private static func notRehearsed(_ strategy: Strategy) -> String {
            let reason =
                !strategy.later.isEmpty
                ? "its purchases take their time (phases:), and a rehearsal plays one attempt of each buyer. A small run does that:"
                : strategy.buysByProgram
                    ? "its buyers are a program, and a rehearsal starts none. A small run asks it:"
                    : strategy.asksService
                        ? "its buyers ask a service, and a rehearsal would buy there. A small run does that:"
                        : "it asks other stores, too, and what it asks there would be done. A small run does that:"
            return """
                \(strategy.name): the file was read, and no mistake was found in it.

                It was not rehearsed: \(reason)
                stress run --strategy \(strategy.file) --procs 1 --threads 2 --buyers 10 --units 3

                """
        }
    }
}

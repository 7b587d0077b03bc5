internal import ArgumentParser
internal import Exploration
internal import FlashSale
internal import Foundation
internal import Host

/// The flags that say which program buys, and how it is told what came of a purchase.
struct ExploreProgramOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What says that a purchase was won: exit 0, status 200, json .ok == true, or stdout /bought/.",
            valueName: "test"))
    var won: String?

    @Option(
        help: ArgumentHelp(
            "What says that nothing was left, in the same words. Only with it is the order of answers judged.",
            valueName: "test"))
    var soldOut: String?

    @Option(
        help: ArgumentHelp(
            "How many units were left, in an answer: json .left, stdout /([0-9]+) left/.", valueName: "place"))
    var remaining: String?

    @Option(
        help: ArgumentHelp(
            "A command of Redis that opens the sale: 'SET count {units}'. May be repeated.", valueName: "command"))
    var open: [String] = []

    @Option(help: ArgumentHelp("The command that tells what is left: 'GET count'.", valueName: "command"))
    var stock: String?

    @Option(
        help: ArgumentHelp("The command that tells the orders, or how many: 'SCARD winners'.", valueName: "command"))
    var orders: String?

    @Option(
        help: ArgumentHelp(
            "What starts the service that is asked, with {port}. Behind -- stands the request: POST http://127.0.0.1:{port}/buy?user={buyer}",
            valueName: "words"))
    var serve: String?

    @Option(help: "Instances of the service. Default: one, and then two.")
    var instances: Int?

    @Flag(help: "The program reads a line for each purchase, and answers it with one.")
    var loop = false

    @Flag(help: "The program makes all purchases itself.")
    var whole = false

    @Option(help: ArgumentHelp("A program that fills Redis once, before everything.", valueName: "words"))
    var setup: String?

    @Option(
        help: ArgumentHelp(
            "A program, or a URL, that puts other stores back before each order.", valueName: "words|url"))
    var reset: String?

    @Option(
        help: ArgumentHelp(
            "What the program finds in its environment, beside REDIS_URL, REDIS_HOST and REDIS_PORT: NAME={redis-port}. May be repeated.",
            valueName: "name=value"))
    var env: [String] = []

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program that buys, with {buyer}; or with --serve, the request.", valueName: "words"))
    var program: [String] = []

    func validate() throws {
        if let instances, !(1...8).contains(instances) {
            throw ValidationError("--instances \(instances): a number from 1 to 8 is wanted")
        }
        if loop, whole { throw ValidationError("--loop and --whole: a program is the one or the other") }
        if serve != nil, loop || whole {
            throw ValidationError(
                "--serve: a service is asked by requests, so that --loop and --whole mean nothing for it")
        }
    }

    /// Flags that say what a strategy file says as well.
    private var ofSale: [(name: String, isThere: Bool)] {
        [
            ("--won", won != nil), ("--sold-out", soldOut != nil), ("--remaining", remaining != nil),
            ("--open", !open.isEmpty), ("--stock", stock != nil), ("--orders", orders != nil), ("--loop", loop),
            ("--whole", whole),
        ]
    }

    /// - Throws: 64 for the first flag that says what the file says.
    func expectNoneOfSale(beside file: String) throws(RunError) {
        for flag in ofSale where flag.isThere {
            throw RunError(.usage, "\(flag.name): \(file) says that itself; leave it out, or --strategy")
        }
    }

    /// - Throws: 64 for the first flag that is about a program.
    func expectNone() throws(RunError) {
        let others: [(name: String, isThere: Bool)] = [
            ("--instances", instances != nil), ("--setup", setup != nil), ("--reset", reset != nil),
            ("--env", !env.isEmpty),
        ]
        for flag in ofSale + others where flag.isThere {
            throw RunError(
                .usage, "\(flag.name): it is about a program, and none is named: write -- PROGRAM {buyer} at the end")
        }
        guard serve == nil else { throw requestWanted }
    }

    private var requestWanted: RunError {
        RunError(
            .usage,
            "--serve: behind -- stands the request, a method and a URL: -- POST 'http://127.0.0.1:{port}/buy?user={buyer}'; found "
                + (program.isEmpty ? "nothing" : program.joined(separator: " ")))
    }

    /// The program's words, for titles.
    var title: String { serve ?? program.joined(separator: " ") }

    /// How many instances of a service are explored, one after the other; only 1 for other programs.
    private var allInstances: [Int] { serve == nil ? [1] : instances.map { [$0] } ?? [1, 2] }

    /// What flags alone say.
    ///
    /// - Throws: 64 for what cannot be understood.
    func explored(_ search: ExploreSearchOptions) throws(RunError) -> ExploredPrograms {
        var settings: [Int: ProgramSettings] = [:]
        for instances in allInstances {
            settings[instances] = try self.settings(instances: instances)
            settings[instances]?.quantity = search.quantity
        }
        return ExploredPrograms(
            name: URL(fileURLWithPath: settings[allInstances[0]]?.buyers.words.first ?? "program").lastPathComponent,
            title: title, settings: settings, instances: allInstances,
            tellsInstances: allInstances.count > 1 || allInstances[0] > 1, makes: makes)
    }

    /// Whether a phase is what happens: a program that makes all purchases itself, and is not told how many, makes those of which the user
    /// knows, and is taken to make two where nothing is said.
    private func makes(_ phase: ExplorationPhase, among phases: Int) -> Bool {
        !whole || phases == 1 || phase.buyers == 2 || program.contains { $0.contains("{buyers}") }
    }

    /// - Throws: 64 for what cannot be understood.
    private func settings(instances: Int) throws(RunError) -> ProgramSettings {
        guard let won else {
            throw RunError(
                .usage,
                "--won: say what tells that a purchase was won, such as --won '\(serve == nil ? "exit 0" : "status 200")'"
            )
        }
        guard let stock else {
            throw RunError(
                .usage, "--stock: say which command of Redis tells what is left, such as --stock 'GET count'")
        }
        var settings = ProgramSettings(
            try buyers(instances: instances), won: try AnswerTest(won, option: "--won"), stock: stock,
            folder: FileManager.default.currentDirectoryPath)
        if let soldOut { settings.soldOut = try AnswerTest(soldOut, option: "--sold-out") }
        if let remaining { settings.remaining = try AnswerValue(remaining, option: "--remaining") }
        settings.open = open
        settings.orders = orders
        try addSurroundings(to: &settings)
        try settings.check()
        return settings
    }

    /// What is done around the purchases, and what is in their environment.
    func addSurroundings(to settings: inout ProgramSettings) throws(RunError) {
        settings.setup = try setup.map { text throws(RunError) in try Self.words(text, "--setup") }
        if let reset {
            settings.reset =
                reset.hasPrefix("http://") || reset.hasPrefix("https://")
                ? .request(.init("POST", reset)) : .program(try Self.words(reset, "--reset"))
        }
        for variable in env {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw RunError(
                    .usage, "--env \(variable): NAME=VALUE is wanted, such as SPRING_DATA_REDIS_PORT={redis-port}")
            }
            settings.variables[String(parts[0])] = String(parts[1])
        }
    }

    private func buyers(instances: Int) throws(RunError) -> ProgramSettings.Buyers {
        guard let serve else { return loop ? .loops(program) : whole ? .whole(program) : .processes(program) }
        guard program.count == 2 else { throw requestWanted }
        return .service(
            .init(
                words: try Self.words(serve, "--serve"), instances: instances,
                request: .init(program[0].uppercased(), program[1])))
    }

    static func words(_ text: String, _ option: String) throws(RunError) -> [String] {
        do throws(ShellWords.Problem) {
            let words = try ShellWords.split(text)
            if !words.isEmpty { return words }
        } catch {
            throw RunError(.usage, "\(option): a program and its arguments are wanted; in \(text) \(error.message)")
        }
        throw RunError(.usage, "\(option): a program and its arguments are wanted; found nothing")
    }
}

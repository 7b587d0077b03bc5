internal import Exploration
internal import FlashSale
internal import Foundation
internal import Strategies

/// A strategy file whose buyers ask a service or programs, as it is explored.
struct ExploredFile {
    private let strategy: Strategy
    private let source: Scenario.StrategySource
    private let programs: ExploreProgramOptions
    private let search: ExploreSearchOptions

    /// - Throws: 64 where that cannot be explored, with what to write.
    init(
        _ strategy: Strategy, _ source: Scenario.StrategySource, _ programs: ExploreProgramOptions,
        _ search: ExploreSearchOptions
    ) throws(RunError) {
        self.strategy = strategy
        self.source = source
        self.programs = programs
        self.search = search
        try programs.expectNoneOfSale(beside: strategy.file)
        if strategy.asksService { try checkService() } else { try checkPrograms() }
        if let fixed = strategy.fixedQuantity, fixed != search.quantity {
            throw RunError(
                .usage,
                "--quantity \(search.quantity): \(strategy.file) says that each purchase takes \(fixed) (load:); leave it out"
            )
        }
    }

    private func checkService() throws(RunError) {
        guard programs.serve == nil else { return }
        guard let start = strategy.serviceStart else {
            throw RunError(
                .usage,
                "\(strategy.file): its service runs already, and orders can be explored only of one that is started with a Redis of its own: "
                    + "write service: { start: [ … ], env: { REDIS_URL: \"{redis}\" } } in the file, or say what starts it: "
                    + "--serve './shop --port {port}' (it finds REDIS_URL in its environment)")
        }
        guard start.namesRedis else {
            throw RunError(
                .usage,
                "\(strategy.file):\(start.line): service: it is told of no Redis of the run's, so that no command of it could be held: write "
                    + "env: { REDIS_URL: \"{redis}\" } under the name that it reads")
        }
        guard programs.env.isEmpty else {
            throw RunError(
                .usage,
                "--env: \(strategy.file) says under env: what its service finds in its environment; leave it out")
        }
    }

    private func checkPrograms() throws(RunError) {
        if programs.serve != nil {
            throw RunError(
                .usage, "--serve: the buyers of \(strategy.file) ask programs, and no service; leave it out")
        }
        if strategy.serviceStart != nil || strategy.service != nil {
            throw RunError(
                .usage,
                "\(strategy.file): its programs ask a service, whose commands belong to no purchase that is known; let buyers ask it by "
                    + "http: under buy:")
        }
        if programs.instances != nil, strategy.program?.isConcurrent != true {
            throw RunError(
                .usage,
                "--instances: each purchase of \(strategy.file) has a program of its own; only a service, or a program with concurrent: true, "
                    + "has instances")
        }
    }

    // MARK: What is explored

    /// - Throws: 64 where the flags beside it cannot be understood.
    var explored: ExploredPrograms {
        get throws(RunError) {
            let instances = instances
            var settings: [Int: ProgramSettings] = [:]
            for count in instances { settings[count] = try self.settings(instances: count) }
            let file = SaleFile(strategy, from: source)
            return ExploredPrograms(
                name: strategy.name, title: strategy.name, settings: settings, instances: instances,
                tellsInstances: hasInstances, hasLimit: strategy.rules.hasLimit || strategy.idempotency != .none,
                otherStore: file.otherStore(environment: ProcessInfo.processInfo.environment))
        }
    }

    /// Whether several purchases may be made by one and the same.
    private var hasInstances: Bool { strategy.asksService || strategy.program?.isConcurrent == true }

    private var instances: [Int] {
        guard hasInstances else { return [1] }
        if let instances = programs.instances { return [instances] }
        let hasOnePort = programs.serve == nil && strategy.serviceStart?.choosesPort == false
        return hasOnePort ? [1] : [1, 2]
    }

    private func settings(instances: Int) throws(RunError) -> ProgramSettings {
        var file = SaleFile(strategy, from: source)
        file.attempts = search.attempts
        file.retryUnknown = search.retryUnknown
        let own = URL(fileURLWithPath: strategy.file).deletingLastPathComponent().standardizedFileURL.path
        var settings: ProgramSettings
        if let serve = programs.serve {
            settings = ProgramSettings(
                .service(
                    .init(
                        words: try ExploreProgramOptions.words(serve, "--serve"), instances: instances, request: nil)),
                file: file, folder: FileManager.default.currentDirectoryPath)
        } else if let start = strategy.serviceStart {
            settings = ProgramSettings(.service(.init(start, instances: instances)), file: file, folder: own)
        } else if let program = strategy.program {
            file.sharedPrograms = program.isConcurrent ? instances : nil
            settings = ProgramSettings(.loops(program.words), file: file, folder: own)
        } else {
            settings = ProgramSettings(
                .processes(strategy.commandCalls.prefix(1).map(\.program)), file: file, folder: own)
        }
        settings.quantity = search.quantity
        // As in a run.
        settings.variables["STRESS_REDIS_URL"] = "{redis-url}"
        try programs.addSurroundings(to: &settings)
        try settings.check()
        return settings
    }
}

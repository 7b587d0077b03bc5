internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host
internal import Recordings
internal import RedisDriver
internal import Rehearsal
internal import Reports
internal import Strategies

/// `stress run`: one sale, from the flags to the exit code.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a sale and judge it.",
        discussion: """
            Without --redis, a private redis-server is started on loopback and is gone afterwards. With it, only keys of this \
            run are touched, and they are removed at the end. --seed fixes ids and think times; it cannot fix how threads \
            interleave.
            """)

    @OptionGroup(title: "Sale and buyers") var load: LoadOptions
    @OptionGroup(title: "Pace") var pace: PaceOptions
    @OptionGroup(title: "Faults") var faults: FaultOptions
    @OptionGroup(title: "Server") var server: ServerOptions
    @OptionGroup(title: "Service without a file") var service: ServiceOptions
    @OptionGroup(title: "Results") var results: ResultsOptions

    @Option(help: "Make so many runs, each with keys of its own and the next seed, and show how far they spread.")
    var runs = 1

    @Flag(
        name: .customLong("no-rehearsal"),
        help:
            "Do not play a strategy file of your own through beforehand, one buyer after the other, on a private server. It takes a second at most."
    )
    var skipsRehearsal = false

    @Flag(
        name: .customLong("no-claim-trial"),
        help:
            "Do not put what the strategy file claims of itself (idempotent, safe-under) to the test beforehand, in a small sale on a private server. It takes a second or two."
    )
    var skipsClaimTrial = false

    func validate() throws {
        guard (1...1000).contains(runs) else {
            throw ValidationError("--runs \(runs): a number from 1 to 1000 is wanted")
        }
    }

    mutating func run() throws {
        if faults.isList { return print(FaultOptions.list) }
        let command = self
        try CommandLineEnd.with { () throws(RunError) in try command.execute() }
    }

    private func execute() throws(RunError) -> ExitStatus {
        let (strategy, source) = try strategyAndSource()
        let place = try server.place(of: strategy)
        // validate() has read it once, so it cannot be wrong here.
        let pace = (try? pace.pace()) ?? .rush
        var scenario = try load.scenario(
            strategy, source: source, pace: pace, persistence: server.persistence, redis: server.label(place))
        scenario.service = server.serviceLabel(place)
        scenario.gate = try self.pace.gate(for: strategy, scenario)
        scenario.faults = try faults.faults(for: strategy, at: place)
        let rehearsal = try rehearse(strategy, scenario, at: place)
        Interruption.listen()
        Suspension.listen()
        let before = Before(rehearsal: rehearsal, claims: try claims(of: strategy, scenario))
        if runs == 1 {
            let run = try make(scenario, strategy: strategy, before, at: place)
            try results.show(run.results, run.folder)
            if let problem = run.problem { throw problem }
            return run.results.record.exitCode
        }
        return try executeSeries(scenario, strategy: strategy, before, at: place)
    }

    /// What was found out before the doors opened.
    struct Before {
        var rehearsal: RunRecord.Rehearsal?
        var claims: [RunRecord.Claim]?
    }

    func claims(of strategy: Strategy, _ scenario: Scenario) throws(RunError) -> [RunRecord.Claim]? {
        guard !skipsClaimTrial else { return ClaimTrial.untested(strategy, because: "--no-claim-trial") }
        return try ClaimTrial(strategy, scenario).run()
    }

    private func strategyAndSource() throws(RunError) -> (Strategy, Scenario.StrategySource) {
        if let described = try service.load(beside: load.strategy) { return described }
        return try StrategyArgument(load.strategyName).load()
    }

    /// A built-in strategy needs no rehearsal, but for its scripts on a server that is not ours.
    func rehearse(
        _ strategy: Strategy, _ scenario: Scenario, at place: Coordinator.Place
    ) throws(RunError) -> RunRecord.Rehearsal? {
        var isGuarded = false
        if case .server = place { isGuarded = !server.skipsRehearsalGuard }
        return try RehearsalBeforeRun.rehearse(
            strategy, scenario, isGuarded: isGuarded,
            isWanted: !skipsRehearsal && BuiltinStrategies.yaml(named: load.strategyName) == nil)
    }

    /// One run after the other, each with keys, ids and a folder of its own, until all are made or one cannot be.
    private func executeSeries(
        _ scenario: Scenario, strategy: Strategy, _ before: Before, at place: Coordinator.Place
    ) throws(RunError) -> ExitStatus {
        var records: [RunRecord] = []
        var folders: [RunFolder] = []
        // Only one history is kept at a time, so the report on the run that decides is written while it is there.
        var decisive: (verdict: CheckResult.Result, text: String)?
        var problem: RunError?
        while records.count < runs, problem == nil, Interruption.requests == 0 {
            var next = scenario
            next.seed &+= UInt64(records.count)
            do throws(RunError) {
                let run = try make(next, strategy: strategy, before, at: place)
                records.append(run.results.record)
                folders.append(run.folder)
                problem = run.problem
                let verdict = SeriesRecord(records, wanted: runs).verdict
                if problem != nil || (verdict != decisive?.verdict && verdict == run.results.record.verdict) {
                    decisive = (verdict, results.text(run.results, run.folder, closes: false))
                }
            } catch {
                problem = error
            }
        }
        guard !records.isEmpty else { throw problem ?? RunError(.interrupted, "interrupted; nothing was sold") }
        let series = SeriesRecord(
            records, wanted: runs, endedBy: problem?.status ?? (records.count < runs ? .interrupted : nil))
        try results.show(series, folders: folders, decisive: series.exitCode == .upheld ? nil : decisive?.text)
        if let problem { throw problem }
        return series.exitCode
    }

    /// A run that is over, judged, and written.
    struct Made {
        var results: RunResults
        var folder: RunFolder
        /// Why the run could not go on, or its results could not be written.
        var problem: RunError?
    }

    func make(
        _ scenario: Scenario, strategy: Strategy, _ before: Before, at place: Coordinator.Place
    ) throws(RunError) -> Made {
        let started = Date()
        let folder = try RunFolder(parent: results.output, strategy: strategy.name, started: started)
        let run = RunID(startingAtSeconds: Int(started.timeIntervalSince1970)).text
        let display = ProgressDisplay(scenario: scenario)
        var completed: CompletedRun
        do throws(RunError) {
            completed = try Coordinator(
                scenario: scenario, strategy: strategy, place: place, access: try server.access(for: place),
                folder: folder,
                run: run,
                showProgress: display.show
            ).run()
        } catch {
            display.clear()
            folder.remove()
            throw error
        }
        display.clear()
        if case .server = place, server.skipsRehearsalGuard, !strategy.scriptCalls.isEmpty {
            completed.findings.append(RehearsalGuard.skipped)
        }
        completed.facts.brokenInRehearsal = before.rehearsal?.broken ?? []
        completed.facts.claims = before.claims ?? []
        let verdict = Judging.verdict(completed.facts)
        var judged = completed.results(
            verdict, of: .init(run: run, started: started.formatted(.iso8601)), scenario: scenario)
        ServiceCommandsReader.addEvidence(from: folder.serviceCommandsPath, to: &judged.record.checks)
        judged.record.rehearsal = before.rehearsal
        judged.record.claims = before.claims
        judged.record.observed.digests = RunFiles.digests(
            journals: completed.journalDigests, completed.facts.epoch.ledger, forSale: completed.facts.epoch.forSale)
        let unwritten = results.write(&judged, folder)
        // An interruption is no problem of the file's.
        let mistake = completed.wasInterrupted ? nil : completed.mistake
        return Made(results: judged, folder: folder, problem: completed.failure ?? mistake ?? unwritten)
    }
}

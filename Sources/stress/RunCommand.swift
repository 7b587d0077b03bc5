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
    @OptionGroup(title: "Machines") var machines: MachineOptions
    @OptionGroup(title: "Clusters") var cluster: ClusterOptions
    @OptionGroup(title: "Pace") var pace: PaceOptions
    @OptionGroup(title: "Faults") var faults: FaultOptions
    @OptionGroup(title: "Server") var server: ServerOptions
    @OptionGroup(title: "Service without a file") var service: ServiceOptions
    @OptionGroup(title: "Results") var results: ResultsOptions
    @OptionGroup(title: "Gate") var gate: GateOptions
    @OptionGroup(title: "While it goes on") var progress: ProgressOptions

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
        try cluster.refuse(beside: machines)
    }

    mutating func run() throws {
        if faults.isList { return print(FaultOptions.list) }
        let command = self
        // A built-in strategy has no file to point to.
        let isBuiltin = BuiltinStrategies.yaml(named: load.strategyName) != nil
        let files = GateFiles(gate, place: isBuiltin ? results.latestRecord : load.strategyName)
        try CommandLineEnd.with { () throws(RunError) in
            try files.surround { () throws(RunError) in try command.execute(files) }
        }
    }

    private func execute(_ files: GateFiles) throws(RunError) -> ExitStatus {
        let (strategy, source) = try strategyAndSource()
        let place = try server.place(of: strategy)
        // validate() has read it once, so it cannot be wrong here.
        let pace = (try? pace.pace()) ?? .rush
        let hosts = try machines.list()
        let usual = load.procs == nil && hosts == nil ? try cluster.usualProcs(at: place) : nil
        var scenario = try load.scenario(
            strategy, source: source, pace: pace, persistence: server.persistence, redis: server.label(place),
            workers: try machines.workers(wanted: load.procs ?? usual, on: hosts),
            machines: hosts?.hosts.count ?? 1)
        scenario.service = server.serviceLabel(place)
        scenario.gate = try self.pace.gate(for: strategy, scenario)
        scenario.topology = try server.topology(for: strategy, at: place)
        scenario.faults = try faults.faults(for: strategy, at: place, topology: scenario.topology)
        try PhaseRules.checkFaults(scenario)
        let rehearsal = try rehearse(strategy, scenario, at: place)
        Interruption.listen()
        Suspension.listen()
        let before = Before(rehearsal: rehearsal, claims: try claims(of: strategy, scenario))
        let watch = try RunWatch(gate.quiet ? progress.silent : progress, runs: runs)
        defer { watch.close() }
        if runs == 1 {
            let run = try make(scenario, strategy: strategy, before, at: place, watch)
            let (record, document) = (run.results.record, results.document(run.results, run.folder))
            let unwritten = files.write(document, suites: [GateSuite(record, document)])
            try gate.show(document, results.format, exitCode: record.exitCode, thresholds: record.thresholds) {
                RunJSON.write(record, to: &$0)
            }
            if let problem = run.problem ?? unwritten { throw problem }
            return record.exitCode
        }
        return try executeSeries(scenario, strategy: strategy, before, at: place, files, watch)
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
        _ scenario: Scenario, strategy: Strategy, _ before: Before, at place: Coordinator.Place, _ files: GateFiles,
        _ watch: RunWatch
    ) throws(RunError) -> ExitStatus {
        var records: [RunRecord] = []
        var folders: [RunFolder] = []
        var suites: [GateSuite] = []
        // Only one history is kept at a time, so the report on the run that decides is made while it is there.
        var decisive: ReportDocument?
        var decisiveIsUnmet = false
        var problem: RunError?
        while records.count < runs, problem == nil, Interruption.requests == 0 {
            var next = scenario
            next.seed &+= UInt64(records.count)
            do throws(RunError) {
                let run = try make(next, strategy: strategy, before, at: place, watch)
                let (record, document) = (run.results.record, results.document(run.results, run.folder))
                records.append(record)
                folders.append(run.folder)
                suites.append(GateSuite(record, document, number: records.count))
                problem = run.problem
                let verdict = SeriesRecord(records, wanted: runs).verdict
                let isUnmet = !record.unmetThresholds.isEmpty
                let isWorse = verdict != decisive?.verdict || isUnmet && !decisiveIsUnmet
                if problem != nil || verdict == record.verdict && isWorse {
                    (decisive, decisiveIsUnmet) = (document, isUnmet)
                }
            } catch {
                problem = error
            }
        }
        guard !records.isEmpty else { throw problem ?? RunError(.interrupted, "interrupted; nothing was sold") }
        let series = SeriesRecord(
            records, wanted: runs, endedBy: problem?.status ?? (records.count < runs ? .interrupted : nil),
            thresholds: gate.thresholds(beside: strategy.require))
        let document = ReportDocument(series, resultsPaths: folders.map(\.path))
        if series.exitCode == .upheld { decisive = nil }
        let unwritten = files.write(document, decisive: decisive, suites: suites + [GateSuite(series, document)])
        try gate.show(
            document, results.format, decisive: decisive, exitCode: series.exitCode, thresholds: series.thresholds
        ) { RunJSON.write(series, to: &$0) }
        if let problem = problem ?? unwritten { throw problem }
        return series.exitCode
    }

    /// A run that is over, judged, and written.
    struct Made {
        var results: RunResults
        var folder: RunFolder
        /// Why the run could not go on, or its results could not be written.
        var problem: RunError?
    }

    /// What starts the workers on other machines; nil for this one.
    private func engine(at place: Coordinator.Place) throws(RunError) -> (any FleetEngine)? {
        if let engine = try machines.engine() { return engine }
        let isQuiet = gate.quiet
        return try cluster.engine(at: place, remoteBinary: machines.remoteBinary) { if !isQuiet { Terminal.note($0) } }
    }

    func make(
        _ scenario: Scenario, strategy: Strategy, _ before: Before, at place: Coordinator.Place, _ watch: RunWatch
    ) throws(RunError) -> Made {
        let started = Date()
        let folder = try RunFolder(parent: results.output, strategy: strategy.name, started: started)
        let run = RunID(startingAtSeconds: Int(started.timeIntervalSince1970)).text
        let clock = WallClock.now
        watch.begin(run: run, scenario)
        var completed: CompletedRun
        do throws(RunError) {
            completed = try Coordinator(
                scenario: scenario, strategy: strategy, place: place, access: try server.access(for: place),
                folder: folder,
                run: run, engine: try engine(at: place), watchesJournals: watch.watchesJournals,
                showProgress: { watch.show($0, scenario) }
            ).run()
        } catch {
            watch.clear()
            folder.remove()
            throw error
        }
        watch.clear()
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
        judged.record.observed.digests = RunFiles.digests(journals: completed.journalDigests, completed.facts)
        judged.record.require(gate.thresholds(beside: strategy.require), isOneOfMany: runs > 1)
        let unsaid = watch.writeSpans(&judged, clock)
        let unwritten = results.write(&judged, folder)
        watch.judge(judged, folder: folder.path)
        // An interruption is no problem of the file's.
        let mistake = completed.wasInterrupted ? nil : completed.mistake
        return Made(results: judged, folder: folder, problem: completed.failure ?? mistake ?? unwritten ?? unsaid)
    }
}

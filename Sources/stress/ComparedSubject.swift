internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host
internal import Strategies

/// One of those that `stress compare` compares: a strategy that is run, or runs that are there.
struct ComparedSubject {
    /// A strategy, ready to be run.
    struct Fresh {
        var command: RunCommand
        var strategy: Strategy
        var scenario: Scenario
        var place: Coordinator.Place
        var before = RunCommand.Before()
    }

    /// As the command line names it.
    let argument: String
    /// In tables: the strategy's, or where there are several of that name, ``argument``.
    private(set) var name: String
    let strategyName: String
    private(set) var fresh: Fresh?
    private(set) var runs: [ComparisonRun] = []
    private(set) var findings: [String] = []

    var subject: ComparisonSubject { ComparisonSubject(name, runs) }

    /// What its buyers do.
    var load: [ComparisonCondition] { fresh.map { ComparisonCondition.load($0.scenario) } ?? runs.first?.load ?? [] }

    /// - Throws: ``RunError`` with 64 for what is neither a strategy nor a folder with runs, and for flags that do not fit it.
    init(_ argument: String, _ command: CompareCommand, seed: UInt64) throws(RunError) {
        self.argument = argument
        var isFolder: ObjCBool = false
        if BuiltinStrategies.yaml(named: argument) == nil,
            FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder), isFolder.boolValue
        {
            let recorded = try ComparedFolder(argument)
            let names = recorded.strategies
            guard names.count == 1 else {
                throw RunError(
                    .usage,
                    "\(argument) has runs of \(names.joined(separator: ", ")); a subject is one strategy: name the folders of the runs, or move them apart"
                )
            }
            (runs, findings) = (recorded.runs, recorded.findings)
            (name, strategyName) = (names[0], names[0])
            try recorded.refuseOtherLoads()
            return
        }
        let fresh = try Self.prepared(argument, command, seed: seed)
        (name, strategyName) = (fresh.strategy.name, fresh.strategy.name)
        self.fresh = fresh
    }

    private static func prepared(
        _ argument: String, _ compare: CompareCommand, seed: UInt64
    ) throws(RunError) -> Fresh {
        let (strategy, source) = try StrategyArgument(argument).load()
        // Without arguments there is nothing to be wrong; a command has to come from the parser.
        guard var command = try? RunCommand.parse([]) else { throw RunError(.bug, "a run without flags is refused") }
        command.load = compare.load
        command.load.strategy = argument
        command.load.seed = seed
        command.pace = compare.pace
        command.faults = compare.faults
        command.server = compare.server
        command.results.output = compare.output
        command.skipsRehearsal = compare.skipsRehearsal
        command.skipsClaimTrial = compare.skipsClaimTrial
        let place = try command.server.place(of: strategy)
        // validate() has read it once, so it cannot be wrong here.
        let pace = (try? command.pace.pace()) ?? .rush
        var scenario = try command.load.scenario(
            strategy, source: source, pace: pace, persistence: command.server.persistence,
            redis: command.server.label(place))
        scenario.service = command.server.serviceLabel(place)
        scenario.gate = try command.pace.gate(for: strategy, scenario)
        scenario.topology = try command.server.topology(for: strategy, at: place)
        scenario.faults = try command.faults.faults(for: strategy, at: place, topology: scenario.topology)
        return Fresh(command: command, strategy: strategy, scenario: scenario, place: place)
    }

    // MARK: Several

    /// Gives those of one name their arguments for names.
    ///
    /// Those that have the same argument, too, are numbered.
    static func nameApart(_ subjects: inout [ComparedSubject]) {
        let names = Dictionary(grouping: subjects, by: \.name)
        for index in subjects.indices where names[subjects[index].name, default: []].count > 1 {
            subjects[index].name = ForeignText.shown(subjects[index].argument)
        }
        var seen: [String: Int] = [:]
        for index in subjects.indices {
            let count = seen[subjects[index].name, default: 0] + 1
            seen[subjects[index].name] = count
            if count > 1 { subjects[index].name += " (\(count))" }
        }
    }

    /// Strategies that are run get the same flags; what differs then is their own. Runs that are there are another matter.
    ///
    /// - Throws: ``RunError`` with 64 where figures of different loads would be compared.
    static func refuseOtherLoads(_ subjects: [ComparedSubject]) throws(RunError) {
        for (index, subject) in subjects.enumerated() {
            for other in subjects[(index + 1)...] where subject.fresh == nil || other.fresh == nil {
                try refuse(subject.name, subject.load, other.name, other.load)
            }
        }
    }

    static func refuse(
        _ name: String, _ load: [ComparisonCondition], _ other: String, _ otherLoad: [ComparisonCondition]
    ) throws(RunError) {
        let differences = ComparisonCondition.differences(load, otherLoad)
        guard !differences.isEmpty else { return }
        throw RunError(
            .usage,
            "\(name) and \(other) had different loads, so their figures say nothing about each other: \(differences.joined(separator: "; ")); "
                + "make both with the same flags")
    }

    /// Runs those that are fresh in turns, so that what changes on the machine meanwhile strikes all of them. No one is always first.
    ///
    /// - Returns: what ended it before its time.
    /// - Throws: ``RunError`` where not one run could be made.
    static func run(_ subjects: inout [ComparedSubject], rounds: Int) throws(RunError) -> RunError? {
        let fresh = subjects.indices.filter { subjects[$0].fresh != nil }
        guard !fresh.isEmpty else { return nil }
        for index in fresh { try subjects[index].rehearse() }
        Interruption.listen()
        Suspension.listen()
        for index in fresh { try subjects[index].tryClaims() }
        var made = 0
        for round in 0..<rounds {
            for place in fresh.indices {
                guard Interruption.requests == 0 else { break }
                let index = fresh[(place + round) % fresh.count]
                Terminal.note("run \(made + 1) of \(rounds * fresh.count): \(subjects[index].name)")
                do throws(RunError) {
                    if let problem = try subjects[index].makeRun(round) { return problem }
                    made += 1
                } catch {
                    if made == 0, subjects.allSatisfy(\.runs.isEmpty) { throw error }
                    return error
                }
            }
        }
        if made == 0, subjects.allSatisfy(\.runs.isEmpty) {
            throw RunError(.interrupted, "interrupted; nothing was sold")
        }
        return nil
    }

    private mutating func rehearse() throws(RunError) {
        guard let fresh else { return }
        self.fresh?.before.rehearsal = try fresh.command.rehearse(fresh.strategy, fresh.scenario, at: fresh.place)
    }

    private mutating func tryClaims() throws(RunError) {
        guard let fresh, Interruption.requests == 0 else { return }
        self.fresh?.before.claims = try fresh.command.claims(of: fresh.strategy, fresh.scenario)
    }

    /// - Returns: why the run could not go on, or its results could not be written.
    private mutating func makeRun(_ round: Int) throws(RunError) -> RunError? {
        guard let fresh else { return nil }
        var scenario = fresh.scenario
        scenario.seed &+= UInt64(round)
        let watch = try RunWatch(fresh.command.progress, runs: 1)
        defer { watch.close() }
        let made = try fresh.command.make(scenario, strategy: fresh.strategy, fresh.before, at: fresh.place, watch)
        let (record, facts) = (made.results.record, made.results.facts)
        runs.append(
            ComparisonRun(
                record, sellOutSeconds: ComparedFolder.sellOutSeconds(record, facts), folder: made.folder.path))
        return made.problem
    }
}

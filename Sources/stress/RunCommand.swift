internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import RedisDriver
internal import Reports

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
    @OptionGroup(title: "Server") var server: ServerOptions
    @OptionGroup(title: "Results") var results: ResultsOptions

    mutating func run() throws {
        let command = self
        try CommandLineEnd.with { () throws(RunError) in try command.execute() }
    }

    private func execute() throws(RunError) {
        let (strategy, source) = try StrategyArgument(load.strategy).load()
        let place = try server.place()
        // It was read once before, so that it cannot be wrong.
        let pace = (try? pace.pace()) ?? .rush
        let scenario = try load.scenario(
            strategy, source, pace: pace, persistence: server.persistence, redis: server.label(place))
        if case .server = place, let problem = try Rehearsal.inspect(strategy, source) {
            Terminal.note(
                "the scripts were not rehearsed before they touch your server, since there is no private one: \(problem)"
            )
        }
        Interruption.listen()
        let started = Date()
        let folder = try RunFolder(parent: results.output, strategy: strategy.name, started: started)
        let run = RunID.random()
        let display = ProgressDisplay(scenario: scenario)
        let completed: CompletedRun
        do throws(RunError) {
            completed = try Coordinator(
                scenario: scenario, strategy: strategy, place: place, folder: folder, run: run,
                showProgress: display.show
            ).run()
        } catch {
            display.clear()
            folder.remove()
            throw error
        }
        display.clear()
        try conclude(completed, folder, started: started, run: run)
    }

    /// Judges, writes and prints; throws where the exit code is not 0.
    private func conclude(_ completed: CompletedRun, _ folder: RunFolder, started: Date, run: String) throws(RunError) {
        let verdict = Judging.verdict(completed.facts)
        let record = completed.record(verdict: verdict, started: started.formatted(.iso8601), run: run)
        var problem = completed.failure
        do throws(RunError) {
            try results.write(record, completed, folder)
        } catch {
            problem = problem ?? error
        }
        try results.show(record, completed.facts, folder)
        if let problem { throw problem }
        if record.exitCode != 0 { throw RunError(Int32(record.exitCode), "") }
    }
}

/// The id of a run, which its keys and its connections carry.
enum RunID {
    /// Ten characters, so that two runs on one server do not meet.
    static func random() -> String {
        String((0..<10).map { _ in "0123456789abcdefghijklmnopqrstuvwxyz".randomElement()! })
    }
}

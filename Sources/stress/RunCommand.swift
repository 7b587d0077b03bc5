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
    @OptionGroup(title: "Server") var server: ServerOptions
    @OptionGroup(title: "Results") var results: ResultsOptions

    mutating func run() throws {
        do throws(RunError) {
            try execute()
        } catch {
            FileHandle.standardError.say("stress: \(error.message)")
            throw ExitCode(error.exitCode)
        }
    }

    private func execute() throws(RunError) {
        let (strategy, source) = try load.loadStrategy()
        let place = try server.place()
        let scenario = try load.scenario(source, persistence: server.persistence, redis: server.label(place))
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
        let verdict = Checks.judge(completed.facts)
        let record = completed.record(verdict: verdict, started: started.formatted(.iso8601), run: run)
        var writing: RunError?
        do throws(RunError) {
            try RunResults(record: record, facts: completed.facts, folder: folder).write()
        } catch {
            writing = error
        }
        try results.show(record, completed, folder)
        if let failure = completed.failure { throw failure }
        if let writing { throw writing }
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

extension FileHandle {
    /// Writes a line; there is nowhere to complain if standard error is closed.
    func say(_ line: String) {
        guard line != "stress: " else { return }
        try? write(contentsOf: Data((line + "\n").utf8))
    }
}

internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host
internal import RedisDriver
internal import Shop

/// `stress clean`: removes what killed runs have left on a server of the user's.
struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "List, and with --yes remove, what killed runs have left on your Redis.",
        discussion: """
            A run removes its keys itself. What stays after a SIGKILL or a lost connection has the run's tag, {stress:<id>}, in \
            its name. Nothing else is touched, and no run that is still going on. Without --yes nothing is changed.
            """)

    @Option(
        help: ArgumentHelp(
            "redis://user:password@host:port/db, rediss:// for TLS, unix:///path, redis+sentinel://h1,h2/name or redis+cluster://h1,h2. Default: $STRESS_REDIS_URL. A password is better given in $REDISCLI_AUTH.",
            valueName: "url"))
    var redis: String?

    @OptionGroup var tls: TLSOptions

    @Option(
        help: ArgumentHelp("Only of runs that started at least so long ago: 30m, 1h, 7d.", valueName: "duration"))
    var olderThan: String?

    @Flag(help: "Remove what is listed.")
    var yes = false

    /// Ten years: longer than anybody waits.
    private static let longestDays = 3660
    /// How many of a run's keys are shown.
    private static let keysShown = 3

    func validate() throws {
        if redis?.isEmpty == true {
            throw ValidationError("--redis: a URL such as redis://127.0.0.1:6379 is wanted; found nothing")
        }
        _ = try olderThanSeconds()
    }

    private func olderThanSeconds() throws(ValidationError) -> Int? {
        guard let olderThan else { return nil }
        do throws(DurationText.Problem) {
            // A part of a second counts as a whole one: rather too old than too young.
            return (try DurationText.microseconds(olderThan, atMostDays: Self.longestDays) + 999_999) / 1_000_000
        } catch {
            throw ValidationError("--older-than: \(error.message)")
        }
    }

    mutating func run() throws {
        let command = self
        try CommandLineEnd.with { () throws(RunError) in
            try command.execute()
            return .upheld
        }
    }

    private func execute() throws(RunError) {
        guard let endpoint = try tls.endpoint(redis: redis) else {
            throw RunError(
                .usage,
                "--redis: the URL of the server to clean is wanted, such as redis://127.0.0.1:6379, or $STRESS_REDIS_URL"
            )
        }
        guard endpoint.isCluster else { return try clean(endpoint) }
        // Each of its primaries has the keys of its own slots.
        for node in try Self.primaries(of: endpoint) { try clean(node) }
    }

    private static func primaries(of cluster: RedisEndpoint) throws(RunError) -> [RedisEndpoint] {
        do throws(LocatorProblem) {
            return try PrimarySearch.run(cluster, timeoutMilliseconds: 5000).primaries.map { cluster.at($0) }
        } catch {
            throw RunError(.unavailable, "Redis at \(cluster.redacted) cannot be used: \(error)")
        }
    }

    /// - Parameter endpoint: of one server.
    private func clean(_ endpoint: RedisEndpoint) throws(RunError) {
        // validate() has read it once, so it cannot be wrong here.
        var leftovers = try DeadRunLeftovers(on: endpoint, olderThanSeconds: (try? olderThanSeconds()) ?? nil)
        // Until here nothing is under way, and a signal ends the process at once.
        Interruption.listen()
        let runs: [DeadRunLeftovers.Run]
        do throws(RunError) {
            runs = try leftovers.find()
        } catch {
            throw error.status == .interrupted ? RunError(.interrupted, "interrupted; nothing was removed") : error
        }
        if let reason = leftovers.librariesAreHidden {
            Terminal.note(
                "libraries of functions that runs have left cannot be seen: the server answered FUNCTION LIST with \(reason)"
            )
        }
        guard !runs.isEmpty else { return try Terminal.write("Nothing of stress is left on \(endpoint.redacted).\n") }
        try Terminal.write("On \(endpoint.redacted):\n\n" + runs.map(text).joined(separator: "\n") + "\n")
        if let reason = leftovers.liveIsHidden, olderThan == nil {
            throw RunError(
                .unavailable,
                "the server does not show who is connected (CLIENT LIST: \(reason)), so a run that is still going on cannot be "
                    + "told from one that has left its keys; nothing was removed. Give --older-than, longer than any run takes"
            )
        }
        if leftovers.liveIsHidden != nil {
            Terminal.note("the server does not show who is connected, so --older-than alone says which runs are over")
        }
        let wanted = runs.filter { $0.standing == .left }
        guard !wanted.isEmpty else { return try Terminal.write("Nothing is to be removed.\n") }
        guard yes else {
            let age = olderThan.map { " --older-than \($0)" } ?? ""
            return try Terminal.write(
                "Nothing was changed. To remove \(Self.amount(wanted)): stress clean \(endpoint.cleanFlags)\(age) --yes\n"
            )
        }
        try remove(wanted, &leftovers)
    }

    // MARK: Removing

    private func remove(_ runs: [DeadRunLeftovers.Run], _ leftovers: inout DeadRunLeftovers) throws(RunError) {
        var sum = DeadRunLeftovers.Removed()
        var done = 0
        for run in runs {
            var removed = DeadRunLeftovers.Removed()
            var failure: RunError?
            do throws(RunError) { try leftovers.remove(run, &removed) } catch { failure = error }
            sum.keys += removed.keys
            sum.libraries += removed.libraries
            sum.problem = sum.problem ?? removed.problem
            if let failure {
                throw RunError(
                    failure.status,
                    "\(failure.message), after \(Self.amount(sum.keys, sum.libraries)) had been removed; "
                        + "the same command removes the rest")
            }
            if removed.isLive {
                try Terminal.write("Kept \(run.id): it is going on now.\n")
            } else {
                done += 1
            }
        }
        try Terminal.write("Removed \(Self.amount(sum.keys, sum.libraries)) of \(done.counted("run")).\n")
        if let problem = sum.problem { throw RunError(.unavailable, "not everything could be removed: \(problem)") }
    }

    // MARK: Words

    private static func amount(_ runs: [DeadRunLeftovers.Run]) -> String {
        amount(runs.reduce(0) { $0 + $1.keys.count }, runs.reduce(0) { $0 + $1.libraries.count }) + " of "
            + runs.count.counted("run")
    }

    private static func amount(_ keys: Int, _ libraries: Int) -> String {
        let keysText = keys.counted("key")
        return libraries == 0 ? keysText : "\(keysText) and \(libraries.counted("library", "libraries"))"
    }

    private func text(_ run: DeadRunLeftovers.Run) -> String {
        var text =
            "\(run.id)  \(Self.start(run)), \(Self.amount(run.keys.count, run.libraries.count))\(standing(run))\n"
        for key in run.keys.prefix(Self.keysShown) { text += "  \(ForeignText.shown(key))\n" }
        if run.keys.count > Self.keysShown { text += "  and \((run.keys.count - Self.keysShown).grouped) more\n" }
        for library in run.libraries { text += "  library \(library)\n" }
        return text
    }

    private static func start(_ run: DeadRunLeftovers.Run) -> String {
        guard let seconds = run.id.startedAtSeconds else {
            return "start unknown" + (run.idleSeconds.map { ", untouched for \($0.grouped) s" } ?? "")
        }
        return "started \(Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601))"
    }

    private func standing(_ run: DeadRunLeftovers.Run) -> String {
        switch run.standing {
        case .left: ""
        case .live(let connections): " - kept: it is going on (\(connections.counted("connection")))"
        case .tooYoung: " - kept: not older than \(olderThan ?? "")"
        case .ageUnknown: " - kept: its age is not known"
        }
    }
}

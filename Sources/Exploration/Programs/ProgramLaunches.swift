internal import CLinux
internal import EmbeddedRedis
internal import FlashSale
internal import Glibc
internal import Host
internal import ProgramTransport
internal import Proxy

/// Starts programs, each with the address of its own slot of the proxy, and sees that none stays, whatever ends us.
final class ProgramLaunches {
    /// What the keeper may take to end everything.
    private static var keeperMilliseconds: Int { 6000 }

    private let settings: ProgramSettings
    private let ports: [Int]
    private let errors: PipeEnds
    private let errorsPath: String
    private let mark: String
    private let keeper: Keeper
    private var launches: [Int: ProgramLaunch] = [:]
    private var isStopped = false

    /// - Parameters:
    ///   - ports: of the proxy, by slot.
    ///   - errorsPath: where it is kept what programs say on their standard error.
    init(_ settings: ProgramSettings, ports: [Int], errorsPath: String) throws(RunError) {
        self.settings = settings
        self.ports = ports
        self.errorsPath = errorsPath
        mark = "\(getpid())-\(Clock.nanoseconds())"
        do throws(ProgramFailure) {
            errors = try PipeEnds()
            keeper = try Keeper(settings.executable, mark: mark, errorsPath: errorsPath, errors: errors.reading)
        } catch {
            throw RunError(.unavailable, "the keeper of the programs cannot be started: \(error.reason)")
        }
    }

    deinit { stop() }

    /// What a program finds in its environment, whichever slot it is told of.
    static func variables(_ settings: ProgramSettings, port: Int) -> [String: String] {
        let values = redis(at: port)
        var variables = [
            "REDIS_URL": values["redis-url"] ?? "", "REDIS_HOST": values["redis-host"] ?? "",
            "REDIS_PORT": String(port),
        ]
        for (name, value) in settings.variables { variables[name] = Placeholders.fill(value, values) }
        return variables
    }

    /// What stands for a slot of the proxy in texts.
    static func redis(at port: Int) -> [String: String] {
        ["redis-port": String(port), "redis-host": "127.0.0.1", "redis-url": "redis://127.0.0.1:\(port)"]
    }

    func place(of name: String) throws(RunError) -> String {
        do throws(ProgramPlace.Problem) {
            return try ProgramPlace.find(
                name, in: settings.folder, path: settings.environment["PATH"] ?? ProgramPlace.searchPath)
        } catch {
            throw RunError(.usage, error.message)
        }
    }

    func start(_ path: String, _ words: [String], slot: Int, asks: Bool = false) throws(RunError) -> StartedProgram {
        let words = words.map { Placeholders.fill($0, Self.redis(at: ports[slot])) }
        if launches[slot] == nil {
            launches[slot] = ProgramLaunch(
                folder: settings.folder, mark: mark, variables: Self.variables(settings, port: ports[slot]),
                errors: fcntl(errors.writing, F_DUPFD_CLOEXEC, 0))
        }
        do throws(ProgramFailure) {
            return try StartedProgram(launches[slot]!, path, words, asks: asks)
        } catch {
            throw RunError(.unavailable, "\(error.reason)")
        }
    }

    /// Runs a program to its end, while the proxy serves it.
    ///
    /// - Returns: its exit code; nil where it did not end in time, and was killed.
    func run(
        _ words: [String], slot: Int, _ proxy: SteppedProxy, withinMilliseconds milliseconds: Int
    ) throws(RunError) -> Int? {
        let program = try start(try place(of: words[0]), words, slot: slot)
        defer { program.stop() }
        let end = Clock.nanoseconds() + UInt64(milliseconds) * 1_000_000
        while program.exitCode == nil, Clock.nanoseconds() < end {
            try ProxyWaits.serve(proxy, also: program.descriptors, nanoseconds: 20_000_000)
            program.look()
        }
        return program.exitCode
    }

    private var endOfErrors: String? {
        var status = stat()
        guard stat(errorsPath, &status) == 0 else { return nil }
        return SmallFile.read(errorsPath, from: max(0, Int(status.st_size) - 4096))
    }

    /// The last thing that a program has written to its standard error, for the end of a message.
    var lastWords: String {
        // The keeper writes it down a moment later.
        let end = Clock.nanoseconds() + 100_000_000
        while endOfErrors?.last != "\n", Clock.nanoseconds() < end {
            Clock.sleep(until: Clock.nanoseconds() + 1_000_000)
        }
        guard let text = endOfErrors, let line = text.split(whereSeparator: \.isNewline).last else {
            return ""
        }
        return "; the last line of its standard error: \(ForeignText.shown(String(line), limit: 200))"
    }

    func stop() {
        guard !isStopped else { return }
        isStopped = true
        launches = [:]
        close(errors.writing)
        keeper.close(withinMilliseconds: Self.keeperMilliseconds)
    }
}

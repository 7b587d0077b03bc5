internal import CLinux
internal import Glibc
internal import Host

/// A program that is asked once: it reads what it is given, prints an answer, and ends.
///
/// It is the first of a process group of its own without a terminal, so that it can ask nobody for a password, and that what it
/// started goes with it. The kernel kills it when we end, however that comes.
struct StoreProgram {
    /// How a program ended.
    struct Ending {
        var output: [UInt8]
        /// The end of what it wrote to stderr.
        var errors: [UInt8]
        /// Nil where a signal ended it.
        var exitCode: Int32?
        var signal: Int32?
    }

    enum Failure: Error, Equatable {
        /// Not even started: the system's reason.
        case notStarted(String)
        case late
        case interrupted
        /// It printed more than a table may have.
        case tooLarge
    }

    /// Bytes of stderr that are kept.
    private static let errorLimit = 1 << 16
    /// How long a program has that is told to end, in nanoseconds.
    private static let grace: UInt64 = 1_000_000_000

    /// Our own binary, which starts it.
    var starter: String
    /// Whether it may start others, which have to go with us, too.
    var hasChildren = false
    /// An absolute path.
    var path: String
    var arguments: [String]
    var environment: [String: String]
    var input: [UInt8] = []
    /// What asks it to end: a database client then tells the database to stop.
    var endSignal = SIGTERM

    /// The program of a name, as a shell finds it; nil where there is none.
    static func find(_ name: String, _ environment: [String: String]) -> String? {
        let isProgram = { (path: String) in
            var facts = stat()
            return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
        }
        if name.contains("/") { return isProgram(name) ? name : nil }
        let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.lazy.map { "\($0)/\(name)" }.first(where: isProgram)
    }

    /// Runs it to its end.
    ///
    /// - Parameter deadline: CLOCK_MONOTONIC; after it, and after a second Ctrl-C, the program is ended.
    func run(until deadline: UInt64, limit: Int = StoreTable.byteLimit) throws(Failure) -> Ending {
        var pipes = StorePipes()
        defer { pipes.closeAll() }
        guard pipes.open() else { throw .notStarted(Self.lastError) }
        let process = try spawn(pipes)
        pipes.closeTheirs()
        Suspension.follow(process)
        defer { Suspension.forget(process) }
        var talk = StoreTalk(input: input, limit: limit, errorLimit: Self.errorLimit)
        do throws(Failure) {
            try talk.hold(over: &pipes, with: process, until: deadline)
            try Self.wait(for: process, until: deadline)
        } catch {
            end(process)
            throw error
        }
        // What it left running goes before its number does.
        kill(-process, SIGKILL)
        let status = Self.reap(process)
        let signal = status & 0x7f
        return Ending(
            output: talk.output, errors: talk.errors, exitCode: signal == 0 ? status >> 8 & 0xff : nil,
            signal: signal == 0 ? nil : signal)
    }

    private static var lastError: String { String(cString: strerror(errno)) }

    private func spawn(_ pipes: StorePipes) throws(Failure) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, theirs) in zip(pipes.theirs, Int32(0)...2) {
            posix_spawn_file_actions_adddup2(&actions, descriptor, theirs)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // We may run with signals blocked or ignored; exec would hand both on.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // A session of its own, POSIX_SPAWN_SETSID, which glibc shows only with _GNU_SOURCE.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | 0x80))
        let words = ["stress", hasChildren ? "end-with-parent" : "die-with-parent", String(getpid()), path] + arguments
        var wordPointers = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in wordPointers + variables { free(pointer) } }
        var process: Int32 = 0
        let failure = posix_spawn(&process, starter, &actions, &attributes, &wordPointers, &variables)
        guard failure == 0 else { throw .notStarted(String(cString: strerror(failure))) }
        return process
    }

    // MARK: Its end

    /// Whether a child has ended; it stays a zombie, so that its number is nobody else's.
    static func hasEnded(_ process: Int32) -> Bool {
        var facts = siginfo_t()
        let result = waitid(P_PID, id_t(process), &facts, WEXITED | WNOHANG | WNOWAIT)
        return result != 0 || facts.si_signo == SIGCHLD
    }

    private static func wait(for process: Int32, until deadline: UInt64) throws(Failure) {
        while !hasEnded(process) {
            if Interruption.requests >= 2 { throw .interrupted }
            if Clock.nanoseconds() >= deadline { throw .late }
            usleep(500)
        }
    }

    private func end(_ process: Int32) {
        kill(-process, endSignal)
        let last = Clock.nanoseconds() + Self.grace
        while !Self.hasEnded(process), Clock.nanoseconds() < last { usleep(1000) }
        kill(-process, SIGKILL)
        _ = Self.reap(process)
    }

    private static func reap(_ process: Int32) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

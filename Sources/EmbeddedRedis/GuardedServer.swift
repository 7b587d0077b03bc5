internal import CLinux
internal import Glibc

/// The server that a guard watches over: one process at a time, each with the same folder, port and settings.
struct GuardedServer {
    /// Reads as ended when the server is gone, which holds the other end without knowing it; -1 where there is no server, or
    /// it closed its end.
    private(set) var life: Int32 = -1
    private let settings: ServerSettings
    /// What holds the folder, for the server to hold it too; nil where the file system has no locks.
    private let lock: Int32?
    /// Not reaped yet, so that the number is its own.
    private var process: Int32?
    /// While it was asked to end: until when it may.
    private var termination: Deadline?

    private static let killMilliseconds = 5000
    private static let familyMilliseconds = 3000
    private static let signalMilliseconds = 2000

    /// - Parameter lock: held to the end of this process.
    init(_ settings: ServerSettings, lock: Int32?) {
        self.settings = settings
        self.lock = lock
        // Held to the end of this process.
        for port in settings.ports { _ = PortReservation.take(port) }
    }

    /// How long to wait for an event; -1 for ever. A server that closed its end and runs on is checked now and then.
    var pauseMilliseconds: Int32 { process != nil && (life < 0 || termination != nil) ? 20 : -1 }

    /// What became of the server since the last look, if anything.
    mutating func look(lifeHasEnded: Bool) -> GuardMessage? {
        if lifeHasEnded { forgetLife() }
        guard let process, life < 0 || termination != nil else { return nil }
        if let how = ChildProcess.reap(process, withinMilliseconds: life < 0 ? 10 : 0) {
            self.process = nil
            forgetLife()
            guard termination != nil else { return .ended(how) }
            termination = nil
            return buryFamily() ?? .down(how)
        }
        guard let termination, termination.hasPassed else { return nil }
        self.termination = nil
        return .refused("it was asked to end (SIGTERM) and still runs. The end of its log says why")
    }

    /// The answer; nil where it follows later.
    mutating func carryOut(_ order: GuardOrder) -> GuardMessage? {
        if termination != nil { return .refused("the server has been asked to end and has not done so yet") }
        switch order {
        case .protected(let password): return start(password)
        case .open: return start(nil)
        case .kill, .terminate, .freeze, .thaw: break
        }
        guard let process else { return .refused("no server is running") }
        switch order {
        case .kill: return end(process)
        case .terminate(let milliseconds):
            termination = Deadline(milliseconds: milliseconds)
            kill(process, SIGTERM)
            return nil
        case .freeze: return signal(process, SIGSTOP, until: WSTOPPED, .frozen)
        case .thaw: return signal(process, SIGCONT, until: WCONTINUED, .thawed)
        case .protected, .open: return nil
        }
    }

    // MARK: Starting

    private mutating func start(_ password: RunPassword?) -> GuardMessage {
        guard process == nil else { return .refused("a server is running already") }
        do throws(SystemError) {
            let started = try spawn(password)
            process = started
            return .started(started)
        } catch {
            forgetLife()
            return .failed("\(error)")
        }
    }

    private mutating func spawn(_ password: RunPassword?) throws(SystemError) -> Int32 {
        let log = SocketPair.moveUp(open(settings.logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600))
        guard log >= 0 else { throw SystemError(number: errno) }
        defer { close(log) }
        let input = try SocketPair()
        defer { close(input.theirs) }
        do throws(SystemError) {
            try prepareFiles(password)
            // A sentinel writes its settings again as it learns, so that it has them in a file.
            if !settings.role.isSentinel {
                try input.tell(settings.configuration(backlog: ServerSettings.backlog(), password: password))
            }
        } catch {
            close(input.ours)
            throw error
        }
        // The server reads to the end, and nobody can read it again.
        close(input.ours)
        let life = try SocketPair()
        defer { close(life.theirs) }
        self.life = life.ours

        var descriptors: [(ours: Int32, theirs: Int32)] = [(input.theirs, 0), (log, 1), (log, 2), (life.theirs, 9)]
        if let lock { descriptors.append((lock, 8)) }
        let library = try prepareLibrary()
        defer { if let library { close(library) } }
        if let library { descriptors.append((library, PowerCutLibrary.descriptor)) }
        return try ChildProcess.spawn(
            "/proc/self/exe",
            arguments: ["stress", "die-with-parent", String(getpid())] + programWords,
            descriptors: descriptors)
    }

    /// A sentinel works in the folder: by its own path Redis would take a `[` in it for a pattern.
    private var programWords: [String] {
        settings.role.isSentinel
            ? [settings.program, "/proc/self/cwd/\(SentinelSetup.fileName)", "--sentinel"] : [settings.program, "-"]
    }

    /// Writes what a server reads from its folder. What an earlier one has learned there is kept.
    private func prepareFiles(_ password: RunPassword?) throws(SystemError) {
        switch settings.role {
        case .alone, .primary, .replica: return
        case .sentinel(let setup):
            guard chdir(settings.folder) == 0 else { throw SystemError(number: errno) }
            try Self.write(
                setup.configuration(port: settings.port, password: password?.text), to: SentinelSetup.fileName,
                in: settings.folder)
        case .clusterNode(let setup):
            try Self.write(setup.configuration, to: ClusterSetup.fileName, in: settings.folder)
        }
    }

    private static func write(_ text: String, to name: String, in folder: String) throws(SystemError) {
        let file = open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST { return }
            throw SystemError(number: errno)
        }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw SystemError(number: errno) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    /// Opens the library for power cuts and stopped clocks, and makes what it writes to, or reads, unless an earlier server did.
    ///
    /// - Returns: nil where the server loads none.
    private func prepareLibrary() throws(SystemError) -> Int32? {
        unsetenv(SyncTable.variable)
        unsetenv(ServerClock.variable)
        if settings.powerCutLibrary != nil {
            try SyncTable.make(in: settings.folder)
            setenv(SyncTable.variable, SyncTable.path(in: settings.folder), 1)
        }
        if settings.clockLibrary != nil {
            try ServerClock.make(in: settings.folder)
            setenv(ServerClock.variable, ServerClock.path(in: settings.folder), 1)
        }
        guard let path = settings.powerCutLibrary ?? settings.clockLibrary else { return nil }
        let library = SocketPair.moveUp(open(path, O_RDONLY | O_CLOEXEC))
        guard library >= 0 else { throw SystemError(number: errno) }
        return library
    }

    // MARK: Ending

    private mutating func end(_ process: Int32) -> GuardMessage {
        kill(process, SIGKILL)
        guard let how = ChildProcess.reap(process, withinMilliseconds: Self.killMilliseconds) else {
            return .failed("it was killed and is not gone after \(Self.killMilliseconds / 1000) seconds")
        }
        self.process = nil
        forgetLife()
        return buryFamily() ?? .down(how)
    }

    /// Ends the children that save: one that lived on would put its snapshot under a later server. Nil once all are gone.
    private func buryFamily() -> GuardMessage? {
        ProcessStatus.killMembers(ofSession: getpid(), withinMilliseconds: Self.familyMilliseconds)
        ChildProcess.reapAll(withinMilliseconds: 1000)
        guard !ProcessStatus.members(ofSession: getpid()).isEmpty else { return nil }
        return .failed("what it started is not gone after \(Self.familyMilliseconds / 1000) seconds")
    }

    private mutating func forgetLife() {
        if life >= 0 { close(life) }
        life = -1
    }

    // MARK: Standing still

    /// Sends a signal and waits until the kernel says that the whole process has followed it.
    private func signal(
        _ process: Int32, _ signal: Int32, until followed: Int32, _ answer: GuardMessage
    ) -> GuardMessage {
        kill(process, signal)
        let deadline = Deadline(milliseconds: Self.signalMilliseconds)
        while true {
            var information = siginfo_t()
            if waitid(P_PID, id_t(process), &information, followed | WNOHANG) == 0, information.si_signo == SIGCHLD {
                return answer
            }
            if deadline.hasPassed { return .refused("the server did not follow signal \(signal)") }
            usleep(200)
        }
    }
}

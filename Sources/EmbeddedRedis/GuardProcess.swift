internal import CSystem
internal import FoundationEssentials
internal import Glibc

/// The hidden `stress guard`: starts one private Redis server and outlives everybody to clean up after it.
///
/// It ends when its standard input does, which is when the coordinator stops it or dies in whatever way. It must run on
/// the main thread, because the server dies with the thread that started it.
package enum GuardProcess {
    /// - Parameter arguments: what follows the subcommand: the folder to make, the port, the most clients, how to keep
    ///   data, and the server's program.
    package static func run(arguments: [String]) -> Never {
        setsid()
        for ignored in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU] {
            signal(ignored, SIG_IGN)
        }
        closeForeignDescriptors()
        // The children that Redis forks to save become ours when it is gone.
        _ = stress_adopt_orphans()
        guard let settings = ServerSettings(arguments: arguments) else {
            tell(.failed("stress guard is internal to stress and takes other arguments than these"))
            exit(64)
        }
        let failure = TemporaryFolder.make(settings.folder)
        guard failure == 0 else {
            tell(
                .failed(
                    "cannot make \(settings.folder): \(SystemError(number: failure)). Set TMPDIR to a folder that can "
                        + "be written to"))
            exit(73)
        }
        // Never closed: held to the end of this process, and by the server to its own.
        let lock = FolderLock.hold(settings.folder)
        tell(.folderMade)
        do {
            // Without an order, the coordinator is gone already.
            if let order = readOrder() { try watchOver(settings, order, lock) }
        } catch {
            tell(.failed("\(error)"))
            waitForEndOfInput()
        }
        ProcessStatus.killMembers(ofSession: getpid(), withinMilliseconds: 3000)
        // In a container whose first process reaps nobody they would stay as zombies.
        ChildProcess.reapAll(withinMilliseconds: 1000)
        exit(TemporaryFolder.remove(settings.folder, withinMilliseconds: 3000) ? 0 : 74)
    }

    /// Starts the server and returns when the coordinator is gone.
    ///
    /// - Parameter lock: what holds the folder; nil where the file system has no locks.
    private static func watchOver(
        _ settings: ServerSettings, _ order: GuardOrder, _ lock: Int32?
    ) throws(SystemError) {
        let log = open(settings.logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard log >= 0 else { throw SystemError(number: errno) }
        let life = try SocketPair()
        let input = try SocketPair()
        try input.tell(settings.configuration(backlog: ServerSettings.backlog(), password: order.password))
        // The server reads to the end, and nobody can read it again.
        close(input.ours)

        // The server holds one end of `life` without knowing it: when it is gone, the other end reads as ended.
        var descriptors: [(ours: Int32, theirs: Int32)] = [
            (input.theirs, 0), (log, 1), (log, 2), (life.theirs, 9),
        ]
        if let lock { descriptors.append((lock, 8)) }
        let server = try ChildProcess.spawn(
            "/proc/self/exe",
            arguments: ["stress", "die-with-parent", String(getpid()), settings.program, "-"],
            descriptors: descriptors)
        close(input.theirs)
        close(life.theirs)
        tell(.started(server))

        var pollers = [
            pollfd(fd: 0, events: Int16(POLLIN), revents: 0), pollfd(fd: life.ours, events: Int16(POLLIN), revents: 0),
        ]
        var isRunning = true
        while true {
            // A server that closed its end and runs on is checked now and then.
            let pause: Int32 = isRunning && pollers[1].fd < 0 ? 50 : -1
            guard poll(&pollers, 2, pause) >= 0 else { continue }
            if pollers[1].revents != 0 { pollers[1].fd = -1 }
            if isRunning, pollers[1].fd < 0, let how = ChildProcess.reap(server, withinMilliseconds: 10) {
                isRunning = false
                tell(.ended(how))
            }
            if pollers[0].revents != 0, inputHasEnded() { return }
        }
    }

    /// Nil if the input ends before, or is something else.
    private static func readOrder() -> GuardOrder? {
        var line: [UInt8] = []
        while line.count < 200 {
            var byte: UInt8 = 0
            let count = read(0, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return GuardOrder(line: String(decoding: line, as: UTF8.self)) }
            line.append(byte)
        }
        return nil
    }

    private static func waitForEndOfInput() {
        while !inputHasEnded() {}
    }

    /// Reads what is there. Nothing is sent after the order, so that only the end has a meaning.
    private static func inputHasEnded() -> Bool {
        var byte: UInt8 = 0
        let count = read(0, &byte, 1)
        return count == 0 || (count < 0 && errno != EINTR)
    }

    private static func tell(_ message: GuardMessage) {
        let bytes = Array(message.line.utf8)
        // A coordinator that cannot hear has gone, and the end of our input will say so.
        _ = write(1, bytes, bytes.count)
    }

    /// What the coordinator forgot to mark close-on-exec, such as a worker's input, must not live on here.
    private static func closeForeignDescriptors() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > 2 { close(descriptor) }
    }
}

/// The hidden `stress die-with-parent PPID PROGRAM ARGUMENTS…`: becomes PROGRAM, which the kernel kills when the
/// thread that started it ends.
package enum DieWithParent {
    /// - Parameter arguments: what follows the subcommand.
    package static func run(arguments: [String]) -> Never {
        guard arguments.count >= 2, let parent = Int32(arguments[0]) else {
            complain("wanted PPID PROGRAM ARGUMENTS…, found \(arguments.count) arguments")
            exit(64)
        }
        guard stress_set_parent_death_signal(SIGKILL) == 0 else {
            complain("prctl: \(SystemError(number: errno))")
            exit(70)
        }
        // A parent that ended before the call above sends no signal any more.
        guard getppid() == parent else { exit(0) }
        raiseOpenFilesLimit()
        var pointers = arguments.dropFirst().map { strdup($0) } + [nil]
        execv(arguments[1], &pointers)
        complain("cannot run \(arguments[1]): \(SystemError(number: errno))")
        exit(127)
    }

    /// As far as an ordinary user may. Root's Redis raises the hard limit by itself.
    private static func raiseOpenFilesLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func complain(_ text: String) {
        let line = Array("stress die-with-parent: \(text)\n".utf8)
        _ = write(2, line, line.count)
    }
}

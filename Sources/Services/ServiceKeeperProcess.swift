internal import CLinux
internal import CProcesses
internal import Glibc
internal import ProgramTransport

/// The hidden `stress keep-service`: starts a service, as often as it is told to, and outlives everybody to end it.
///
/// Its standard input ends when the run does, in whatever way. It then kills whatever has come from it: it adopts the orphans of all
/// that it has started, so that nothing gets out of its sight. Its standard error is the service's log.
package enum ServiceKeeperProcess {
    /// The most bytes that the log keeps.
    private static var logLimit: Int { 64 << 20 }
    /// How often orphans are waited for, and the log's length is looked at.
    private static var pauseMilliseconds: Int32 { 100 }
    private static var endMilliseconds: Int { 4000 }

    /// To be called on the main thread: what it starts ends with that.
    ///
    /// - Parameter arguments: what follows the subcommand: the mark that all have in their environment, the program's path, and the
    ///   arguments of the program.
    package static func run(arguments: [String]) -> Never {
        for ignored in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU] {
            signal(ignored, SIG_IGN)
        }
        guard arguments.count >= 2, stress_adopt_orphans() == 0 else { exit(64) }
        var service = KeptService(program: Array(arguments.dropFirst()))
        while true {
            var pollers = [
                pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
                pollfd(fd: service.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&pollers, 2, pauseMilliseconds)
            service.reapAll()
            cutLog()
            guard count > 0, pollers[0].revents != 0 else { continue }
            guard let order = readOrder() else { break }
            if order == UInt8(ascii: "s") { service.start() }
        }
        _ = ServiceFamily(keeper: getpid()).killAll(withinMilliseconds: endMilliseconds)
        // In a container whose first process waits for nobody they would stay as zombies.
        while waitpid(-1, nil, WNOHANG) > 0 {}
        exit(0)
    }

    /// Nil at the end of the input.
    private static func readOrder() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = read(0, &byte, 1)
            if count == 1 { return byte }
            if count == 0 || errno != EINTR { return nil }
        }
    }

    /// A service that says more than anybody reads must not fill the disk on which the history is.
    private static func cutLog() {
        var status = stat()
        guard fstat(2, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > logLimit else { return }
        // What it said last stays, also what it says meanwhile: so it is read again until nothing is added.
        var end = [UInt8](repeating: 0, count: 16 << 10)
        var count = 0
        let log = open("/proc/self/fd/2", O_RDONLY | O_CLOEXEC)
        for _ in 1...100 {
            let size = status.st_size
            count = max(0, pread(log, &end, end.count, size - end.count))
            guard fstat(2, &status) == 0, status.st_size != size else { break }
        }
        close(log)
        _ = ftruncate(2, 0)
        let line = Array("(There was more before this, which was not kept: \(logLimit >> 20) MiB are the most.)\n".utf8)
        _ = write(2, line + end[..<count], line.count + count)
    }
}

/// What the keeper knows of its service.
private struct KeptService {
    let program: [String]
    private var process: Int32 = -1
    /// Can be read once the process has ended; -1 where there is none.
    private(set) var descriptor: Int32 = -1

    init(program: [String]) { self.program = program }

    /// Starts it in a session of its own; the kernel ends it with us.
    mutating func start() {
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        let words = ArgumentList(["stress", "die-with-parent", String(getpid())] + program)
        var started: Int32 = 0
        let failure = stress_spawn(&started, "/proc/self/exe", words.pointers, environ, nil, nothing, 2, 2)
        guard failure == 0 else { return tell(.failed(failure)) }
        process = started
        descriptor = stress_process_descriptor(started)
        tell(.started(started))
    }

    /// Waits for all that have ended, and tells of the one that was started.
    mutating func reapAll() {
        while true {
            var status: Int32 = 0
            let ended = waitpid(-1, &status, WNOHANG)
            guard ended > 0 else { return }
            guard ended == process else { continue }
            process = -1
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
            let signal = status & 0x7f
            tell(.ended(signal == 0 ? .status(status >> 8 & 0xff) : .signal(signal)))
        }
    }

    private func tell(_ message: ServiceKeeperMessage) {
        let bytes = Array(message.line.utf8)
        // Who cannot hear it is gone, and the end of our input will say so.
        _ = write(1, bytes, bytes.count)
    }
}

internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import _StringProcessing

/// The hidden `stress keep-programs`: writes down what the programs of one worker say on their standard error, and outlives the
/// worker to end them.
///
/// Its standard input ends when the worker is done or gone, in whatever way; what it reads the errors from is its standard output.
/// Its standard error is the worker's standard output, which it only holds. It then kills every process that has the worker's mark
/// in its environment: the programs, and what they have started, wherever that went.
package enum KeeperProcess {
    /// The most bytes that are kept of what programs say.
    package static var errorsLimit: Int { 1 << 20 }

    /// - Parameter arguments: what follows the subcommand: the mark, and the file for errors, which is made with the first.
    package static func run(arguments: [String]) -> Never {
        for ignored in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU] {
            signal(ignored, SIG_IGN)
        }
        // It is internal to stress, and what would be its standard error is somebody else's.
        guard arguments.count == 2 else { exit(64) }
        var errors = ErrorsFile(path: arguments[1])
        PipeEnds.neverWait(1)
        var pollers = [
            pollfd(fd: 0, events: Int16(POLLIN), revents: 0), pollfd(fd: 1, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            guard poll(&pollers, 2, -1) >= 0 else { continue }
            if pollers[1].revents != 0, !errors.take(from: 1) { pollers[1].fd = -1 }
            if pollers[0].revents != 0, inputHasEnded() { break }
        }
        killAll(marked: arguments[0])
        if pollers[1].fd >= 0 { while errors.take(from: 1) {} }
        exit(0)
    }

    private static func inputHasEnded() -> Bool {
        var byte: UInt8 = 0
        let count = read(0, &byte, 1)
        return count == 0 || (count < 0 && errno != EINTR)
    }

    /// Kills until two looks in a row have found none: one that is being started has its environment only a moment later.
    package static func killAll(marked mark: String) {
        let text = Array("\(ProgramLaunch.markName)=\(mark)\0".utf8)
        var cleanLooks = 0
        // A process that cannot be killed waits for a device; nobody can wait for that.
        for _ in 0..<2000 where cleanLooks < 2 {
            let found = marked(text)
            for process in found { kill(process, SIGKILL) }
            cleanLooks = found.isEmpty ? cleanLooks + 1 : 0
            if cleanLooks < 2 { usleep(2000) }
        }
    }

    private static func marked(_ mark: [UInt8]) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        // A zombie has no environment any more, and one of another user's cannot be read.
        return names.compactMap { Int32($0) }.filter { process in
            process != getpid() && environment(of: process).firstRange(of: mark) != nil
        }
    }

    private static func environment(of process: Int32) -> [UInt8] {
        let descriptor = open("/proc/\(process)/environ", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < 4 << 20 {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}

/// What programs say on their standard error, as far as there is room for it.
private struct ErrorsFile {
    let path: String
    private var descriptor: Int32 = -1
    private var written = 0
    private var isFull = false
    private var chunk = [UInt8](repeating: 0, count: 16 << 10)

    init(path: String) { self.path = path }

    /// Takes what there is. False where there will be no more, or there is none now.
    mutating func take(from source: Int32) -> Bool {
        let count = read(source, &chunk, chunk.count)
        if count < 0, errno == EINTR { return true }
        guard count > 0 else { return false }
        keep(count)
        return true
    }

    private mutating func keep(_ count: Int) {
        guard !isFull else { return }
        if descriptor < 0 { descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) }
        guard descriptor >= 0 else {
            isFull = true
            return
        }
        let room = min(count, KeeperProcess.errorsLimit - written)
        // Nobody can be told that the disk is full: the journal will be, too.
        if room > 0, write(descriptor, chunk, room) != room { isFull = true }
        written += count
        guard written > KeeperProcess.errorsLimit else { return }
        isFull = true
        let line = Array(
            "\n(There was more, which was not kept: \(KeeperProcess.errorsLimit >> 20) MiB are the most.)\n".utf8)
        _ = write(descriptor, line, line.count)
    }
}

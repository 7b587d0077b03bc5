internal import CLinux
internal import CProcesses
internal import FlashSale
internal import Glibc
internal import Host

/// A program of this machine that asks others: it reads what it is given, and what it says is kept, the end of it where that is too much.
///
/// It has a session of its own, so that Ctrl-C reaches us and not it.
final class OutsideProgram {
    /// How a program ended.
    struct Ending: Equatable {
        var output: String
        /// The end of what it wrote to its standard error.
        var errors: String
        /// Nil where a signal ended it.
        var exitCode: Int32?

        var hasSucceeded: Bool { exitCode == 0 }
    }

    /// Bytes that are kept of each stream.
    private static let limitBytes = 16 << 20
    private static let errorsLimitBytes = 64 << 10

    let process: Int32
    private var input: Int32
    private var outputs: [Int32]
    private var said: [[UInt8]] = [[], []]
    private var exitCode: Int32??

    /// - Parameter path: absolute.
    /// - Throws: ``RunError`` with 69 if the system has no room for it.
    init(_ path: String, _ arguments: [String], environment: [String: String]) throws(RunError) {
        var ends: [Int32] = []
        for _ in 0..<3 {
            var pair: [Int32] = [-1, -1]
            guard stress_pipe(&pair, 0) == 0 else {
                let reason = String(cString: strerror(errno))
                for end in ends { close(end) }
                throw RunError(.unavailable, "\(path) cannot be started: \(reason)")
            }
            ends += pair
        }
        (input, outputs) = (ends[1], [ends[2], ends[4]])
        let theirs = [ends[0], ends[3], ends[5]]
        var pointers = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in pointers + variables { free(pointer) } }
        var process: Int32 = 0
        let failure = stress_spawn(
            &process, path, &pointers, &variables, nil, theirs[0], theirs[1], theirs[2])
        for end in theirs { close(end) }
        self.process = process
        guard failure == 0 else {
            for end in [input] + outputs { close(end) }
            (input, outputs, exitCode) = (-1, [-1, -1], .some(127))
            throw RunError(.unavailable, "\(path) cannot be started: \(String(cString: strerror(failure)))")
        }
        for end in outputs { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
    }

    deinit {
        if exitCode == nil { kill() }
        closeInput()
        for end in outputs where end >= 0 { close(end) }
    }

    /// What it has said so far.
    var output: String { String(decoding: said[0], as: UTF8.self) }
    var errors: String { String(decoding: said[1], as: UTF8.self) }

    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// Waits until it says something or ends, or somebody asks to stop.
    ///
    /// - Returns: whether it has ended, and all that it said was read.
    func look(milliseconds: Int32) -> Bool {
        if exitCode != nil { return true }
        var pollers = outputs.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // Once somebody has asked, it stays readable.
        let asked = Interruption.requests > 0 ? -1 : Interruption.descriptor
        pollers.append(pollfd(fd: asked, events: Int16(POLLIN), revents: 0))
        _ = poll(&pollers, nfds_t(pollers.count), milliseconds)
        for index in outputs.indices { read(index) }
        guard stress_look_at_child(process) >= 0 else {
            // One that has closed its streams is not yet gone.
            if outputs.allSatisfy({ $0 < 0 }) { usleep(1000) }
            return false
        }
        // What it started may hold its streams open.
        for index in outputs.indices { read(index) }
        reap()
        return true
    }

    private func read(_ index: Int) {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while outputs[index] >= 0 {
            let count = Glibc.read(outputs[index], &chunk, chunk.count)
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            guard count > 0 else {
                close(outputs[index])
                outputs[index] = -1
                return
            }
            said[index] += chunk[..<count]
            let limit = index == 0 ? Self.limitBytes : Self.errorsLimitBytes
            if said[index].count > limit { said[index].removeFirst(said[index].count - limit) }
        }
    }

    private func reap() {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        exitCode = .some(status & 0x7f == 0 ? status >> 8 & 0xff : nil)
    }

    /// Ends it, and what it started in its session, at once.
    func kill() {
        guard exitCode == nil else { return }
        Glibc.kill(-process, SIGKILL)
        Glibc.kill(process, SIGKILL)
        reap()
    }

    /// Lets it go on alone.
    func abandon() {
        if exitCode == nil { exitCode = .some(nil) }
    }

    /// Waits for its end, which nobody has asked for.
    ///
    /// - Returns: nil where it did not come in time; the program goes on.
    func wait(milliseconds: Int, isPatient: Bool = false) throws(RunError) -> Ending? {
        let deadline = Clock.nanoseconds() + UInt64(milliseconds) * 1_000_000
        while !look(milliseconds: 20) {
            if !isPatient { try Interruption.check() }
            if Clock.nanoseconds() > deadline { return nil }
        }
        return Ending(output: output, errors: errors, exitCode: exitCode ?? nil)
    }
}

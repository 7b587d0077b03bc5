import CTestSupport
import Foundation
import Glibc

/// A program that a test starts as a user's shell would: no signal blocked or ignored, only its own descriptors open.
///
/// Foundation's Process hands on the blocked signals of the thread that a test happens to run on.
package final class Program {
    /// How a program ended.
    package struct Ending: Equatable, Sendable {
        /// Nil if a signal ended it.
        package var exitCode: Int32?
        package var signal: Int32?

        package init(exitCode: Int32? = nil, signal: Int32? = nil) {
            self.exitCode = exitCode
            self.signal = signal
        }
    }

    /// Where a stream of the program leads.
    package enum Stream: Sendable {
        /// For input: nothing to read. For output: a file, whose text ``output`` and ``errors`` read.
        case usual
        /// Input that the test writes with ``tell(_:)``.
        case pipe
        /// A pseudo-terminal, shared by all streams that lead to one; ``terminalText`` is what appeared on it.
        case terminal
        case path(String)
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    package let process: Int32
    private var ending: Ending?
    private let files: String
    private var input: Int32 = -1
    private var terminal: Int32 = -1
    private var shown: [UInt8] = []

    /// Starts a program in a process group of its own.
    ///
    /// - Parameters:
    ///   - folder: its working directory.
    ///   - files: where its output is kept until the test ends: an existing folder.
    package init(
        _ executable: String, _ arguments: [String], folder: String, files: String, environment: [String: String],
        input: Stream = .usual, output: Stream = .usual, errors: Stream = .usual
    ) throws {
        self.files = "\(files)/\(UUID().uuidString)"
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        var slave: Int32 = -1

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addchdir_np(&actions, folder)
        for (number, stream) in [input, output, errors].enumerated() {
            let descriptor: Int32
            switch stream {
            case .usual:
                let path = number == 0 ? "/dev/null" : "\(self.files).\(number)"
                descriptor = open(path, (number == 0 ? O_RDONLY : O_WRONLY | O_CREAT) | O_CLOEXEC, 0o600)
            case .path(let path): descriptor = open(path, O_RDWR | O_CLOEXEC)
            case .pipe:
                var ends: [Int32] = [-1, -1]
                guard pipe2(&ends, O_CLOEXEC) == 0 else { throw Failure(description: "no pipe") }
                self.input = ends[1]
                descriptor = ends[0]
            case .terminal:
                if slave < 0 {
                    terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
                    guard terminal >= 0, grantpt(terminal) == 0, unlockpt(terminal) == 0, let name = ptsname(terminal)
                    else { throw Failure(description: "no pseudo-terminal") }
                    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
                    opened.append(slave)
                }
                descriptor = slave
            }
            guard descriptor >= 0 else { throw Failure(description: "stream \(number): \(errno)") }
            if descriptor != slave { opened.append(descriptor) }
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var process: Int32 = 0
        let failure = posix_spawn(&process, executable, &actions, &attributes, &words, &variables)
        self.process = process
        guard failure == 0 else {
            ending = Ending(exitCode: 127)
            throw Failure(description: "cannot start \(executable): \(failure)")
        }
    }

    deinit {
        if ending == nil {
            Glibc.kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        if input >= 0 { close(input) }
        if terminal >= 0 { close(terminal) }
        unlink("\(files).1")
        unlink("\(files).2")
    }

    /// Sends a signal, unless the program has been waited for.
    package func signal(_ signal: Int32) {
        if ending == nil { Glibc.kill(process, signal) }
    }

    /// Sends a signal to the program's process group, as a terminal does.
    package func signalGroup(_ signal: Int32) {
        if ending == nil { Glibc.kill(-process, signal) }
    }

    /// Writes to its input. A reader that is gone is none of the test's business.
    package func tell(_ text: String) { tell(Array(text.utf8)) }

    /// Writes to its input. A reader that is gone is none of the test's business.
    package func tell(_ bytes: [UInt8]) {
        var rest = bytes[...]
        Glibc.signal(SIGPIPE, SIG_IGN)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    package func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// Waits for its end, for so many seconds at most; then it is killed, and nil returned.
    package func wait(seconds: Double = 120) -> Ending? {
        if let ending { return ending }
        let isInTime = TestProcess.eventually(withinSeconds: seconds) {
            readTerminal()
            return reap(WNOHANG)
        }
        readTerminal()
        guard !isInTime else { return ending }
        Glibc.kill(process, SIGKILL)
        _ = reap(0)
        return nil
    }

    private func reap(_ options: Int32) -> Bool {
        var status: Int32 = 0
        guard waitpid(process, &status, options) == process else { return false }
        let signal = status & 0x7f
        ending = Ending(exitCode: signal == 0 ? status >> 8 & 0xff : nil, signal: signal == 0 ? nil : signal)
        return true
    }

    private func readTerminal() {
        guard terminal >= 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 4096)
        var poller = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        while poll(&poller, 1, 0) > 0 {
            let count = read(terminal, &chunk, chunk.count)
            // The last program that had the terminal open is gone.
            guard count > 0 else { return }
            shown += chunk[..<count]
        }
    }

    package var output: String { text("\(files).1") }
    package var outputBytes: [UInt8] { Array(FileManager.default.contents(atPath: "\(files).1") ?? Data()) }
    package var errors: String { text("\(files).2") }
    /// Makes its terminal so wide, as somebody who drags its window's edge.
    package func makeTerminal(columns: Int) {
        var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    }

    /// All that has appeared so far.
    package var terminalText: String {
        readTerminal()
        return String(decoding: shown, as: UTF8.self)
    }

    private func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}

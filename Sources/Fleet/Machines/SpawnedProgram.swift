internal import CLinux
internal import CProcesses
internal import FlashSale
internal import Foundation
internal import Glibc

/// A program that leads a session of its own, with files as its standard streams, so that nobody has to read along.
struct SpawnedProgram: Sendable {
    let process: Int32
    /// Where what it says stands.
    let output: String
    let errors: String

    /// Bytes that a program may say; one that says more is ended.
    static let limitBytes = 1 << 20

    /// How a program ended.
    enum Ending: Equatable {
        case code(Int32)
        case signal(Int32)
        /// It was killed: it took too long, said too much, or the user wants to end.
        case killed(String)

        /// Nil where a signal ended it.
        var exitCode: Int32? { if case .code(let code) = self { code } else { nil } }
    }

    /// - Parameters:
    ///   - input: a file; nil for nothing to read.
    ///   - output: a file that is made, or that is written behind its end; `/dev/null` for none.
    /// - Throws: ``RunError`` with 69 where there is no room for it.
    static func start(
        _ executable: String, _ arguments: [String], input: String? = nil, output: String, errors: String
    ) throws(RunError) -> SpawnedProgram {
        let descriptors = [
            open(input ?? "/dev/null", O_RDONLY | O_CLOEXEC),
            open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600),
            open(errors, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600),
        ]
        defer { for descriptor in descriptors where descriptor >= 0 { close(descriptor) } }
        var process: Int32 = 0
        var number = descriptors.contains { $0 < 0 } ? errno : 0
        if number == 0 {
            number = spawn(
                &process, executable, arguments, input: descriptors[0], output: descriptors[1], errors: descriptors[2])
        }
        guard number == 0 else {
            throw RunError(.unavailable, "\(executable) cannot be started: \(String(cString: strerror(number)))")
        }
        return SpawnedProgram(process: process, output: output, errors: errors)
    }

    /// - Returns: 0, or errno.
    static func spawn(
        _ process: inout Int32, _ executable: String, _ arguments: [String], input: Int32, output: Int32, errors: Int32
    ) -> Int32 {
        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        return stress_spawn(&process, executable, &words, environ, nil, input, output, errors)
    }

    /// How it ended; nil while it runs. Its number stays its own until ``reap()``.
    var ending: Ending? {
        let state = stress_look_at_child(process)
        if state == -1 { return nil }
        return state < 256 ? .code(max(0, state)) : .signal(state - 256)
    }

    /// Waits until it has ended, kills it where that takes too long, and takes it off the system's list.
    ///
    /// - Parameter limit: bytes that it may say.
    func wait(seconds: Int, limit: Int = limitBytes, isWanted: () -> Bool) -> Ending {
        let deadline = Clock.nanoseconds() + UInt64(seconds) * 1_000_000_000
        var pause: UInt64 = 500_000
        while true {
            if let ending {
                reap()
                return ending
            }
            var problem: String?
            if Clock.nanoseconds() > deadline { problem = "it took longer than \(seconds) seconds" }
            if max(size(output), size(errors)) > limit { problem = "it said more than \(limit >> 20) MiB" }
            if !isWanted() { problem = "interrupted" }
            if let problem {
                kill()
                reap()
                return .killed(problem)
            }
            Clock.sleep(until: Clock.nanoseconds() + pause)
            pause = min(pause * 2, 20_000_000)
        }
    }

    /// With all that it started in its process group.
    func kill() { Glibc.kill(-process, SIGKILL) }

    /// Waits for it. It has ended, or was killed.
    func reap() {
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }

    private func size(_ path: String) -> Int {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFREG ? Int(information.st_size) : 0
    }

    /// The end of what it said: at most so many bytes.
    static func tail(_ path: String, bytes limit: Int = limitBytes) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > UInt64(limit) ? size - UInt64(limit) : 0)
        return String(decoding: (try? file.read(upToCount: limit)) ?? Data(), as: UTF8.self)
    }
}

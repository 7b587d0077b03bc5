internal import CLinux
internal import Glibc

/// Starts programs with exactly the descriptors, signals and limits that are meant, which Foundation's Process does
/// not.
enum ChildProcess {
    /// Starts `program` and returns its process id, or throws errno.
    ///
    /// - Parameter descriptors: pairs of one of ours and the number that it gets in the child, which must differ from
    ///   all of ours. Others are inherited unless they are close-on-exec.
    static func spawn(
        _ program: String, arguments: [String], descriptors: [(ours: Int32, theirs: Int32)]
    ) throws(SystemError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (ours, theirs) in descriptors { posix_spawn_file_actions_adddup2(&actions, ours, theirs) }

        // The caller may run with signals blocked or ignored; exec would hand both on.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var argumentPointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in argumentPointers { free(pointer) } }
        var process: Int32 = 0
        let failure = posix_spawn(&process, program, &actions, &attributes, &argumentPointers, environ)
        guard failure == 0 else { throw SystemError(number: failure) }
        return process
    }

    /// Reaps a child. How it ended; nil if it does not within `milliseconds`.
    static func reap(_ process: Int32, withinMilliseconds milliseconds: Int) -> String? {
        let deadline = Deadline(milliseconds: milliseconds)
        while true {
            var status: Int32 = 0
            let result = waitpid(process, &status, WNOHANG)
            if result == process { return describe(status) }
            if result < 0, errno != EINTR { return "unknown: \(SystemError(number: errno))" }
            if deadline.hasPassed { return nil }
            usleep(1000)
        }
    }

    /// Reaps all children, which have been killed. One whose threads are still on their way out looks dead, and cannot
    /// be reaped yet.
    static func reapAll(withinMilliseconds milliseconds: Int) {
        let deadline = Deadline(milliseconds: milliseconds)
        while true {
            let child = waitpid(-1, nil, WNOHANG)
            if child < 0, errno != EINTR { return }
            if child > 0 { continue }
            if deadline.hasPassed { return }
            usleep(1000)
        }
    }

    /// The words for a wait status, which C decodes with macros.
    private static func describe(_ status: Int32) -> String {
        let signal = status & 0x7f
        return signal == 0 ? "exit status \(status >> 8 & 0xff)" : "signal \(signal)"
    }
}

/// A failed system call's errno.
struct SystemError: Error, Equatable, CustomStringConvertible {
    let number: Int32

    var description: String { String(cString: strerror(number)) }
}

/// A moment after which waiting ends.
struct Deadline {
    private let end: Int

    init(milliseconds: Int) {
        end = Self.now() + milliseconds
    }

    /// Milliseconds that are left, 0 once it has passed.
    var remainingMilliseconds: Int { max(0, end - Self.now()) }
    var hasPassed: Bool { remainingMilliseconds == 0 }

    private static func now() -> Int { Int(Clock.nanoseconds() / 1_000_000) }
}

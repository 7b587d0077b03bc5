internal import CLinux
internal import CProcesses
internal import Glibc

/// A program that was started, by its number. Whoever has it waits for it once, in ``reap()``.
package struct ChildHandle: Equatable, Sendable {
    package let process: Int32

    package enum Ending: Equatable {
        case code(Int)
        case signal(Int)

        package var words: String {
            switch self {
            case .code(let code): "exit code \(code)"
            case .signal(let signal): "signal \(signal)"
            }
        }

        /// As shells have it.
        package var exitCode: Int {
            switch self {
            case .code(let code): code
            case .signal(let signal): 128 + signal
            }
        }
    }

    /// How it ended; nil while it runs. Its number stays its own until ``reap()``.
    package var ending: Ending? {
        let state = Int(stress_look_at_child(process))
        if state == -1 { return nil }
        return state < 256 ? .code(max(0, state)) : .signal(state - 256)
    }

    /// Waits for its end, for so long at most.
    package func ending(withinMilliseconds milliseconds: Int) -> Ending? {
        let deadline = Clock.nanoseconds() + UInt64(milliseconds) * 1_000_000
        while true {
            if let ending { return ending }
            guard Clock.nanoseconds() < deadline else { return nil }
            Clock.sleep(until: Clock.nanoseconds() + 500_000)
        }
    }

    /// Ends it and whatever it has started in its process group. It leads that group, so the number is nobody else's as long as
    /// it was not waited for.
    package func kill() { Glibc.kill(-process, SIGKILL) }

    /// Waits for it. It has ended, or was killed.
    package func reap() {
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }
}

/// How a private server is, so that nobody takes for lost what was ended on purpose.
package enum ServerStatus: Sendable, Equatable, CustomStringConvertible {
    /// It runs and takes those who know its password.
    case running
    /// It was frozen on purpose and waits for `thaw()`.
    case frozen
    /// It was ended on purpose, or is about to be, and `restart()` has not brought it back yet.
    case downOnPurpose
    /// It runs again and takes only those who know its temporary password, until `ClosedServer.reopen()`.
    case closed
    /// Its process is gone, and nobody here ended it.
    case died
    /// `stop()` was called.
    case stopped

    package var description: String {
        switch self {
        case .running: "running"
        case .frozen: "frozen"
        case .downOnPurpose: "down on purpose"
        case .closed: "closed"
        case .died: "gone without having been ended here"
        case .stopped: "stopped for good"
        }
    }
}

/// Why something that was to be done to a private server was not, or cannot be proven.
package enum ServerFaultError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing was done, since the server is not in the state for it: what it is in.
    case refused(String)
    /// It was tried, and its effect was not seen: what was seen instead.
    case didNotHappen(String)
    /// The server did not come back: the reason, with the last lines of its log. It is down, and may be restarted again.
    case didNotRestart(String)

    package var description: String {
        switch self {
        case .refused(let reason): "nothing was done to the private Redis: \(reason)"
        case .didNotHappen(let reason): "the fault of the private Redis cannot be proven: \(reason)"
        case .didNotRestart(let reason): "the private Redis did not come back: \(reason)"
        }
    }
}

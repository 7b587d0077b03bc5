/// Why no private Redis server is running. Each message says what to do.
package enum EmbeddedServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no redis-server to start: where it was looked for.
    case notInstalled(String)
    /// The server or its guard did not come up: the reason, with the last lines of the server's log.
    case didNotStart(String)
    /// The server started, but the system allows it fewer clients than were asked for.
    case tooFewClients(wanted: Int, allowed: Int)
    /// The server's power could not be cut later, as was asked for: why not.
    case cannotCutPower(String)
    /// The server's clock cannot be stopped, as was asked for: why not.
    case cannotStopClock(String)

    package var description: String {
        switch self {
        case .notInstalled(let found):
            "no private Redis can be started: \(found). Install one (apt-get install redis-server), name one in "
                + "STRESS_REDIS_SERVER, or use a running one with --redis URL"
        case .didNotStart(let reason):
            "the private Redis did not start: \(reason)"
        case .tooFewClients(let wanted, let allowed):
            "the private Redis would take \(wanted) clients, but the limit on open files allows it \(allowed): raise the "
                + "limit (ulimit -Hn), or use fewer processes, threads or clients"
        case .cannotCutPower(let reason):
            "the power of the private Redis cannot be cut: \(reason)"
        case .cannotStopClock(let reason):
            "the clock of the private Redis cannot be stopped: \(reason)"
        }
    }
}

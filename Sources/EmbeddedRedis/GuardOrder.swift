/// What the coordinator tells the guard on its standard input, one line each: arguments could be read by everybody.
///
/// The first one starts the server. Each is answered before the next is given. The end of the input ends everything.
enum GuardOrder: Equatable {
    /// Start the server, if none runs, with this password.
    case protected(RunPassword)
    /// Start the server, if none runs, so that it takes everybody on the machine.
    case open
    /// Kill the server and all that it started.
    case kill
    /// Ask the server to end, as an operator does, and wait for so many milliseconds.
    case terminate(withinMilliseconds: Int)
    /// Stop the server's process where it stands.
    case freeze
    /// Let it go on.
    case thaw

    /// The order to start a server with this password; nil for one that takes everybody.
    init(_ password: RunPassword?) { self = password.map { .protected($0) } ?? .open }

    var line: String {
        switch self {
        case .protected(let password): "password \(password.text)\n"
        case .open: "open\n"
        case .kill: "kill\n"
        case .terminate(let milliseconds): "terminate \(milliseconds)\n"
        case .freeze: "freeze\n"
        case .thaw: "thaw\n"
        }
    }

    /// The longest line.
    static let maximumBytes = 200

    /// Reads a line without its end.
    init?(line: String) {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("open", 1): self = .open
        case ("password", 2):
            guard let password = RunPassword(parts[1]) else { return nil }
            self = .protected(password)
        case ("kill", 1): self = .kill
        case ("terminate", 2):
            guard let milliseconds = Int(parts[1]), (0...600_000).contains(milliseconds) else { return nil }
            self = .terminate(withinMilliseconds: milliseconds)
        case ("freeze", 1): self = .freeze
        case ("thaw", 1): self = .thaw
        default: return nil
        }
    }
}

/// What the coordinator tells the guard on its standard input, in one line: arguments could be read by everybody.
/// Nothing follows it.
enum GuardOrder: Equatable {
    case protected(RunPassword)
    /// The server takes everybody on the machine.
    case open

    init(_ password: RunPassword?) { self = password.map { .protected($0) } ?? .open }

    var password: RunPassword? {
        if case .protected(let password) = self { password } else { nil }
    }

    var line: String {
        switch self {
        case .protected(let password): "password \(password.text)\n"
        case .open: "open\n"
        }
    }

    /// Reads a line without its end.
    init?(line: String) {
        if line == "open" {
            self = .open
        } else if line.hasPrefix("password "), let password = RunPassword(String(line.dropFirst("password ".count))) {
            self = .protected(password)
        } else {
            return nil
        }
    }
}

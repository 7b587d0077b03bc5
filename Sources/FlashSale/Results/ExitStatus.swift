/// What a command ends with. The numbers are a contract with shells and pipelines; those from 64 on are those of sysexits.h.
package enum ExitStatus: Int32, Codable, Sendable, CaseIterable {
    case upheld = 0
    case violated = 1
    case inconclusive = 2
    /// Wrong flags, or a mistake in a file that the user gave.
    case usage = 64
    /// A row of somebody's log does not say what it should.
    case badData = 65
    /// Redis could not be reached, refused us, or has too little room; nothing was sold.
    case unavailable = 69
    /// A bug of ours.
    case bug = 70
    /// Results cannot be created.
    case cannotCreate = 73
    /// Results could not be written.
    case cannotWrite = 74
    case interrupted = 130

    package init(_ result: CheckResult.Result) {
        switch result {
        case .upheld: self = .upheld
        case .violated: self = .violated
        case .inconclusive, .notApplicable: self = .inconclusive
        }
    }

    /// Whether it says what was found, and not what kept the command from its end.
    package var isVerdict: Bool { rawValue <= Self.inconclusive.rawValue }

    /// Whether it is to be shown in place of `other`: what was violated comes before what is open, a failure of the results before
    /// an interruption and that before what was found, and the first of several failures stays.
    package func worse(than other: ExitStatus) -> Bool { weight > other.weight }

    private var weight: Int {
        switch self {
        case .upheld: 0
        case .inconclusive: 1
        case .violated: 2
        case .interrupted: 3
        case .usage, .badData, .unavailable, .bug, .cannotCreate, .cannotWrite: 4
        }
    }
}

/// Why a command cannot start or go on, and the status that it ends with.
package struct RunError: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    package var status: ExitStatus
    /// What was wanted, what was found, and what to do; one line, fit for a terminal.
    package var message: String

    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = ForeignText.sentence(message)
    }

    package var description: String { message }
}

package import FlashSale

/// How a purchase ended, for the one who made it.
package struct ProgramAnswer: Sendable, Equatable {
    package enum Ending: Sendable, Equatable {
        /// A program ended: its exit code, 128 and the signal's number where one ended it.
        case exit(Int)
        /// A service answered: the status.
        case status(Int)
        /// A line was printed.
        case line
        /// There is none, and why.
        case none(String)
        /// Several were understood, as a file says.
        case outcome(Outcome)
    }

    package var ending: Ending
    /// What was printed, or the body of the answer.
    package var text: String

    package init(_ ending: Ending, text: String = "") {
        self.ending = ending
        self.text = text
    }

    /// Whether it tells of a failure, so that nobody knows what was done: a status from 500 on, an exit code from 2 on, nothing at all.
    var isFailure: Bool {
        switch ending {
        case .exit(let code): code > 1
        case .status(let status): status >= 500
        case .line, .outcome: false
        case .none: true
        }
    }

    /// For people.
    package var words: String {
        let first = text.split(whereSeparator: \.isNewline).last.map { " (\($0.prefix(120)))" } ?? ""
        return switch ending {
        case .exit(let code): "exit \(code)" + first
        case .status(let status): "status \(status)" + first
        case .line: String(text.prefix(120))
        case .none(let reason): "no answer: \(reason)"
        case .outcome(let outcome): outcome.word + (text.isEmpty ? "" : ", after \(text.prefix(200))")
        }
    }
}

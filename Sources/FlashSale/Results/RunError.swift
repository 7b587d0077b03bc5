/// A command cannot start or cannot go on: what to say, and what to end with.
package struct RunError: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    package var status: ExitStatus
    /// What was wanted, what was found, and what to do.
    package var message: String

    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    package var description: String { message }
}

/// A run cannot start or cannot go on: what to say, and the exit code to end with.
package struct RunError: Error, Sendable, Equatable, CustomStringConvertible {
    package var exitCode: Int32
    package var message: String

    package init(_ exitCode: Int32, _ message: String) {
        self.exitCode = exitCode
        self.message = message
    }

    package var description: String { message }
}

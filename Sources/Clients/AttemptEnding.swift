package import Strategies

/// An attempt that is over for its client.
package struct AttemptEnding: Sendable, Equatable {
    package var result: AttemptResult
    /// False where the server may still execute what was sent: then nobody can say when the attempt returned.
    package var isOver = true
    /// Whether the connection shall be closed, since the server may be in the middle of something on it.
    package var spoilsConnection = false

    package init(_ result: AttemptResult, isOver: Bool = true, spoilsConnection: Bool = false) {
        self.result = result
        self.isOver = isOver
        self.spoilsConnection = spoilsConnection
    }
}

package import Strategies

/// How an attempt ended for the client that made it.
package struct AttemptEnding: Sendable, Equatable {
    package var result: AttemptResult
    /// False if the server may still execute what was sent, so that the attempt has no known end.
    package var isOver = true
    /// Whether to close the connection, because the server may still be in the middle of something on it.
    package var spoilsConnection = false

    package init(_ result: AttemptResult, isOver: Bool = true, spoilsConnection: Bool = false) {
        self.result = result
        self.isOver = isOver
        self.spoilsConnection = spoilsConnection
    }
}

package import Strategies

/// What a ``ClientCore`` wants its driver to do, and the event by which the driver reports back.
package enum ClientOrder: Sendable, Equatable {
    /// Open another connection, where shelves are on several nodes one to that of the shelf, unless there is one; then ``ClientCore/opened()`` or ``ClientCore/couldNotOpen()``.
    case open
    /// Write the machine's output, then read a reply: ``ClientCore/received(_:)``.
    case send
    /// Write the machine's output to the node that its `askedNode` names, over a connection that is kept for the next time, and read
    /// replies there: ``ClientCore/receivedElsewhere(_:)`` for each, until it orders something else than another. Where there is no
    /// connection, or not the one that the machine needs, ``ClientCore/couldNotSend()``; where it is lost, ``ClientCore/failed(_:)``,
    /// and the one at home is closed, too.
    case follow
    /// Do with the machine's output what a fault of the wire does, then ``ClientCore/after(_:)``; or report a failure, as of any
    /// other request.
    case sendStruck(WireStrike)
    /// Read the next reply: ``ClientCore/received(_:)``.
    case receive
    /// Let this many microseconds pass, then ``ClientCore/afterThinking()``, or ``ClientCore/stopped()``.
    case think(microseconds: Int)
    /// Leave the server alone for so long, then ``ClientCore/afterPause()``.
    case pause(nanoseconds: UInt64)
    /// The attempt is over.
    case end(AttemptEnding)
}

/// How an attempt ended for the client that made it.
package struct AttemptEnding: Sendable, Equatable {
    package var result: AttemptResult
    /// False if the server may still execute what was sent, so that the attempt has no known end.
    package var isOver = true
    /// Whether to close the connection, because the server may still be in the middle of something on it.
    package var spoilsConnection = false
    /// Whether the other node was asked last, that the one at home has named.
    package var isElsewhere = false

    package init(_ result: AttemptResult, isOver: Bool = true, spoilsConnection: Bool = false) {
        self.result = result
        self.isOver = isOver
        self.spoilsConnection = spoilsConnection
    }
}

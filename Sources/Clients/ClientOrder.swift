/// What a ``ClientCore`` wants its driver to do, and the event by which the driver reports back.
package enum ClientOrder: Sendable, Equatable {
    /// Open another connection, then ``ClientCore/opened()`` or ``ClientCore/couldNotOpen()``.
    case open
    /// Write the machine's output, then read a reply: ``ClientCore/received(_:)``.
    case send
    /// Read the next reply: ``ClientCore/received(_:)``.
    case receive
    /// Let so many microseconds pass, then ``ClientCore/afterThinking()``, or ``ClientCore/stopped()``.
    case think(microseconds: Int)
    /// Leave the server alone for a moment, then ``ClientCore/afterPause()``.
    case pause
    /// The attempt is over.
    case end(AttemptEnding)
}

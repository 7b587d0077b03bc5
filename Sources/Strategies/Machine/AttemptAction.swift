/// What a machine wants done for an attempt.
package enum AttemptAction: Sendable, Equatable {
    /// Write the machine's output, then read a reply and pass it to the machine.
    case send
    /// Read the next reply and pass it to the machine.
    case receive
    /// Let so many microseconds pass, then say so.
    case think(microseconds: Int)
    case finish(AttemptResult)
}

package import Strategies

/// Makes attempts one after another on one connection, without I/O: each event returns what to do next, and every
/// answer arrives as a ``Reply``, whatever server it came from.
///
/// Declared in the drivers' module, as its conformances are, so that the compiler specializes ``ClientCore`` for each
/// machine instead of calling it through a witness table.
package protocol AttemptMachine: ~Copyable {
    /// What the attempt that is under way, or begins next, is about.
    var context: AttemptContext { get set }
    /// What to write after ``AttemptAction/send``; valid until the next event.
    var output: UnsafeRawBufferPointer { get }
    /// The server may be in the middle of something on this connection: it should not be used again.
    var connectionIsSuspect: Bool { get }
    /// Whether the server may still execute what was sent, if the connection is lost now.
    var mayStillTakeEffect: Bool { get }

    /// Starts an attempt about what ``context`` says.
    mutating func begin() -> AttemptAction

    /// Takes the next reply.
    mutating func receive(_ reply: borrowing Reply) -> AttemptAction

    /// Goes on after ``AttemptAction/think(microseconds:)``.
    mutating func afterThinking() -> AttemptAction

    /// The connection was lost, or the reply did not come in time: what is certain of the attempt. The next attempt starts
    /// on a new connection.
    mutating func lose() -> AttemptResult

    /// The run is stopped while the attempt thinks: what is certain of it.
    mutating func abandon() -> AttemptResult
}

extension StrategyMachine: AttemptMachine {}

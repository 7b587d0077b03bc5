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

    /// Goes on at the node of the shelf that it looks at, after ``AttemptAction/goToShelf``.
    mutating func arrive() -> AttemptAction

    /// Takes the next reply.
    mutating func receive(_ reply: borrowing Reply) -> AttemptAction

    /// Goes on after ``AttemptAction/think(microseconds:)``.
    mutating func afterThinking() -> AttemptAction

    /// The connection was lost, or the reply did not come in time: what is certain of the attempt. The next attempt starts
    /// on a new connection.
    mutating func lose() -> AttemptResult

    /// The next reply was too large to be read, and the connection is closed for it: a hole, unless the attempt was decided. The
    /// next attempt starts on a new connection.
    ///
    /// - Parameter words: what is known of its size.
    mutating func refuse(oversized words: String) -> AttemptResult

    /// What the current step would have sent never left: what is certain of the attempt.
    mutating func couldNotSend() -> AttemptResult

    /// The run is stopped while the attempt thinks: what is certain of it.
    mutating func abandon() -> AttemptResult

    /// The output goes out a second time, after a connection on which nothing of its answer was read.
    mutating func sendsAgain()

    /// What the server has said of where the sale is now, and nobody has taken yet: ``connectionIsSuspect`` is then true.
    mutating func takeRelocation() -> Relocation?
}

extension StrategyMachine: AttemptMachine {}

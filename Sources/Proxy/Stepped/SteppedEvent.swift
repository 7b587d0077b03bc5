/// What has come to a ``SteppedProxy`` by itself.
package enum SteppedEvent {
    /// A command waits to be released.
    case arrived(SteppedConnection)
    /// A command has come behind one that waits.
    case queued(SteppedConnection, SteppedCommand)
    /// A command that waited at the server was answered, and its client knows.
    case unblocked(SteppedConnection, reply: [UInt8])
    /// A command about the connection alone, or one that is queued, was passed on at once.
    case passed(SteppedConnection, SteppedCommand)
    /// Something came that answers no command: a message, or word of a key that was changed.
    case pushed(SteppedConnection)
    /// The client has closed, or lost, its connection; `held` waited to be released.
    case closed(SteppedConnection, held: SteppedCommand?)
}

internal import RedisDriver

/// A client's connection to the node that ASK has named last, kept for the next time.
///
/// In an object of its own, so that a client that is never sent there is no larger for it.
final class Elsewhere<Transport: ~Copyable> {
    var connection: Transport
    let place: PrimaryGuide.Place
    /// Whether the server has hung up. Replies may still be readable.
    var hasEnded = false
    /// Tells events of this connection from those of an older one.
    let generation: UInt32

    init(_ connection: consuming Transport, at place: PrimaryGuide.Place, generation: UInt32 = 0) {
        self.connection = connection
        self.place = place
        self.generation = generation
    }
}

extension Elsewhere where Transport: WaitingTransport & ~Copyable {
    /// Whether the next step can go there: nothing speaks against the connection, and it is to that node.
    func isReady(for address: RedisEndpoint.Address) -> Bool {
        connection.isUsable && !hasEnded && place.address == address && connection.isQuiet
    }
}

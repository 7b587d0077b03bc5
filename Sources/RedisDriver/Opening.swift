/// How far a connection is that is opened without waiting.
struct Opening {
    let handshake: Handshake
    /// Bytes of the handshake that have not left.
    var unsent: Int
    /// Steps of the handshake that the server has answered.
    var answered = 0

    init(handshake: Handshake) {
        self.handshake = handshake
        unsent = handshake.request.count
    }
}

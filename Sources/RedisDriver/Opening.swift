/// How far the opening of a connection has come that does not wait.
struct Opening {
    let handshake: Handshake
    /// Bytes of the handshake that are not sent yet.
    var unsent: Int
    /// Steps of the handshake that the server has answered.
    var answered = 0

    init(handshake: Handshake) {
        self.handshake = handshake
        unsent = handshake.request.count
    }
}

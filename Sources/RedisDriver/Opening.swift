/// How far a connection is that is opened without waiting.
struct Opening {
    let handshake: Handshake
    let password: String?
    /// Bytes of the handshake that have not left.
    var unsent: Int
    /// Steps of the handshake that the server has answered.
    var answered = 0

    init(handshake: Handshake, password: String?) {
        self.handshake = handshake
        self.password = password
        unsent = handshake.request.count
    }
}

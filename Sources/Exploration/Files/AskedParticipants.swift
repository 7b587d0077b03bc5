internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Those who are asked for each step of a purchase, by whoever knows its steps.
protocol AskedParticipants: Participants {
    /// Asks for a purchase, which waits for no other answer.
    ///
    /// - Parameter question: as a machine has written it.
    func ask(_ purchase: Int, _ question: [UInt8]) throws(RunError)

    /// The answers that have come since the last call.
    func replies() throws(RunError) -> [(purchase: Int, reply: Result<Reply, ConnectionError>)]
}

internal import FlashSale
internal import RedisDriver
internal import Strategies

/// What an ``AskingDriver`` asks for all clients of its thread, so that no call waits for a single one.
protocol Asker: AnyObject {
    /// - Throws: ``RunError`` with 69 if the clients cannot be made.
    init(_ shared: BuyerThread.Shared, thread: Int) throws(RunError)

    /// Asks for a client, which waits for no other answer.
    ///
    /// - Parameter question: as the machine has written it; it stays where it is until the client is done.
    func start(_ client: Int, _ question: UnsafeRawBufferPointer) throws(ConnectionError)

    /// Asks for a client before the doors open, and waits for the answer.
    func askAlone(_ client: Int, _ question: UnsafeRawBufferPointer, into reply: inout Reply) throws(ConnectionError)

    /// Starts to ask for a client, but holds the last byte back until ``release(_:)``.
    ///
    /// - Returns: false where nothing can be held back: then nothing was sent, nor will be.
    func hold(_ client: Int, _ question: UnsafeRawBufferPointer) throws(ConnectionError) -> Bool
    /// Whether all of a question was sent but for the byte that is held back.
    func waitsForRelease(_ client: Int) -> Bool
    /// What was answered although a byte is held back, for people; nil where nothing was.
    func earlyAnswer(_ client: Int) -> String?
    /// Lets the last byte go.
    func release(_ client: Int)
    /// Whether the client's question under way is one that was held.
    func wasHeld(_ client: Int) -> Bool

    /// Gives up on a client's answer, if it waits for one.
    func cancel(_ client: Int)

    /// Lets questions go out and answers come in, and waits for at most so many nanoseconds until one can.
    func wait(nanoseconds: UInt64)

    /// A client that is done; nil where there is none.
    func nextDone() -> Int?

    /// Has the next answer of a client be thrown away at its first byte, so that ``take(_:into:)`` fails.
    func loseNextAnswer(_ client: Int)
    /// Whether that has happened to the last question of a client.
    func hasLostAnswer(_ client: Int) -> Bool

    /// The answer of the last client of ``nextDone()``.
    func take(_ client: Int, into reply: inout Reply) throws(ConnectionError)
}

extension Asker {
    /// A program has a question at once.
    func hold(_ client: Int, _ question: UnsafeRawBufferPointer) throws(ConnectionError) -> Bool { false }
    func waitsForRelease(_ client: Int) -> Bool { true }
    func earlyAnswer(_ client: Int) -> String? { nil }
    func release(_ client: Int) {}
    func wasHeld(_ client: Int) -> Bool { false }

    /// Programs have no wire that is ours.
    func loseNextAnswer(_ client: Int) {}
    func hasLostAnswer(_ client: Int) -> Bool { false }

    /// Only a service is signed in to.
    func askAlone(_ client: Int, _ question: UnsafeRawBufferPointer, into reply: inout Reply) throws(ConnectionError) {
        throw .refused("nobody is asked before the doors open")
    }
}

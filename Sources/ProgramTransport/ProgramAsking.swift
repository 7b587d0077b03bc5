package import Strategies

/// A way to ask programs for many clients of one thread: no call waits for a single one.
package protocol ProgramAsking: AnyObject {
    /// Asks for a client, which has no other question under way.
    ///
    /// - Parameter question: what the machine has written. It is copied, or no longer needed, when this returns.
    /// - Throws: ``ProgramFailure``, of the kind `notAsked`.
    func start(_ client: Int, _ question: UnsafeRawBufferPointer) throws(ProgramFailure)

    /// Lets questions go out and answers come in, and waits for at most so many nanoseconds until one can. To be called once every
    /// client of ``nextDone()`` was taken.
    func wait(nanoseconds: UInt64)

    /// A client whose question is over; nil where there is none.
    func nextDone() -> Int?

    /// The answer for a client of ``nextDone()``.
    func take(_ client: Int, into reply: inout Reply) throws(ProgramFailure)
}

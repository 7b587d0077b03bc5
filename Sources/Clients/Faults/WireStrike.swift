/// What a fault does to one attempt: to the first request of it that may have an effect.
package struct WireStrike: BitwiseCopyable, Sendable, Equatable {
    package enum Effect: UInt8, BitwiseCopyable, Sendable {
        /// Sent in full; once an answer begins to come, the connection is closed without reading it. So the server has certainly
        /// done what it was asked for, and the client cannot know.
        case loseReply
        /// Half of its bytes are sent, at least one and never all, and the connection is closed. A server waits for the whole of a
        /// command, so it does nothing; the client cannot know.
        case cutRequest
        /// Sent in full; its answer is left unread for ``WireStrike/delayNanoseconds(timeoutNanoseconds:)``.
        case slowReply
        /// As ``loseReply``, but then the same bytes go out on a new connection: see ``again``.
        case repeatRequest
        /// What ``repeatRequest`` has lost goes out a second time, on the new connection, whose answer counts.
        case again
    }

    /// The fault's place among those of the scenario.
    package var fault: Int32
    package var effect: Effect

    package init(fault: Int, _ effect: Effect) {
        self.fault = Int32(fault)
        self.effect = effect
    }

    /// For how long the answer is left unread: half a second, or three quarters of the time that a client waits for one, if that
    /// is less.
    package static func delayNanoseconds(timeoutNanoseconds: UInt64) -> UInt64 {
        min(500_000_000, timeoutNanoseconds / 4 * 3)
    }

    /// How many bytes of a request are sent that is cut: from 1 to all but one. Of one byte, none.
    package static func cutBytes(of count: Int) -> Int { count / 2 }
}

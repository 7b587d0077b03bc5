internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Faults of the wire on a connection that waits.
extension Connection {
    mutating func carryOut(
        _ effect: WireStrike.Effect, on request: UnsafeRawBufferPointer, _ shared: BuyerThread.Shared
    ) throws(ConnectionError) -> Bool {
        switch effect {
        case .loseReply, .repeatRequest:
            try send(request)
            try awaitUnread(atMostMilliseconds: shared.scenario.timeoutMilliseconds)
            close()
            // Whoever sends it again has its effect once it was sent again.
            return effect == .loseReply
        case .cutRequest:
            let part = WireStrike.cutBytes(of: request.count)
            try send(UnsafeRawBufferPointer(rebasing: request[..<part]))
            close()
            return part > 0
        case .slowReply: return try delayReply(to: request, shared)
        case .again:
            try send(request)
            return true
        }
    }

    /// Waits until an answer begins to come, which stays where it is.
    ///
    /// - Throws: `timeout`, or `closed` where none comes any more.
    private mutating func awaitUnread(atMostMilliseconds limit: Int) throws(ConnectionError) {
        let isReadable = awaitReply(atMostMilliseconds: limit)
        switch lookUnread() {
        case .some: return
        case .end:
            close()
            throw .closed
        case .nothing:
            close()
            throw isReadable ? .closed : .timeout
        }
    }

    /// Leaves the answer to a request unread for a while.
    ///
    /// - Returns: whether it was there to be read meanwhile, so that it was the client that was slow.
    private mutating func delayReply(
        to request: UnsafeRawBufferPointer, _ shared: BuyerThread.Shared
    ) throws(ConnectionError) -> Bool {
        let timeout = UInt64(shared.scenario.timeoutMilliseconds) * 1_000_000
        let start = Clock.nanoseconds()
        try send(request)
        let wasDelayed = shared.control.sleep(
            until: start &+ WireStrike.delayNanoseconds(timeoutNanoseconds: timeout))
        let wasThere = wasDelayed && lookUnread() == .some
        // The client's deadline counts from the request.
        let left = Int((start &+ timeout) / 1_000_000) - Int(Clock.nanoseconds() / 1_000_000)
        guard awaitReply(atMostMilliseconds: max(0, left)) else {
            close()
            throw .timeout
        }
        return wasThere
    }
}

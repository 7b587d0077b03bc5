internal import Clients
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// What follows a hold, and time that passes.
extension ExploredBuyer {
    /// Begins the attempt that follows a hold.
    func follow(_ hold: (values: HeldValues, step: Int)) throws(ConnectionError) {
        core.machine.resume(hold.values)
        heldAt = hold.step
        try startAttempt()
    }

    /// The attempts of a purchase that come before the first of this one.
    var numberBefore: Int { place.map { scenario.attempts + $0 - 1 } ?? 0 }

    /// What follows a hold that nobody was told of never does.
    var hasBegun: Bool { attemptNumber > 0 }

    /// Steps of others that its next one needs.
    var causes: [Int] { firstStep == nil ? [heldAt].compactMap(\.self) : [] }

    /// Whoever has sent nothing yet looks at the clock anew.
    func letTimePass(until now: Int) throws(ConnectionError) {
        self.now = now
        guard looksAtClock, firstStep == nil, next != nil else { return }
        (pending, next) = ([], nil)
        core.machine.context.nowMilliseconds = now
        try carryOut(core.start(isConnected: connection.isUsable), at: heldAt)
    }
}

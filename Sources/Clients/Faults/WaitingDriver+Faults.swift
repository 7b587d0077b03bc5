internal import HTTPTransport
internal import RedisDriver
internal import Strategies

/// Faults of the wire, where each call waits for its end.
extension WaitingDriver where Transport: ~Copyable {
    @inline(never)
    mutating func carryOut(
        _ strike: WireStrike, _ session: inout ThreadSession
    ) throws(ConnectionError) -> ClientOrder {
        try connection.refuseSurplus()
        if try connection.carryOut(strike.effect, on: core.machine.output, shared) { session.struck(by: strike) }
        return core.after(strike)
    }
}

extension ServiceTransport {
    /// The answer to a request is thrown away at its first byte. Nothing else is done to a service from here.
    mutating func carryOut(
        _ effect: WireStrike.Effect, on request: UnsafeRawBufferPointer, _ shared: BuyerThread.Shared
    ) throws(ConnectionError) -> Bool {
        precondition(effect == .loseReply, "only answers of services are lost")
        client.losesAnswer = true
        var nobody = Reply()
        do throws(HTTPFailure) {
            try client.ask(request, into: &nobody)
        } catch {
            guard client.hasLostAnswer else { throw ConnectionError(error) }
            return true
        }
        throw .lost("an answer came that has no status")
    }
}

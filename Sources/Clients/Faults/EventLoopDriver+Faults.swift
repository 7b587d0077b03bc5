internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Faults of the wire, where no call waits.
extension EventLoopDriver {
    /// Does with a client's request what a fault does.
    ///
    /// - Returns: what to do at once; nil where something has to happen first.
    @inline(never)
    mutating func carryOut(
        _ strike: WireStrike, of client: Int, in session: inout ThreadSession
    ) throws(ConnectionError) -> ClientOrder? {
        if clients[client].phase.isSending {
            clients[client].connection.close()
            throw .protocolViolation("an answer to what was not sent yet")
        }
        try clients[client].connection.refuseSurplus()
        clients[client].strike = strike
        let output = clients[client].core.machine.output
        let deadline = Clock.nanoseconds() &+ timeoutNanoseconds
        guard strike.effect == .cutRequest else {
            let unsent = output.count - (try clients[client].connection.sendNow(output))
            guard unsent == 0 else {
                clients[client].phase = .sendingStruck(unsent: unsent, deadline: deadline)
                return nil
            }
            return wasSent(strike, of: client, deadline: deadline, in: &session)
        }
        let half = UnsafeRawBufferPointer(rebasing: output[..<WireStrike.cutBytes(of: output.count)])
        let count = try clients[client].connection.sendNow(half)
        clients[client].connection.close()
        // A socket that takes nothing leaves the server with nothing, which is no request that was cut.
        if count > 0 { session.struck(by: strike) }
        return clients[client].core.after(strike)
    }

    /// All of a request has left that a fault strikes.
    private mutating func wasSent(
        _ strike: WireStrike, of client: Int, deadline: UInt64, in session: inout ThreadSession
    ) -> ClientOrder? {
        switch strike.effect {
        case .loseReply, .repeatRequest, .cutRequest: clients[client].phase = .losing(deadline: deadline)
        case .slowReply:
            let delay = WireStrike.delayNanoseconds(timeoutNanoseconds: timeoutNanoseconds)
            wait(client, phase: .delaying(deadline: deadline), nanoseconds: delay)
        case .again:
            clients[client].phase = .waiting(deadline: deadline)
            session.struck(by: strike)
            return clients[client].core.after(strike)
        }
        return nil
    }

    mutating func flushStruck(_ client: Int, unsent: Int, deadline: UInt64, in session: inout ThreadSession) {
        guard let strike = clients[client].strike else { preconditionFailure("no fault is carried out") }
        let order: ClientOrder?
        do throws(ConnectionError) {
            let rest = UnsafeRawBufferPointer(rebasing: clients[client].core.machine.output.suffix(unsent))
            let unsent = unsent - (try clients[client].connection.sendNow(rest))
            guard unsent == 0 else {
                clients[client].phase = .sendingStruck(unsent: unsent, deadline: deadline)
                return
            }
            order = wasSent(strike, of: client, deadline: deadline, in: &session)
        } catch {
            return lose(client, because: error, in: &session)
        }
        if let order { run(client, from: order, mayRead: true, in: &session) }
    }

    /// Something may have come that is to stay unread.
    ///
    /// - Parameter isTooLate: whether it is waited for no longer.
    mutating func loseUnread(_ client: Int, isTooLate: Bool = false, in session: inout ThreadSession) {
        guard let strike = clients[client].strike else { preconditionFailure("no fault is carried out") }
        let unread = clients[client].connection.lookUnread()
        if unread == .nothing, !isTooLate { return }
        clients[client].connection.close()
        guard unread == .some else {
            return lose(client, because: unread == .end ? .closed : .timeout, in: &session)
        }
        if strike.effect == .loseReply { session.struck(by: strike) }
        run(client, from: clients[client].core.after(strike), in: &session)
    }

    /// The time has come to read an answer that was left unread.
    ///
    /// - Parameter isWhole: whether all of the time has passed.
    mutating func endDelay(_ client: Int, deadline: UInt64, isWhole: Bool, in session: inout ThreadSession) {
        guard let strike = clients[client].strike else { preconditionFailure("no fault is carried out") }
        // It was there to be read, so that it was the client that was slow.
        if isWhole, clients[client].connection.lookUnread() == .some { session.struck(by: strike) }
        clients[client].phase = .waiting(deadline: deadline)
        run(client, from: clients[client].core.after(strike), mayRead: true, in: &session)
    }
}

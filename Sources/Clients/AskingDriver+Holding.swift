internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// First requests that leave but for the last byte of their body before the doors open.
///
/// A service may act on the head of a request before it has the body, and then it sells before the doors open. It mostly
/// answers then, too, which ends the run before they do. Where it does not answer yet, its doing is no other than one right after
/// the opening, since nobody's attempt is over by then: so these attempts are in the journal with the moment of the opening, from
/// which on they can take effect, and not with the moment at which their thread woke up.
extension AskingDriver {
    /// What came of a client's first request before the doors opened.
    enum Held {
        /// The client has no purchase to make.
        case nothing
        /// It was started.
        case started
        /// Nothing was sent, and the attempt begins with this.
        case order(ClientOrder)
        case failed(ConnectionError)
        /// Its answer is here.
        case answered
    }

    /// For how long the doors stay closed when all was sent, so that an answer that comes too early is seen.
    private static var watchedNanoseconds: UInt64 { 50_000_000 }

    private var timeoutNanoseconds: UInt64 { UInt64(shared.scenario.timeoutMilliseconds) * 1_000_000 }

    mutating func hold(_ session: inout ThreadSession) throws(RunError) {
        held = (0..<count).map { hold($0, &session) }
        // A service that is slow to take it all is not waited for: what is left goes out with the last byte.
        let end = Clock.nanoseconds() &+ timeoutNanoseconds
        var watchedUntil: UInt64?
        while !stop.isSet {
            let now = Clock.nanoseconds()
            if watchedUntil == nil, now >= end || allAreHeld { watchedUntil = now &+ Self.watchedNanoseconds }
            if let watchedUntil, now >= watchedUntil { return }
            asker.wait(nanoseconds: 1_000_000)
            try refuseEarlyAnswers()
            takeHeld()
        }
    }

    /// Takes what is over before its last byte was sent.
    private mutating func takeHeld() {
        while let client = asker.nextDone() {
            do throws(ConnectionError) {
                try asker.take(client, into: &clients[client].reply)
                held[client] = .answered
            } catch {
                held[client] = .failed(error)
            }
        }
    }

    /// - Throws: ``RunError`` with 69 where the service has answered a request that lacks its last byte.
    private func refuseEarlyAnswers() throws(RunError) {
        for client in 0..<count {
            guard let answer = asker.earlyAnswer(client) else { continue }
            throw RunError(
                .unavailable,
                "--gate last-byte: the service answered \(answer) before it had the last byte of a request, so it would sell before the "
                    + "doors open; use --gate barrier")
        }
    }

    private mutating func hold(_ number: Int, _ session: inout ThreadSession) -> Held {
        let client = clients + number
        guard session.foresee(&client.pointee.purchase, &client.pointee.core.machine.context) else { return .nothing }
        let order = client.pointee.core.start(isConnected: true)
        guard case .send = order else { return .order(order) }
        do throws(ConnectionError) {
            return try asker.hold(number, client.pointee.core.machine.output) ? .started : .order(order)
        } catch {
            return .failed(error)
        }
    }

    private var allAreHeld: Bool {
        for (client, held) in held.enumerated() {
            if case .started = held, !asker.waitsForRelease(client) { return false }
        }
        return true
    }

    /// Lets the last bytes go.
    mutating func release(_ session: inout ThreadSession) {
        takeHeld()
        let all = held
        held = []
        for (client, held) in all.enumerated() {
            // Once the run is stopped no last byte leaves any more.
            if case .nothing = held {
                idle.append(client)
            } else if stop.isSet {
                asker.cancel(client)
                idle.append(client)
            } else {
                release(client, held, &session)
            }
        }
        heldDeadline = Clock.nanoseconds() &+ timeoutNanoseconds
    }

    private mutating func release(_ number: Int, _ held: Held, _ session: inout ThreadSession) {
        let client = clients + number
        now = Clock.nanoseconds()
        var moment = now
        switch held {
        case .started, .answered, .failed: moment = session.opened
        case .nothing, .order: break
        }
        do throws(JournalError) {
            try session.invokeForeseen(
                &client.pointee.purchase, &client.pointee.core.machine.context, client: number, at: moment)
        } catch {
            session.fail(error, shared.control)
            asker.cancel(number)
            return idle.append(number)
        }
        switch held {
        case .nothing: break
        case .started:
            session.released(at: now)
            asker.release(number)
        case .order(let order):
            session.result.unheld += 1
            run(number, from: order, in: &session)
        case .failed(let failure):
            session.result.unheld += 1
            // Its last byte was never sent.
            session.unanswered(because: failure)
            run(number, from: client.pointee.core.couldNotSend(), in: &session)
        case .answered:
            session.result.unheld += 1
            run(number, from: client.pointee.core.received(client.pointee.reply), in: &session)
        }
    }

    /// Gives up on answers to requests that were held: libcurl counts their time from before the opening.
    mutating func endHeld(_ session: inout ThreadSession) {
        heldDeadline = .max
        for client in 0..<count where asker.wasHeld(client) {
            asker.cancel(client)
            lose(client, because: .lost("the service did not answer in time"), in: &session)
        }
    }
}

internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// First requests that leave but for their last byte before the doors open.
extension EventLoopDriver {
    /// What came of a client's first request before the doors opened.
    enum Held {
        /// The client has no purchase to make.
        case nothing
        /// So many bytes have left.
        case sent(Int)
        /// Nothing has, and the attempt begins with this.
        case order(ClientOrder)
        case failed(ConnectionError)
    }

    mutating func hold(_ session: inout ThreadSession) throws(RunError) {
        held = (0..<count).map { hold($0, &session) }
    }

    private mutating func hold(_ number: Int, _ session: inout ThreadSession) -> Held {
        let client = clients + number
        guard session.foresee(&client.pointee.purchase, &client.pointee.core.machine.context) else { return .nothing }
        var order = client.pointee.core.start(isConnected: client.pointee.connection.isUsable)
        if client.pointee.rooms != nil, case .open = order,
            let atShelf = try? goToShelf(number, &session)
        {
            order = atShelf
        }
        guard case .send = order else { return .order(order) }
        do throws(ConnectionError) {
            try client.pointee.connection.refuseSurplus()
            let output = client.pointee.core.machine.output
            return .sent(
                try client.pointee.connection.sendNow(UnsafeRawBufferPointer(rebasing: output.dropLast())))
        } catch {
            return .failed(error)
        }
    }

    /// Sends what is left of the first requests.
    mutating func release(_ session: inout ThreadSession) {
        let all = held
        held = []
        for (client, held) in all.enumerated() {
            // Once the run is stopped no last byte leaves any more, and the connection is closed with the thread.
            if case .nothing = held {
                rest(client)
            } else if stop.isSet {
                rest(client)
            } else {
                release(client, held, &session)
            }
        }
    }

    private mutating func release(_ number: Int, _ held: Held, _ session: inout ThreadSession) {
        let client = clients + number
        now = Clock.nanoseconds()
        do throws(JournalError) {
            try session.invokeForeseen(
                &client.pointee.purchase, &client.pointee.core.machine.context, client: number, at: now)
        } catch {
            session.fail(error, shared.control)
            return rest(number)
        }
        switch held {
        case .nothing: break
        case .order(let order):
            session.result.unheld += 1
            run(number, from: order, in: &session)
        case .failed(let error):
            session.result.unheld += 1
            session.unanswered(because: error)
            run(number, from: client.pointee.core.couldNotSend(), in: &session)
        case .sent(let count):
            session.released(at: now)
            do throws(ConnectionError) {
                let rest = UnsafeRawBufferPointer(rebasing: client.pointee.core.machine.output.dropFirst(count))
                let unsent = rest.count - (try client.pointee.connection.sendNow(rest))
                let deadline = now &+ timeoutNanoseconds
                client.pointee.phase =
                    unsent > 0 ? .sending(unsent: unsent, deadline: deadline) : .waiting(deadline: deadline)
            } catch {
                // Nothing of what was left has left.
                session.unanswered(because: error)
                run(number, from: client.pointee.core.couldNotSend(), in: &session)
            }
        }
    }
}

internal import RedisDriver
internal import Strategies

/// Steps for another node, where each call waits for its end.
extension WaitingDriver where Transport: ~Copyable {
    /// Sends the machine's output to the node that ASK has named, and reads all that it answers.
    @inline(never)
    mutating func follow(_ session: inout ThreadSession) -> ClientOrder {
        let there: Elsewhere<Transport>
        do throws(ConnectionError) {
            guard let ready = try visit(&session) else { return core.couldNotSend() }
            there = ready
        } catch {
            session.unanswered(because: error)
            return core.couldNotSend()
        }
        do throws(ConnectionError) {
            try there.connection.send(core.machine.output)
            while true {
                try there.connection.receive(into: &reply)
                let order = core.receivedElsewhere(reply)
                if order != .receive { return order }
            }
        } catch {
            session.unanswered(because: error)
            there.connection.close()
            // The next attempt begins on a new one, as after any loss.
            connection.close()
            return core.elsewhere(core.failed(error))
        }
    }

    /// - Returns: nil where a new connection would not be the same.
    private mutating func visit(_ session: inout ThreadSession) throws(ConnectionError) -> Elsewhere<Transport>? {
        guard let guide = shared.guide, let place, let node = core.machine.askedNode else {
            preconditionFailure("only nodes of several name others")
        }
        let target = guide.visit(node, namedBy: place)
        if let elsewhere, elsewhere.isReady(for: target.address) { return elsewhere }
        elsewhere?.connection.close()
        if core.machine.needsSameConnection { return nil }
        let made = Elsewhere(try Transport(shared, at: target, isBuying: true), at: target)
        elsewhere = made
        session.visited(isNamed: made.connection.isNamed, shared.control)
        return made
    }
}

internal import FlashSale
package import Strategies

/// The rules of a client's attempts, shared by all drivers: a driver reports what happened and is told what to do next.
/// No I/O, no clock.
///
/// The driver opens, writes, reads and closes connections, under two conditions: - Before ``start(isConnected:)`` and
/// each ``ClientOrder/send`` it looks for bytes that answer nothing, and closes a connection that has any. Before an
/// attempt that costs only a new connection; in the middle of one it is ``lost()``. - Replies that have already arrived
/// are read before a failure counts, and a failed connection is closed at once.
package struct ClientCore<Machine: AttemptMachine & ~Copyable>: ~Copyable {
    package var machine: Machine

    package init(_ machine: consuming Machine) {
        self.machine = machine
    }

    // MARK: Events

    /// Starts the attempt that the machine's context describes; it is in the journal by now.
    ///
    /// - Parameter isConnected: whether there is a connection that has not ended, with nothing left to read.
    @inline(__always)
    package mutating func start(isConnected: Bool) -> ClientOrder {
        guard isConnected else { return .open }
        return order(machine.begin())
    }

    /// The attempt's connection is open.
    @inline(__always)
    package mutating func opened() -> ClientOrder { order(machine.begin()) }

    /// The attempt's connection could not be opened. The pause keeps the next attempt from trying again at once.
    package mutating func couldNotOpen() -> ClientOrder { .pause }

    /// No byte was sent, so the attempt has certainly no effect.
    package mutating func afterPause() -> ClientOrder { .end(AttemptEnding(AttemptResult(.failed))) }

    @inline(__always)
    package mutating func received(_ reply: borrowing Reply) -> ClientOrder { order(machine.receive(reply)) }

    @inline(__always)
    package mutating func afterThinking() -> ClientOrder { order(machine.afterThinking()) }

    /// The run is stopped while the attempt thinks. Everything that it sent was answered.
    package mutating func stopped() -> ClientOrder {
        .end(AttemptEnding(machine.abandon(), spoilsConnection: machine.connectionIsSuspect))
    }

    /// The connection was lost, or an answer did not come in time. What was sent may still be executed, unless the attempt
    /// was decided before.
    package mutating func lost() -> ClientOrder {
        let isOver = !machine.mayStillTakeEffect
        return .end(AttemptEnding(machine.lose(), isOver: isOver))
    }

    @inline(__always)
    private mutating func order(_ action: AttemptAction) -> ClientOrder {
        switch action {
        case .send: .send
        case .receive: .receive
        case .think(let microseconds): .think(microseconds: microseconds)
        case .finish(let result): .end(AttemptEnding(result, spoilsConnection: machine.connectionIsSuspect))
        }
    }
}

extension ClientCore where Machine == StrategyMachine {
    package init(_ program: StrategyProgram) {
        self.init(StrategyMachine(program))
    }

    /// Switches to another program on the same connection. An UNWATCH that is still owed there is carried over.
    mutating func prepare(_ program: StrategyProgram) {
        let owes = machine.leavesWatch
        machine = StrategyMachine(program, owesUnwatch: owes)
    }
}

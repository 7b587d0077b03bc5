internal import FlashSale
package import Strategies

/// The rules of a client's attempts, once for all that drive them: what happens is told to it, and it orders what to do.
/// It does no I/O, and knows no clock.
///
/// Connections are opened, written to, read and closed by the driver, under these conditions:
/// - Before ``start(isConnected:)`` and before each ``ClientOrder/send`` it looks for an answer that nobody asked for. A
///   connection that has one is closed: before the attempt that costs nothing but a new connection, in its middle the
///   connection is lost.
/// - A connection that fails is closed at once, and replies that can be read by then are read first.
package struct ClientCore<Machine: AttemptMachine & ~Copyable>: ~Copyable {
    package var machine: Machine

    package init(_ machine: consuming Machine) {
        self.machine = machine
    }

    // MARK: Events

    /// The attempt that the machine's context tells of is entered in the journal, and shall be made.
    ///
    /// - Parameter isConnected: whether there is a connection, with nothing to read and no end in sight.
    @inline(__always)
    package mutating func start(isConnected: Bool) -> ClientOrder {
        guard isConnected else { return .open }
        return order(machine.begin())
    }

    /// The attempt's connection is open.
    @inline(__always)
    package mutating func opened() -> ClientOrder { order(machine.begin()) }

    /// The attempt's connection could not be opened. Whoever comes next shall not try again at once.
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

    /// Goes on with another program on the same connection. What the attempts before left on it stays to be cleaned up.
    mutating func prepare(_ program: StrategyProgram) {
        let owes = machine.leavesWatch
        machine = StrategyMachine(program, owesUnwatch: owes)
    }
}

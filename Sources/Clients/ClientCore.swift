internal import FlashSale
package import RedisDriver
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
    private var endingAfterPause: AttemptEnding?
    /// What the server has said of where the sale is, until the driver takes it.
    private var relocation: Relocation?
    private let faults: WireSwitch
    /// What a fault does to the attempt's first request that may have an effect; nil where none does, or it has.
    private var strike: WireStrike?
    /// The fault that has a request sent again, until there is a new connection for it.
    private var repetition: WireStrike?
    private var reconnectPause = ReconnectPause()
    /// Whether the attempt waits to be at the node of a shelf.
    private var isOnTheWay = false

    /// - Parameter faults: of the wire; without them no attempt is struck.
    package init(_ machine: consuming Machine, faults: WireSwitch? = nil) {
        self.machine = machine
        self.faults = faults ?? WireFaults.none.forClients
    }

    // MARK: Events

    /// Starts the attempt that the machine's context describes; it is in the journal by now.
    ///
    /// - Parameter isConnected: whether there is a connection that has not ended, with nothing left to read.
    @inline(__always)
    package mutating func start(isConnected: Bool) -> ClientOrder {
        if faults.mayStrike { strike = faults.strike(attempt: machine.context.attempt) }
        guard isConnected else { return .open }
        return order(machine.begin())
    }

    /// The attempt's connection is open.
    package mutating func opened() -> ClientOrder {
        reconnectPause.reset()
        return goOn()
    }

    /// As ``opened()``, where no connection had to be opened for it.
    package mutating func goOn() -> ClientOrder {
        if let repetition = repetition.take() {
            machine.sendsAgain()
            return .sendStruck(WireStrike(fault: Int(repetition.fault), .again))
        }
        guard isOnTheWay else { return order(machine.begin()) }
        isOnTheWay = false
        return order(machine.arrive())
    }

    /// Where shelves are on several nodes, the attempt has to begin before it is known which of them a connection is wanted to.
    ///
    /// - Returns: whether it is known.
    package var knowsItsNode: Bool { isOnTheWay || repetition != nil }

    /// The attempt's connection could not be opened. The pause keeps the next attempt from trying again at once.
    ///
    /// - Parameter error: why. A server that answers is there, and is soon asked again.
    package mutating func couldNotOpen(because error: ConnectionError? = nil) -> ClientOrder {
        if case .rejected = error { reconnectPause.reset() }
        isOnTheWay = false
        // Its first request has left, and was answered; the second never will.
        if repetition.take() != nil { return lost() }
        return pause()
    }

    /// The server was reached by a client whose connection is not opened by the driver.
    package mutating func reached() { reconnectPause.reset() }

    /// No byte was sent, so the attempt has certainly no effect, unless steps before had one.
    package mutating func afterPause() -> ClientOrder {
        .end(endingAfterPause.take() ?? AttemptEnding(AttemptResult(.failed)))
    }

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

    /// The next reply was too large to be read: an answer that no outcome can name. The connection is closed, and what was sent
    /// after what it answers may still be executed.
    package mutating func refused(oversized words: String) -> ClientOrder {
        let isOver = !machine.mayStillTakeEffect
        return .end(AttemptEnding(machine.refuse(oversized: words), isOver: isOver))
    }

    /// What the current step would have sent never left, so that only what was sent before can have an effect.
    package mutating func couldNotSend() -> ClientOrder {
        endingAfterPause = AttemptEnding(machine.couldNotSend())
        return pause()
    }

    private mutating func pause() -> ClientOrder {
        let own = UInt64(truncatingIfNeeded: machine.context.attempt) &* 0x9E37_79B9_7F4A_7C15
        return .pause(nanoseconds: reconnectPause.next(seed: faults.seed ^ own))
    }

    // MARK: Faults of the wire

    /// What goes out may be the request that a fault strikes.
    @inline(never)
    private mutating func struck(by strike: WireStrike) -> ClientOrder {
        guard machine.mayStillTakeEffect else { return .send }
        self.strike = nil
        return .sendStruck(strike)
    }

    /// The driver has done what ``ClientOrder/sendStruck(_:)`` asks for.
    ///
    /// A client whose request was cut is judged as one whose reply was lost: it has written something that may have an effect,
    /// and nobody tells it how much of that arrived. So both end ``lost()``.
    package mutating func after(_ strike: WireStrike) -> ClientOrder {
        switch strike.effect {
        case .loseReply, .cutRequest: return lost()
        case .slowReply, .again: return .receive
        case .repeatRequest:
            repetition = strike
            return .open
        }
    }

    /// The connection has failed in the middle of an attempt.
    package mutating func failed(_ error: ConnectionError) -> ClientOrder {
        switch error {
        case .oversized(let reply): refused(oversized: reply.description)
        case .refused: couldNotSend()
        default: lost()
        }
    }

    @inline(__always)
    fileprivate mutating func order(_ action: AttemptAction) -> ClientOrder {
        switch action {
        case .send: if let strike { struck(by: strike) } else { .send }
        case .receive: .receive
        case .follow: .follow
        case .think(let microseconds): .think(microseconds: microseconds)
        case .goToShelf: goToShelf()
        case .finish(let result): machine.connectionIsSuspect ? spoiled(after: result) : .end(AttemptEnding(result))
        }
    }

    @inline(never)
    private mutating func goToShelf() -> ClientOrder {
        isOnTheWay = true
        return .open
    }

    /// An attempt on a connection of no more use. Where the sale is elsewhere, it ends after a pause: the next one would only meet
    /// the same, and a sale that moves should not use up its buyers.
    @inline(never)
    private mutating func spoiled(after result: AttemptResult) -> ClientOrder {
        let ending = AttemptEnding(result, spoilsConnection: true)
        guard let found = machine.takeRelocation() else { return .end(ending) }
        relocation = found
        endingAfterPause = ending
        return pause()
    }

    /// What the server has said of where the sale is since the last time: asked with each pause.
    package mutating func takeRelocation() -> Relocation? { relocation.take() }

    /// What the client does after something that came of the other node, and not of its own.
    package mutating func elsewhere(_ order: ClientOrder) -> ClientOrder {
        switch order {
        case .end(var ending):
            ending.isElsewhere = true
            return .end(ending)
        case .pause:
            endingAfterPause?.isElsewhere = true
            return order
        default: return order
        }
    }
}

extension ClientCore where Machine == StrategyMachine {
    /// - Parameter mayMove: whether another server may take the place of the one that is asked.
    package init(_ program: StrategyProgram, faults: WireSwitch? = nil, mayMove: Bool = false) {
        self.init(StrategyMachine(program), faults: faults)
        machine.mayMove = mayMove
    }

    /// Takes the next reply of the node that ``ClientOrder/follow`` is about.
    package mutating func receivedElsewhere(_ reply: borrowing Reply) -> ClientOrder {
        elsewhere(order(machine.receiveElsewhere(reply)))
    }

    /// Switches to another program on the same connection. An UNWATCH that is still owed there is carried over.
    mutating func prepare(_ program: StrategyProgram) {
        let owes = machine.leavesWatch
        var next = StrategyMachine(program, owesUnwatch: owes)
        next.mayMove = machine.mayMove
        next.goesToShelves = machine.goesToShelves
        next.keep(from: machine)
        machine = next
    }
}

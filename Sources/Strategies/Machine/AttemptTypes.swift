package import FlashSale

/// What an attempt is about.
package struct AttemptContext: Sendable {
    package var buyer: Int
    package var purchase: Int
    package var attempt: Int
    package var quantity: Int
    package var worker: Int
    package var thread: Int
    /// In the whole fleet, from 1.
    package var client = 1
    /// Which part of its purchase it is.
    package var phase = AttemptPhase.reserve
    /// The place of the item that it is for, from 0.
    package var item = 0
    /// The wall clock, milliseconds since 1970; needed only if the program uses it.
    package var nowMilliseconds: Int

    package init(
        buyer: Int, purchase: Int, attempt: Int, quantity: Int = 1, worker: Int = 0, thread: Int = 0,
        nowMilliseconds: Int = 0
    ) {
        self.buyer = buyer
        self.purchase = purchase
        self.attempt = attempt
        self.quantity = quantity
        self.worker = worker
        self.thread = thread
        self.nowMilliseconds = nowMilliseconds
    }
}

/// What a machine wants done for an attempt.
package enum AttemptAction: Sendable, Equatable {
    /// Write the machine's output, then read a reply and pass it to the machine.
    case send
    /// Write the machine's output to the node that its `askedNode` names, behind the node of the attempt, then read a reply there and
    /// pass it to the machine's `receiveElsewhere`.
    case follow
    /// Read the next reply, from where the last came, and pass it to the machine.
    case receive
    /// Let this many microseconds pass, then call `afterThinking`.
    case think(microseconds: Int)
    /// Go to the node of the shelf that the machine names, then call `arrive`.
    case goToShelf
    case finish(AttemptResult)
}

/// How an attempt ended.
package struct AttemptResult: Sendable, Equatable {
    package var outcome: Outcome
    package var remaining: Int?
    /// A reply came that no rule matches, at the last step; or a win does not name its units where the file looks for it.
    package var isHole: Bool {
        @inline(__always) get { mark == .hole }
        @inline(__always) set { mark = newValue ? .hole : mark == .hole ? .none : mark }
    }
    /// Whether the machine has the names of the units that the attempt was sold. A hole has none.
    package var namesUnits: Bool {
        @inline(__always) get { mark == .names }
        @inline(__always) set { mark = newValue ? .names : mark == .names ? .none : mark }
    }

    /// One field for both: with a fifth, a result would no longer fit into registers. Other modules look at it on the path of
    /// an attempt, where the properties above would be calls.
    package enum Mark: BitwiseCopyable {
        case none, hole, names
    }
    package private(set) var mark: Mark

    package init(_ outcome: Outcome, remaining: Int? = nil, isHole: Bool = false) {
        self.outcome = outcome
        self.remaining = remaining
        mark = isHole ? .hole : .none
    }

    /// Of an attempt that goes no further: unknown if something that may have had an effect was sent, otherwise failed.
    @inline(__always)
    static func brokenOff(mayHaveWritten: Bool, isHole: Bool = false) -> AttemptResult {
        AttemptResult(mayHaveWritten ? .unknown : .failed, isHole: isHole)
    }
}

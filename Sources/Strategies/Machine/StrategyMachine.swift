internal import FlashSale

/// Runs one attempt after another on one connection, without any I/O: each event returns what to do next.
///
/// The caller sends ``output`` and passes every reply in, in order, until the machine says that the attempt is finished.
/// An attempt that watched and ended without EXEC is followed by UNWATCH: it goes out with the next attempt's first bytes.
package struct StrategyMachine: ~Copyable {
    package typealias Context = AttemptContext
    package typealias Result = AttemptResult
    package typealias Action = AttemptAction

    /// Keeps the tables alive.
    private let program: StrategyProgram
    /// Of the item that the attempt is for.
    private var tablesPointer: UnsafePointer<StrategyProgram.Tables>
    var tables: StrategyProgram.Tables {
        @inline(__always) get { tablesPointer.pointee }
    }
    /// Those of each item, or of each number of lines of a cart; nil where there is one item.
    private let itemTables: UnsafePointer<UnsafePointer<StrategyProgram.Tables>>?
    /// What the purchase wants, where it has a cart. Empty where there are none.
    let cart: UnsafeMutableBufferPointer<CartLine>
    let patterns: [ReplyPattern]
    /// What the attempt that is under way, or begins next, is about.
    package var context = Context(buyer: 0, purchase: 0, attempt: 0)
    var values: Values
    var buffer = CommandBuffer()
    /// The names of the units that the attempt was sold.
    var units: UnitBuffer
    var place = Place()
    var phase = Phase.buying
    /// The result, once nothing can change it any more.
    var decided: Result?
    var written = Written()
    var watch: Watch
    var transaction = TransactionReplies()
    var remarks = Remarks()
    /// The server may be in the middle of something on this connection: it should not be used again.
    package internal(set) var connectionIsSuspect = false
    var counts: StepCounts
    /// Whether the server is one of several, so that the sale may be on another one by the next attempt.
    package var mayMove = false
    /// Whether each shelf has to be gone to, since it may be on another node than the one before.
    package var goesToShelves = false
    /// What the node that was asked has said of that, and nobody has taken yet.
    var relocation: Relocation?
    /// What goes to another node, which the one that was asked has named.
    var asked: Asked

    /// - Parameter owesUnwatch: whether another machine left a WATCH on the connection that this one goes on with.
    package init(_ program: StrategyProgram, owesUnwatch: Bool = false) {
        self.program = program
        tablesPointer = program.tablesPointer
        itemTables = program.itemTables
        cart = .allocate(capacity: program.carts?.lines.max ?? 0)
        patterns = program.patterns.map(ReplyPattern.init)
        values = Values(captures: program.tables.captureIsNumber.map { _ in Capture() })
        values.draws = [Int](repeating: 0, count: program.tables.draws.count)
        watch = Watch(isOwed: owesUnwatch)
        asked = Asked()
        units = UnitBuffer(units: program.namesUnits ? program.mostUnits : 0)
        counts = StepCounts(
            steps: program.tables.steps.count, rules: program.tables.rules.count,
            captures: program.tables.stepCaptures.count)
    }

    /// What to write after ``Action/send``; valid until the next event.
    package internal(set) var output = UnsafeRawBufferPointer(start: nil, count: 0)

    deinit { cart.deallocate() }

    // MARK: Events

    /// Starts an attempt.
    package mutating func begin(_ context: Context) -> Action {
        self.context = context
        return begin()
    }

    /// Starts an attempt about what ``context`` says.
    package mutating func begin() -> Action {
        if let itemTables { tablesPointer = itemTables[program.carts.map { pick($0) } ?? context.item] }
        values.generator = SplitMix64(
            seed: tables.seed ^ (UInt64(bitPattern: Int64(context.attempt)) &* 0x9E37_79B9_7F4A_7C15))
        values.random = Int(values.generator.next() >> 33)
        if tables.drawsFirst, context.phase == .reserve {
            drawFirst()
            if goesToShelves { return goToShelf() }
        }
        return look()
    }

    /// Puts together the cart of the purchase.
    ///
    /// - Returns: the place of the tables for so many lines.
    @inline(never)
    private func pick(_ carts: CartPicker) -> Int {
        cart.baseAddress.map { carts.pick(ofPurchase: context.purchase, into: $0) - 1 } ?? 0
    }

    /// Begins at the first step.
    @inline(__always)
    mutating func look() -> Action {
        decided = nil
        phase = .buying
        values.taken = values.kept
        place.current = 0
        place.end = tables.buyEnd
        if context.phase != .reserve { enter(context.phase) }
        place.hasReloaded = false
        connectionIsSuspect = false
        written.before = false
        written.atAll = false
        place.sentEnd = place.current
        place.repliesToSkip = 0
        buffer.reset()
        watch.leave()
        return proceed()
    }

    /// Goes on after ``Action/think(microseconds:)``.
    package mutating func afterThinking() -> Action {
        place.current += 1
        let action = proceed()
        return asked.isThere ? afterReply(from: action) : action
    }

    /// Takes the next reply.
    package mutating func receive(_ reply: borrowing Reply) -> Action {
        if place.repliesToSkip > 0 {
            place.repliesToSkip -= 1
            if phase == .probing { return afterProbe(reply) }
            guard place.repliesToSkip == 0 else { return .receive }
            switch phase {
            case .draining: return close()
            case .redirected: return follow()
            case .buying, .closing, .probing: return .receive
            }
        }
        place.repliesLeft -= 1
        let step = stepPointer(place.current)
        let kind = step.pointee.kind
        if kind == .transaction, place.repliesLeft > 0 {
            note(reply, of: step)
            return .receive
        }
        if reply.kind == .error, let action = afterError(step, reply) { return action }
        if phase == .closing {
            if reply.firstError != nil || reply.isHTTPError || reply.isCommandError { keep(reply) }
            if kind == .transaction, !transaction.multiWasRefused { watch.end() }
            return goOn()
        }
        if let result = kind == .transaction ? endTransaction(step, reply) : endCommand(step, reply) {
            return decide(result.outcome == .held ? withCaptures(result, of: step, reply) : result)
        }
        written.before = written.atAll
        return goOn()
    }

    /// What an error leads to that is about the server, and not about what was asked; nil for any other.
    private mutating func afterError(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> Action? {
        if step.pointee.kind == .script, mustReload(step, reply) { return reload(step) }
        guard mayMove else { return nil }
        if let action = redirect(step, reply) { return action }
        if phase == .closing {
            noteRelocation(reply)
            return nil
        }
        return misplaced(step, reply).map { decide($0) }
    }

    /// Goes to the next step, after the last reply of the current one.
    private mutating func goOn() -> Action {
        place.current += 1
        place.hasReloaded = false
        if place.current < place.sentEnd {
            place.repliesLeft = stepPointer(place.current).pointee.replies
            return .receive
        }
        buffer.reset()
        return proceed()
    }

    /// The connection was lost, or the reply did not come in time: what is certain of the attempt.
    /// The next attempt starts on a new connection.
    package mutating func lose() -> Result {
        watch.leave()
        watch.isOwed = false
        relocation = nil
        asked.isThere = false
        return certain ?? .brokenOff(mayHaveWritten: written.atAll)
    }

    /// What the current step would have sent never left: what is certain of the attempt.
    package mutating func couldNotSend() -> Result {
        asked.isThere = false
        return certain ?? .brokenOff(mayHaveWritten: written.before)
    }

    /// Whether the last attempt left a WATCH on a connection.
    package var leavesWatch: Bool { watch.isOwed || watch.isOn || watch.isOwedElsewhere }

    /// Whether the server may still execute what was sent, if the connection is lost now.
    package var mayStillTakeEffect: Bool { decided == nil && written.atAll }

    /// The run is stopped while the attempt thinks: what is certain of it.
    package mutating func abandon() -> Result {
        asked.isThere = false
        return certain ?? .brokenOff(mayHaveWritten: written.atAll)
    }
}

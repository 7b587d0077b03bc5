/// Runs one attempt after another on one connection, without any I/O: each event returns what to do next.
///
/// The caller sends ``output`` and passes every reply in, in order, until the machine says that the attempt is finished.
/// An attempt that watched and ended without EXEC is followed by UNWATCH: it goes out with the next attempt's first bytes.
package struct StrategyMachine: ~Copyable {
    /// What an attempt is about.
    package struct Context: Sendable {
        package var buyer: Int
        package var purchase: Int
        package var attempt: Int
        package var quantity: Int
        package var worker: Int
        package var thread: Int
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

    package struct Result: Sendable, Equatable {
        package var outcome: Outcome
        package var remaining: Int?
        /// A reply came that no rule matches, at the last step.
        package var isHole: Bool

        package init(_ outcome: Outcome, remaining: Int? = nil, isHole: Bool = false) {
            self.outcome = outcome
            self.remaining = remaining
            self.isHole = isHole
        }
    }

    package enum Action: Sendable, Equatable {
        /// Write ``output``, then read a reply and pass it to ``receive(_:)``.
        case send
        /// Read the next reply and pass it to ``receive(_:)``.
        case receive
        /// Let so many microseconds pass, then call ``afterThinking()``.
        case think(microseconds: Int)
        case finish(Result)
    }

    /// Keeps the tables alive.
    private let program: StrategyProgram
    private let tablesPointer: UnsafePointer<StrategyProgram.Tables>
    var tables: StrategyProgram.Tables {
        @inline(__always) get { tablesPointer.pointee }
    }
    var context = Context(buyer: 0, purchase: 0, attempt: 0)
    var generator = SplitMix64(seed: 0)
    var attemptRandom = 0
    var captures: [Capture]
    /// Captures that were taken in this attempt, one bit each.
    var taken: UInt64 = 0
    let patterns: [ReplyPattern]
    var buffer = CommandBuffer()

    /// The step whose replies come next.
    var current = 0
    /// Replies of ``current`` that are still to come.
    var repliesLeft = 0
    /// The step after the last one that was sent.
    var sentEnd = 0
    /// Replies to throw away: UNWATCH's before the attempt, those of loading a script again, or those after its end was
    /// decided.
    private var repliesToSkip = 0
    private var phase = Phase.buying
    private var decided: Result?
    /// Whether the script of ``current`` was loaded again.
    private var hasReloaded = false
    /// Whether a command that may have an effect was sent, before ``current`` and at all.
    var hasWrittenBefore = false
    var hasWritten = false
    var isWatching = false
    /// The attempt before watched and ended without EXEC: UNWATCH goes out with the next bytes.
    private var owesUnwatch = false
    var transaction = TransactionReplies()

    /// The first reply that no rule matched, as text; kept for the report.
    package internal(set) var firstHole: String?
    /// The first reply that made an attempt fail or leave it unknown, as text; kept for the report.
    package internal(set) var firstError: String?
    /// The server may be in the middle of something on this connection: it should not be used again.
    package internal(set) var connectionIsSuspect = false
    /// Commands written since the machine was made, MULTI, EXEC and UNWATCH included.
    package private(set) var commandsSent = 0
    /// How often the server did not know a script or a function, so that it was loaded again.
    package private(set) var reloads = 0

    private enum Phase {
        case buying
        /// The outcome is decided, and replies to what went out with it are still to come.
        case draining
        /// The steps that every exit takes.
        case closing
    }

    struct Capture {
        var number: Int?
        var bytes: [UInt8] = []
    }

    /// What came back for MULTI and for the commands that it queued.
    struct TransactionReplies {
        var multiWasRefused = false
        var somethingWasAccepted = false
    }

    package init(_ program: StrategyProgram) {
        self.program = program
        tablesPointer = program.tablesPointer
        captures = program.tables.captureIsNumber.map { _ in Capture() }
        patterns = program.patterns.map(ReplyPattern.init)
    }

    /// What to write after ``Action/send``; valid until the next event.
    package private(set) var output = UnsafeRawBufferPointer(start: nil, count: 0)

    // MARK: Events

    /// Starts an attempt.
    package mutating func begin(_ context: Context) -> Action {
        self.context = context
        generator = SplitMix64(
            seed: tables.seed ^ (UInt64(bitPattern: Int64(context.attempt)) &* 0x9E37_79B9_7F4A_7C15))
        attemptRandom = Int(generator.next() >> 33)
        decided = nil
        phase = .buying
        taken = 0
        hasReloaded = false
        connectionIsSuspect = false
        hasWrittenBefore = false
        hasWritten = false
        current = 0
        sentEnd = 0
        repliesToSkip = 0
        buffer.reset()
        owesUnwatch = owesUnwatch || isWatching
        isWatching = false
        return proceed()
    }

    /// Goes on after ``Action/think(microseconds:)``.
    package mutating func afterThinking() -> Action {
        current += 1
        return proceed()
    }

    /// Takes the next reply.
    package mutating func receive(_ reply: borrowing Reply) -> Action {
        if repliesToSkip > 0 {
            repliesToSkip -= 1
            return repliesToSkip == 0 && phase == .draining ? close() : .receive
        }
        repliesLeft -= 1
        let step = stepPointer(current)
        let kind = step.pointee.kind
        if kind == .transaction, repliesLeft > 0 {
            note(reply, of: step)
            return .receive
        }
        if kind == .script, reply.kind == .error, mustReload(step, reply) { return reload(step) }
        if phase == .closing {
            if reply.firstError != nil { keep(reply) }
            if kind == .transaction, !transaction.multiWasRefused { isWatching = false }
            return goOn()
        }
        if let result = kind == .transaction ? endTransaction(step, reply) : endCommand(step, reply) {
            return decide(result)
        }
        hasWrittenBefore = hasWritten
        return goOn()
    }

    /// Goes to the next step, after the last reply of ``current``.
    private mutating func goOn() -> Action {
        current += 1
        hasReloaded = false
        if current < sentEnd {
            repliesLeft = stepPointer(current).pointee.replies
            return .receive
        }
        buffer.reset()
        return proceed()
    }

    /// The connection was lost, or the reply did not come in time: what is certain of the attempt.
    /// The next attempt starts on a new connection.
    package mutating func lose() -> Result {
        isWatching = false
        owesUnwatch = false
        return decided ?? Result(hasWritten ? .unknown : .failed)
    }

    /// Whether the server may still execute what was sent, if the connection is lost now.
    package var mayStillTakeEffect: Bool { decided == nil && hasWritten }

    /// The run is stopped while the attempt thinks: what is certain of it.
    package mutating func abandon() -> Result { decided ?? Result(hasWritten ? .unknown : .failed) }

    // MARK: Going on

    private static let unwatch = RESP.command(["UNWATCH"])
    /// Lives as long as the program.
    nonisolated(unsafe) static let execAbort: UnsafeBufferPointer<UInt8> = {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 9)
        _ = memory.initialize(from: "EXECABORT".utf8)
        return UnsafeBufferPointer(memory)
    }()

    /// Sends the next step whose condition holds, with those that join it, or thinks, or ends the attempt.
    private mutating func proceed() -> Action {
        let end = phase == .closing ? tables.steps.count : tables.finallyStart
        while current < end {
            let step = stepPointer(current)
            if step.pointee.condition >= 0, !holds(tables.conditions[step.pointee.condition]) {
                current += 1
                continue
            }
            switch step.pointee.kind {
            case .think:
                guard step.pointee.thinkMaximum > 0 else {
                    current += 1
                    continue
                }
                return think(step)
            case .finish:
                sentEnd = current
                let remaining = step.pointee.remaining.flatMap { isTaken($0) ? value(of: $0) : nil }
                return decide(Result(step.pointee.outcome, remaining: remaining))
            case .send, .transaction, .script:
                guard step.pointee.needs & ~taken == 0 else {
                    if phase == .closing {
                        current += 1
                        continue
                    }
                    return decide(lackOfCapture())
                }
                return send(before: end)
            }
        }
        if phase == .closing, let decided { return .finish(decided) }
        // Every step that could end the attempt was skipped.
        if firstHole == nil { firstHole = "(no step was left whose if: holds)" }
        return decide(Result(hasWritten ? .unknown : .failed, isHole: true))
    }

    private mutating func think(_ step: UnsafePointer<StrategyProgram.Step>) -> Action {
        let (minimum, maximum) = (step.pointee.thinkMinimum, step.pointee.thinkMaximum)
        return .think(microseconds: minimum == maximum ? minimum : Int.random(in: minimum...maximum, using: &generator))
    }

    private mutating func send(before end: Int) -> Action {
        sentEnd = current
        if owesUnwatch {
            Self.unwatch.withUnsafeBufferPointer { buffer.append($0) }
            owesUnwatch = false
            repliesToSkip = 1
            commandsSent += 1
        }
        repeat {
            write(stepPointer(sentEnd))
            sentEnd += 1
        } while sentEnd < end && stepPointer(sentEnd).pointee.joinsPrevious
            && stepPointer(sentEnd).pointee.needs & ~taken == 0
        repliesLeft = stepPointer(current).pointee.replies
        output = buffer.written
        return .send
    }

    private mutating func write(_ step: UnsafePointer<StrategyProgram.Step>) {
        var index = step.pointee.parts.start
        let end = step.pointee.parts.end
        while index < end {
            write(tables.parts[index])
            index += 1
        }
        commandsSent += step.pointee.replies
        if !step.pointee.hasNoEffect { hasWritten = true }
        if step.pointee.watches { isWatching = true }
        if step.pointee.kind == .transaction { transaction = TransactionReplies() }
    }

    /// A step in place: it is too large to be copied for each look.
    @inline(__always)
    func stepPointer(_ index: Int) -> UnsafePointer<StrategyProgram.Step> {
        // The tables of a program that runs have at least one step.
        tables.steps.baseAddress! + index
    }

    private mutating func decide(_ result: Result) -> Action {
        decided = result
        if sentEnd > current + 1 {
            repliesToSkip = 0
            for later in (current + 1)..<sentEnd { repliesToSkip += stepPointer(later).pointee.replies }
            phase = .draining
            return .receive
        }
        return close()
    }

    /// Takes the steps that every exit takes, then ends the attempt.
    private mutating func close() -> Action {
        if tables.finallyStart == tables.steps.count, let decided { return .finish(decided) }
        phase = .closing
        // What the attempt watched is none of the business of what follows.
        owesUnwatch = owesUnwatch || isWatching
        isWatching = false
        current = tables.finallyStart
        hasReloaded = false
        buffer.reset()
        return proceed()
    }

    // MARK: Scripts

    /// Whether the server said that it does not know the script of this step, for the first time.
    private mutating func mustReload(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> Bool {
        guard step.pointee.reloadReplies > 0, !hasReloaded else { return false }
        return Self.saysUnknown(reply)
    }

    /// Whether an error says that the server has no such script or function, and so ran nothing.
    static func saysUnknown(_ reply: borrowing Reply) -> Bool {
        reply.withText(at: Reply.root) { text in
            text.starts(with: "NOSCRIPT ".utf8) || text.starts(with: "ERR Function not found".utf8)
        }
    }

    /// The server forgot the script, and so did nothing: it learns it again, and the call is repeated.
    private mutating func reload(_ step: UnsafePointer<StrategyProgram.Step>) -> Action {
        hasReloaded = true
        reloads += 1
        buffer.reset()
        buffer.append(
            UnsafeBufferPointer(rebasing: tables.literals[step.pointee.reload.start..<step.pointee.reload.end]))
        commandsSent += step.pointee.reloadReplies
        repliesToSkip = step.pointee.reloadReplies
        repliesLeft = step.pointee.replies
        write(step)
        output = buffer.written
        return .send
    }
}

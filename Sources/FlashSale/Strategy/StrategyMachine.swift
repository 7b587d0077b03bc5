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
    let tables: StrategyProgram.Tables
    var context = Context(buyer: 0, purchase: 0, attempt: 0)
    var generator = SplitMix64(seed: 0)
    var attemptRandom = 0
    var captures: [Capture]
    var buffer = CommandBuffer()

    /// The step whose replies come next.
    var current = 0
    /// Replies of ``current`` that are still to come.
    var repliesLeft = 0
    /// The step after the last one that was sent.
    var sentEnd = 0
    /// Replies to throw away: UNWATCH's before the attempt, or those after its end was decided.
    private var repliesToSkip = 0
    private var decided: Result?
    /// Whether a command that may have an effect was sent, before ``current`` and at all.
    var hasWrittenBefore = false
    var hasWritten = false
    var isWatching = false
    var transaction = TransactionReplies()

    /// The first reply that no rule matched, as text; kept for the report.
    package internal(set) var firstHole: String?
    /// The first reply that made an attempt fail or leave it unknown, as text; kept for the report.
    package internal(set) var firstError: String?
    /// The server may be in the middle of something on this connection: it should not be used again.
    package internal(set) var connectionIsSuspect = false
    /// Commands written since the machine was made, MULTI, EXEC and UNWATCH included.
    package private(set) var commandsSent = 0

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
        tables = program.tables
        captures = tables.captureIsNumber.map { _ in Capture() }
    }

    /// What to write after ``Action/send``; valid until the next event.
    package var output: UnsafeRawBufferPointer {
        @inline(__always) get { buffer.written }
    }

    // MARK: Events

    /// Starts an attempt.
    package mutating func begin(_ context: Context) -> Action {
        self.context = context
        generator = SplitMix64(
            seed: tables.seed ^ (UInt64(bitPattern: Int64(context.attempt)) &* 0x9E37_79B9_7F4A_7C15))
        attemptRandom = Int(generator.next() >> 33)
        decided = nil
        connectionIsSuspect = false
        hasWrittenBefore = false
        hasWritten = false
        current = 0
        sentEnd = 0
        repliesToSkip = 0
        buffer.reset()
        if isWatching {
            Self.unwatch.withUnsafeBufferPointer { buffer.append($0) }
            isWatching = false
            repliesToSkip = 1
            commandsSent += 1
        }
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
            guard repliesToSkip == 0, let decided else { return .receive }
            return .finish(decided)
        }
        repliesLeft -= 1
        let step = tables.steps[current]
        if step.kind == .transaction, repliesLeft > 0 {
            note(reply, of: step)
            return .receive
        }
        let result = step.kind == .transaction ? endTransaction(step, reply) : endCommand(step, reply)
        if let result { return decide(result) }
        current += 1
        hasWrittenBefore = hasWritten
        if current < sentEnd {
            repliesLeft = tables.steps[current].replies
            return .receive
        }
        buffer.reset()
        return proceed()
    }

    /// The connection was lost, or the reply did not come in time: what is certain of the attempt.
    /// The next attempt starts on a new connection.
    package mutating func lose() -> Result {
        isWatching = false
        return decided ?? Result(hasWritten ? .unknown : .failed)
    }

    /// Whether the server may still execute what was sent, if the connection is lost now.
    package var mayStillTakeEffect: Bool { decided == nil && hasWritten }

    /// The run is stopped while the attempt thinks: what is certain of it.
    package mutating func abandon() -> Result { Result(hasWritten ? .unknown : .failed) }

    // MARK: Going on

    private static let unwatch = RESP.command(["UNWATCH"])
    /// Lives as long as the program.
    nonisolated(unsafe) static let execAbort: UnsafeBufferPointer<UInt8> = {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 9)
        _ = memory.initialize(from: "EXECABORT".utf8)
        return UnsafeBufferPointer(memory)
    }()

    /// Sends the step at `current`, with those that join it, or thinks.
    private mutating func proceed() -> Action {
        let steps = tables.steps
        guard current < steps.count else {
            // The parser wants outcomes at the last command, so only a think step can stand after it.
            return .finish(Result(hasWritten ? .unknown : .failed, isHole: true))
        }
        if steps[current].kind == .think {
            let (minimum, maximum) = (steps[current].thinkMinimum, steps[current].thinkMaximum)
            guard maximum > 0 else { return afterThinking() }
            let microseconds = minimum == maximum ? minimum : Int.random(in: minimum...maximum, using: &generator)
            return .think(microseconds: microseconds)
        }
        sentEnd = current
        repeat {
            write(steps[sentEnd])
            sentEnd += 1
        } while sentEnd < steps.count && steps[sentEnd].joinsPrevious
        repliesLeft = steps[current].replies
        return .send
    }

    private mutating func write(_ step: StrategyProgram.Step) {
        for index in step.parts.start..<step.parts.end { write(tables.parts[index]) }
        commandsSent += step.replies
        if !step.hasNoEffect { hasWritten = true }
        if step.watches { isWatching = true }
        if step.kind == .transaction { transaction = TransactionReplies() }
    }

    private mutating func decide(_ result: Result) -> Action {
        if sentEnd > current + 1 {
            repliesToSkip = 0
            for later in (current + 1)..<sentEnd { repliesToSkip += tables.steps[later].replies }
            decided = result
            return .receive
        }
        return .finish(result)
    }
}

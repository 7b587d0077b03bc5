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
    private let tablesPointer: UnsafePointer<StrategyProgram.Tables>
    var tables: StrategyProgram.Tables {
        @inline(__always) get { tablesPointer.pointee }
    }
    /// What the attempt that is under way, or begins next, is about.
    package var context = Context(buyer: 0, purchase: 0, attempt: 0)
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
    var repliesToSkip = 0
    var phase = Phase.buying
    var decided: Result?
    /// Whether the script of ``current`` was loaded again.
    var hasReloaded = false
    /// Whether a command that may have an effect was sent, before ``current`` and at all.
    var hasWrittenBefore = false
    var hasWritten = false
    var isWatching = false
    /// The attempt before watched and ended without EXEC: UNWATCH goes out with the next bytes.
    var owesUnwatch = false
    var transaction = TransactionReplies()

    /// The first reply that no rule matched, as text; kept for the report.
    package internal(set) var firstHole: String?
    /// The first reply that made an attempt fail or leave it unknown, as text; kept for the report.
    package internal(set) var firstError: String?
    /// The server may be in the middle of something on this connection: it should not be used again.
    package internal(set) var connectionIsSuspect = false
    /// How often each step was written since the machine was made, and behind that how often the script of each step was
    /// loaded again. Plain memory: counting costs an attempt one addition a step.
    private let stepCounts: UnsafeMutablePointer<Int>
    /// UNWATCH commands written.
    var unwatches = 0

    enum Phase {
        case buying
        /// The outcome is decided, and replies to what went out with it are still to come.
        case draining
        /// The `finally` steps.
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

    /// - Parameter owesUnwatch: whether another machine left a WATCH on the connection that this one goes on with.
    package init(_ program: StrategyProgram, owesUnwatch: Bool = false) {
        self.program = program
        self.owesUnwatch = owesUnwatch
        tablesPointer = program.tablesPointer
        captures = program.tables.captureIsNumber.map { _ in Capture() }
        patterns = program.patterns.map(ReplyPattern.init)
        stepCounts = .allocate(capacity: 2 * program.tables.steps.count)
        stepCounts.initialize(repeating: 0, count: 2 * program.tables.steps.count)
    }

    deinit { stepCounts.deallocate() }

    /// What to write after ``Action/send``; valid until the next event.
    package internal(set) var output = UnsafeRawBufferPointer(start: nil, count: 0)

    // MARK: Events

    /// Starts an attempt.
    package mutating func begin(_ context: Context) -> Action {
        self.context = context
        return begin()
    }

    /// Starts an attempt about what ``context`` says.
    package mutating func begin() -> Action {
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

    /// Whether the last attempt left a WATCH on the connection.
    package var leavesWatch: Bool { owesUnwatch || isWatching }

    /// Whether the server may still execute what was sent, if the connection is lost now.
    package var mayStillTakeEffect: Bool { decided == nil && hasWritten }

    /// The run is stopped while the attempt thinks: what is certain of it.
    package mutating func abandon() -> Result { decided ?? Result(hasWritten ? .unknown : .failed) }

    // MARK: Counting

    @inline(__always)
    mutating func countWrite(ofStep step: Int) { stepCounts[step] &+= 1 }

    mutating func countReload(ofStep step: Int) { stepCounts[tables.steps.count + step] &+= 1 }

    /// What was written since the machine was made.
    package var sent: SentSteps {
        let count = tables.steps.count
        return SentSteps(
            writes: (0..<count).map { stepCounts[$0] }, reloads: (0..<count).map { stepCounts[count + $0] },
            unwatches: unwatches)
    }

    /// How often the server did not know a script or a function, so that it was loaded again.
    package var reloads: Int { sent.reloads.reduce(0, +) }

    /// Commands written since the machine was made, MULTI, EXEC and UNWATCH included.
    package var commandsSent: Int {
        let sent = sent
        return tables.steps.indices.reduce(unwatches) { sum, step in
            sum + sent.writes[step] * tables.steps[step].replies + sent.reloads[step] * tables.steps[step].reloadReplies
        }
    }

    // MARK: Words on the wire

    static let unwatch = RESP.command(["UNWATCH"])
    /// Lives as long as the program.
    nonisolated(unsafe) static let execAbort: UnsafeBufferPointer<UInt8> = {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 9)
        _ = memory.initialize(from: "EXECABORT".utf8)
        return UnsafeBufferPointer(memory)
    }()
}

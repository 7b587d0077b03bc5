internal import CLinux
internal import FlashSale
internal import Host

/// How far the closing of a sale has come: how long it may still take, and what may be left so far.
struct ClosingProgress {
    /// In nanoseconds of CLOCK_MONOTONIC. Each finished step moves it, since many keys take long to remove.
    private var deadline: UInt64
    /// The latest that ``deadline`` may become.
    private let end: UInt64
    private let limitNanoseconds: UInt64
    /// How long to wait for one answer: short enough that a connection which a firewall dropped silently is replaced before
    /// the time is over.
    let answerMilliseconds: Int
    /// Keys that may still be there, each once.
    private var keysLeft: [[UInt8]] = []
    private var knownKeysLeft: Set<[UInt8]> = []
    private var librariesLeft: [String] = []
    /// Why something may be left: what went wrong first.
    private var problem: String?
    /// Why the remaining steps are skipped: each would wait just as long and fail the same way.
    var gaveUp: String?
    private var pauseMilliseconds: UInt64 = 25

    /// - Parameter limit: how long a step that fails is tried again; all of them together ten times as long at most.
    init(milliseconds limit: Int) {
        let now = Clock.nanoseconds()
        limitNanoseconds = UInt64(limit) * 1_000_000
        deadline = now + limitNanoseconds
        end = now + 10 * limitNanoseconds
        answerMilliseconds = min(5000, max(700, limit / 3))
    }

    /// The time is over, or somebody asked twice to stop.
    var isOver: Bool { Interruption.requests >= 2 || Clock.nanoseconds() >= deadline }

    /// Gives the next step its full time.
    mutating func hasComeFurther() {
        deadline = min(Clock.nanoseconds() + limitNanoseconds, end)
        pauseMilliseconds = 25
    }

    /// When to stop waiting for an answer.
    ///
    /// - Parameter isOnlyTry: whether the command is not sent again, so that nothing is gained by giving up early.
    func answerDeadline(isOnlyTry: Bool) -> UInt64 {
        let usual = Clock.nanoseconds() + UInt64(answerMilliseconds) * 1_000_000
        return isOnlyTry ? max(usual, deadline) : usual
    }

    /// Waits a little, longer each time; a second interruption ends that.
    mutating func pause() {
        let end = min(Clock.nanoseconds() + pauseMilliseconds * 1_000_000, deadline)
        while Clock.nanoseconds() < end, Interruption.requests < 2 {
            Clock.sleep(until: min(end, Clock.nanoseconds() + 50_000_000))
        }
        pauseMilliseconds = min(400, pauseMilliseconds * 2)
    }

    mutating func note(_ text: String) { problem = problem ?? text }

    mutating func note(_ text: String, key: [UInt8]) {
        note(text)
        if knownKeysLeft.insert(key).inserted { keysLeft.append(key) }
    }

    mutating func note(_ text: String, library: String) {
        note(text)
        librariesLeft.append(library)
    }

    /// What may be left and why, for a message; nil if nothing.
    var leftovers: String? {
        guard let problem else { return nil }
        let names = keysLeft.map { ForeignText.shown($0) } + librariesLeft.map { "the library \($0)" }
        guard !names.isEmpty else { return problem }
        let more = names.count - 3
        return names.prefix(3).joined(separator: ", ") + (more > 0 ? " and \(more.grouped) more" : "") + "; \(problem)"
    }
}

internal import CSystem
internal import FlashSale
internal import Host

/// How far a clean-up has come: how long it may still take, and what is left so far.
struct CleanUp {
    /// Of CLOCK_MONOTONIC. It moves with every step that is done, since many keys take their time.
    private var deadline: UInt64
    /// Which it never passes.
    private let end: UInt64
    private let limitNanoseconds: UInt64
    /// How long one answer is waited for. A server that hangs up without a word, as firewalls make it look, is asked again
    /// on another connection before the time is over.
    let answerMilliseconds: Int
    /// Keys that are not known to be gone, without the ones that were named before.
    private var keysLeft: [[UInt8]] = []
    private var knownKeysLeft: Set<[UInt8]> = []
    private var librariesLeft: [String] = []
    /// Why something may be left: what went wrong first.
    private var problem: String?
    /// Why nothing more is tried: whatever comes next would have to wait as long for the same.
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

    /// A step was done.
    mutating func hasComeFurther() {
        deadline = min(Clock.nanoseconds() + limitNanoseconds, end)
        pauseMilliseconds = 25
    }

    /// Until when an answer is waited for.
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
        let names = keysLeft.map { EscapedText.text($0) } + librariesLeft.map { "the library \($0)" }
        guard !names.isEmpty else { return problem }
        let more = names.count - 3
        return names.prefix(3).joined(separator: ", ") + (more > 0 ? " and \(more.grouped) more" : "") + "; \(problem)"
    }
}

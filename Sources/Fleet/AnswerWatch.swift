/// Tells when a server has answered nobody for too long while the doors are open: no client of any worker, and not the
/// coordinator either, so that a scheme whose clients wait by themselves (BLPOP) is no silent server.
struct AnswerWatch {
    /// Less is no silence, however short the timeout is: a machine may be busy for so long.
    static let leastNanoseconds: UInt64 = 1_000_000_000

    /// Two timeouts: whoever asked before is lost by then, and whoever asked in vain a second time.
    private let limitNanoseconds: UInt64
    private var answered = 0
    /// CLOCK_MONOTONIC of the last time that a client was seen to have had an answer, and that anybody had.
    private var lastOfClients: UInt64
    private var last: UInt64
    private(set) var wantsPulse = false

    /// - Parameters:
    ///   - opened: CLOCK_MONOTONIC of the doors' opening.
    ///   - timeoutNanoseconds: how long a client waits for an answer.
    init(opened: UInt64, timeoutNanoseconds: UInt64) {
        limitNanoseconds = max(Self.leastNanoseconds, 2 * timeoutNanoseconds)
        lastOfClients = opened
        last = opened
    }

    /// - Parameters:
    ///   - now: CLOCK_MONOTONIC.
    ///   - answered: attempts of all clients that the server answered, as far as is known.
    ///   - pulse: CLOCK_MONOTONIC of the last time that the server answered the coordinator; 0 for never.
    ///   - wasAbsent: whether nobody could listen for a while, so that time until now proves nothing.
    mutating func look(at now: UInt64, answered: Int, pulse: UInt64, wasAbsent: Bool) {
        if answered > self.answered || wasAbsent {
            lastOfClients = max(lastOfClients, now)
            self.answered = max(self.answered, answered)
        }
        last = max(last, lastOfClients, pulse)
        // In good time, so that a server which does answer is heard before the time is over.
        wantsPulse = now > last + limitNanoseconds / 4
    }

    func areMissing(at now: UInt64) -> Bool { now > last + limitNanoseconds }
}

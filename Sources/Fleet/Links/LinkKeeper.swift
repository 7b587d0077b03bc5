internal import CLinux
internal import FlashSale
internal import Host
internal import Synchronization

/// The coordinator's thread that keeps links to other machines alive, whatever else the coordinator waits for: it pings every worker
/// there, and reads what the programs that carry the links complain of.
final class LinkKeeper: Sendable {
    /// From one ping to the next.
    static var intervalNanoseconds: UInt64 { 250_000_000 }

    private struct Member {
        var output: LinkOutput
        var errors: CarrierErrors?
    }

    private struct State {
        var members: [ObjectIdentifier: Member] = [:]
        var isStopping = false
        /// CLOCK_MONOTONIC of the last round of pings; 0 before the first, and after the last.
        var lastRound: UInt64 = 0
        var longestPause: UInt64 = 0

        mutating func look(at now: UInt64) {
            if lastRound > 0, now > lastRound { longestPause = max(longestPause, now - lastRound) }
        }
    }

    private let state = Mutex(State())
    private let thread = Mutex<JoinableThread<Void>?>(nil)

    /// - Throws: ``RunError`` with 69 if the system has no room for one more thread.
    func start() throws(RunError) {
        do throws(ThreadError) {
            try thread.withLock { (thread) throws(ThreadError) in thread = try JoinableThread { [self] in run() } }
        } catch {
            throw RunError(
                .unavailable, "the coordinator cannot keep its links alive: \(error); raise the limit (ulimit -u)")
        }
    }

    private func run() {
        var next = Clock.nanoseconds()
        while !state.withLock({ $0.isStopping }) {
            if Clock.nanoseconds() >= next {
                state.withLock { state in
                    let now = Clock.nanoseconds()
                    state.look(at: now)
                    state.lastRound = now
                }
                for member in state.withLock({ Array($0.members.values) }) {
                    member.output.ping()
                    member.errors?.drain()
                }
                next = max(next + Self.intervalNanoseconds, Clock.nanoseconds())
            }
            Clock.sleep(until: min(next, Clock.nanoseconds() + 20_000_000))
        }
    }

    /// The longest time between two rounds of pings so far, in nanoseconds: this process stood still for about as long.
    var longestPause: UInt64 {
        state.withLock { state in
            state.look(at: Clock.nanoseconds())
            return state.longestPause
        }
    }

    /// From now on a link is pinged.
    func add(_ output: LinkOutput, _ errors: CarrierErrors?) {
        state.withLock { $0.members[ObjectIdentifier(output)] = Member(output: output, errors: errors) }
    }

    /// A link has ended.
    func remove(_ output: LinkOutput) {
        _ = state.withLock { $0.members.removeValue(forKey: ObjectIdentifier(output)) }
    }

    /// Ends the thread.
    func stop() {
        state.withLock {
            $0.isStopping = true
            $0.members = [:]
        }
        thread.withLock { $0.take() }?.join()
    }
}

internal import CLinux
internal import EmbeddedRedis
internal import FlashSale
internal import Glibc
internal import Host

/// What faults do to a worker's process, and how it is seen that they did.
extension WorkerProcess {
    /// How long the system may take to end, to stop or to resume a process.
    private static var patienceNanoseconds: UInt64 { 5_000_000_000 }

    /// Whether it still serves buyers, as far as is known.
    private var isAtWork: Bool { !hasEnded && !isSilent && report == nil && exit(wait: false) == nil }

    /// Ends it with SIGKILL, and waits until it is gone. What it was doing stays in its journal as it is.
    ///
    /// - Returns: whether the signal ended it; false where it was over before.
    func end(by fault: Fault) -> Bool {
        guard isAtWork else { return false }
        kill(because: "ended by --fault \(fault.text)")
        let isGone = Self.await { exit(wait: false) != nil }
        guard isGone, case .signal(SIGKILL)? = exit(wait: false) else {
            // It has ended by itself meanwhile: what it said counts.
            wasKilled = nil
            return false
        }
        wasEndedByFault = true
        isFrozen = false
        return true
    }

    /// Stops it with SIGSTOP, until ``thaw()`` or its end.
    ///
    /// - Returns: whether all of its threads were seen stopped.
    func freeze() -> Bool {
        guard isAtWork, !isFrozen else { return false }
        // Whoever lets the run go on after Ctrl-Z does not mean those that a fault has stopped.
        Suspension.forget(processID)
        isFrozen = true
        Glibc.kill(processID, SIGSTOP)
        guard Self.await({ ProcessStatus.isStopped(processID) || exit(wait: false) != nil }),
            ProcessStatus.isStopped(processID)
        else {
            thaw()
            return false
        }
        return true
    }

    /// Lets it go on, if it was frozen. Its silence until now was not its own.
    ///
    /// - Returns: whether it was seen to go on; false where it was not frozen, or is gone.
    @discardableResult
    func thaw() -> Bool {
        guard isFrozen else { return false }
        isFrozen = false
        lastHeard = Clock.nanoseconds()
        // A number that was waited for may be another's.
        guard !hasEnded, exit(wait: false) == nil else { return false }
        Suspension.follow(processID)
        Glibc.kill(processID, SIGCONT)
        return Self.await { ProcessStatus(of: processID).map { $0.state != "T" } ?? true } && exit(wait: false) == nil
    }

    private static func await(_ condition: () -> Bool) -> Bool {
        let deadline = Clock.nanoseconds() + patienceNanoseconds
        while !condition() {
            let now = Clock.nanoseconds()
            if now >= deadline { return false }
            Clock.sleep(until: now + 500_000)
        }
        return true
    }
}

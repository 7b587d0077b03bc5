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
        if isRemote { return endsItself(by: fault) }
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

    /// Tells one elsewhere to end itself, as ``BlowTaken`` does.
    private func endsItself(by fault: Fault) -> Bool {
        stood = nil
        endsItself = "ended by --fault \(fault.text)"
        tell(CoordinatorMessage(blow: .init(kind: .end)))
        guard hears(until: { isSilent }), stood?.kind == .end, report == nil else {
            endsItself = nil
            return false
        }
        wasEndedByFault = true
        isFrozen = false
        return true
    }

    /// Stops it with SIGSTOP, until ``thaw()`` or its end; one elsewhere stops itself, as ``BlowTaken`` does.
    ///
    /// - Parameter nanoseconds: after which one elsewhere goes on at the latest, whatever becomes of the link.
    /// - Returns: whether all of its threads were seen stopped.
    func freeze(nanoseconds: UInt64 = .max) -> Bool {
        guard isAtWork, !isFrozen else { return false }
        guard !isRemote else {
            isFrozen = true
            if strike(.init(kind: .stand, nanoseconds: nanoseconds)), stood?.isComplete == true { return true }
            thaw()
            return false
        }
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
        if isRemote {
            defer { lastHeard = Clock.nanoseconds() }
            return strike(.init(kind: .goOn)) && stood?.standing == 0
        }
        Suspension.follow(processID)
        Glibc.kill(processID, SIGCONT)
        return Self.await { ProcessStatus(of: processID).map { $0.state != "T" } ?? true } && exit(wait: false) == nil
    }

    /// - Returns: whether it said what became of it.
    private func strike(_ blow: CoordinatorMessage.Blow) -> Bool {
        stood = nil
        tell(CoordinatorMessage(blow: blow))
        return hears { stood?.kind == blow.kind } && stood != nil
    }

    /// Listens to it alone.
    private func hears(until condition: () -> Bool) -> Bool {
        Self.await {
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if !isSilent, poll(&poller, 1, 0) > 0 { listen() }
            look()
            return isSilent || condition()
        } && condition()
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

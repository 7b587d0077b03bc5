internal import CLinux
package import FlashSale
internal import Glibc
internal import Synchronization

/// Breaking it on purpose, with proof.
extension ServiceProcess {
    /// Kills all of its processes (SIGKILL), wherever they went. It stays down until ``restart()``.
    ///
    /// Calling it where it is down already kills nothing, and proves nothing.
    package func kill() -> ServiceKill {
        state.withLock { state in
            state.listen()
            let before = family.members
            state.isDownOnPurpose = true
            let left = family.killAll(withinMilliseconds: Self.changeMilliseconds)
            if !before.isEmpty { state.killed = before }
            let end = Clock.nanoseconds() + UInt64(Self.changeMilliseconds) * 1_000_000
            while state.process != nil, !state.keeper.hasEnded, Clock.nanoseconds() < end {
                state.listen(withinMilliseconds: 50)
            }
            return ServiceKill(before: before, left: left, ending: state.ending)
        }
    }

    /// Starts the same program again, at the same port, and waits until it is open. What is left of it is killed before.
    ///
    /// - Throws: ``RunError`` as ``waitUntilReady()`` does; it may run or be dead then, see ``death``.
    package func restart() throws(RunError) -> ServiceRestart {
        if !members.isEmpty { _ = kill() }
        let before = state.withLock { $0.killed }
        do throws(Trouble) {
            try tellToStart()
            try awaitReady()
        } catch {
            throw error.problem
        }
        return ServiceRestart(before: before, after: members)
    }

    /// Stops all of its processes where they are (SIGSTOP): they keep their connections, and do nothing until ``thaw()``.
    package func freeze() -> ServiceFreeze {
        let (members, isDone) = family.signal(
            SIGSTOP, to: { !$0.isStopped }, withinMilliseconds: Self.changeMilliseconds)
        return ServiceFreeze(members: members, isComplete: isDone)
    }

    /// Lets all of its processes go on (SIGCONT).
    package func thaw() -> ServiceThaw {
        let before = members
        let (after, isDone) = family.signal(
            SIGCONT, to: { $0.isStopped }, withinMilliseconds: Self.changeMilliseconds)
        return ServiceThaw(before: before, after: after, isComplete: isDone)
    }
}

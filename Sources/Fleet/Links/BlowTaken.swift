internal import CLinux
internal import CProcesses
internal import FlashSale
internal import Glibc

/// How a worker on another machine carries out a ``CoordinatorMessage/Blow``: each of its threads but that of its link stands still in a
/// signal's handler, wherever it was, as all of them would by SIGSTOP. The link is heard meanwhile, so that whoever stands still is not
/// taken for lost, goes on when that is said, and ends with the coordinator.
enum BlowTaken {
    /// Sending what a journal has takes no longer; after that the worker ends without.
    private static var patienceSeconds: UInt32 { 5 }

    /// To be called with everything locked that the caller needs afterwards, so that nobody stands still with it.
    static func carryOut(_ blow: CoordinatorMessage.Blow) -> WorkerMessage.Stood {
        var threads: Int32 = 0
        switch blow.kind {
        case .stand:
            let end = Clock.nanoseconds().addingReportingOverflow(blow.nanoseconds)
            let standing = stress_hold_threads(end.overflow ? .max : end.partialValue, &threads)
            return .init(kind: blow.kind, threads: Int(threads), standing: Int(max(0, standing)))
        case .goOn:
            return .init(kind: blow.kind, threads: 0, standing: Int(stress_release_threads()))
        case .end:
            stress_end_within(patienceSeconds)
            let standing = stress_hold_threads(.max, &threads)
            return .init(kind: blow.kind, threads: Int(threads), standing: Int(max(0, standing)))
        }
    }

    /// Ends this process.
    static func end() -> Never {
        kill(getpid(), SIGKILL)
        // The first process of a container is deaf to its own signals.
        _exit(128 + SIGKILL)
    }
}

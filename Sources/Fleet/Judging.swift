internal import Clients
package import FlashSale
internal import Host

/// Makes the checks of a long history on two cores.
package enum Judging {
    /// Below this many attempts a thread is not worth its start.
    private static var threshold: Int { 100_000 }

    package static func verdict(_ facts: RunFacts) -> Verdict {
        guard facts.recorded.history.count >= threshold,
            let counting = try? JoinableThread({ Checks.overlapping(facts) })
        else { return Checks.judge(facts) }
        let counted = Counted(counting)
        // The thread is joined even if the checks never ask for its result.
        defer { _ = counted.value }
        return Checks.judge(facts) { counted.value }
    }

    /// A thread that is joined once.
    private final class Counted {
        private var thread: JoinableThread<Int>?
        private(set) lazy var value: Int = thread.take()!.join()

        init(_ thread: consuming JoinableThread<Int>) { self.thread = consume thread }
    }
}

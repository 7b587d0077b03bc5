internal import Synchronization

/// Work in numbered parts, on all processors or on as many threads as wait for something. Where the system gives no thread the calling one does everything, where Dispatch would
/// wait for ever.
package enum SharedWork {
    /// Calls `body` once for each number from 0, and returns when all calls have.
    ///
    /// - Parameter threads: how many calls there are at a time, at the most.
    package static func perform(
        _ parts: Int, threads: Int = Machine.cores, _ body: @escaping @Sendable (Int) -> Void
    ) {
        let next = Counter()
        let work: @Sendable () -> Void = {
            while true {
                let part = next.value.add(1, ordering: .relaxed).oldValue
                guard part < parts else { return }
                body(part)
            }
        }
        var helpers: [Helper] = []
        for _ in 1..<max(2, min(threads, parts)) where parts > 1 {
            guard let thread = try? JoinableThread(work) else { break }
            helpers.append(Helper(thread))
        }
        work()
        for helper in helpers { helper.join() }
    }

    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    /// Noncopyable threads cannot live in an array; each is joined exactly once.
    private final class Helper {
        private var thread: JoinableThread<Void>?
        init(_ thread: consuming JoinableThread<Void>) { self.thread = consume thread }
        func join() { thread.take()?.join() }
    }
}

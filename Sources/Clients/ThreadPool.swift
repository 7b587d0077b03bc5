package import Host

/// All threads of a worker.
package struct ThreadPool: ~Copyable {
    /// Noncopyable threads cannot live in an array; each box is joined exactly once.
    private final class Slot {
        private var thread: JoinableThread<BuyerThread.Result>?
        init(_ thread: consuming JoinableThread<BuyerThread.Result>) { self.thread = consume thread }
        func join() -> BuyerThread.Result { thread.take()!.join() }
    }

    private var slots: [Slot] = []

    /// Starts the threads 0 … count − 1.
    ///
    /// - Throws: ``ThreadError`` if the system has no room for them all.
    package init(count: Int, _ body: @escaping @Sendable (Int) -> BuyerThread.Result) throws(ThreadError) {
        for thread in 0..<count {
            slots.append(Slot(try JoinableThread { body(thread) }))
        }
    }

    /// Waits for all of them.
    package consuming func join() -> [BuyerThread.Result] { slots.map { $0.join() } }
}

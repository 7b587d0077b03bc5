internal import Synchronization

/// A thread's counters for the live display. Only that thread adds to them.
package final class ThreadProgress: Sendable {
    package let attempts = Counter()
    /// Attempts that the server left without an answer, or for which it could not be reached; part of ``attempts`` once they
    /// are over.
    package let unanswered = Counter()
    package let won = Counter()
    package let purchases = Counter()

    package init() {}

    /// A number with one writer and any readers.
    package struct Counter: ~Copyable, Sendable {
        private let value = Atomic(0)

        @inline(__always)
        func add(_ amount: Int) { value.store(value.load(ordering: .relaxed) &+ amount, ordering: .relaxed) }

        package var current: Int { value.load(ordering: .relaxed) }
    }
}

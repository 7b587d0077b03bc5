internal import CSystem
internal import Glibc
internal import Synchronization

/// Counts the threads that are done, and makes ``descriptor`` readable when all are.
package final class FinishLine: Sendable {
    /// For poll: readable once the last thread has crossed.
    package let descriptor: Int32
    private let left: Atomic<Int>
    private let writeEnd: Int32

    package init(threads: Int) {
        var ends: [Int32] = [-1, -1]
        precondition(stress_pipe(&ends, 0) == 0, "a pipe cannot be made: \(String(cString: strerror(errno)))")
        descriptor = ends[0]
        writeEnd = ends[1]
        left = Atomic(threads)
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    package func cross() {
        guard left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    package var allHaveCrossed: Bool { left.load(ordering: .acquiring) == 0 }
}

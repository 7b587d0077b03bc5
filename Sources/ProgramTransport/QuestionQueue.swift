internal import CProcesses
internal import Glibc
internal import Synchronization

/// Questions of all threads on their way to one program.
final class QuestionQueue: Sendable {
    struct Batch {
        /// Who asks, and where the question ends in ``bytes``.
        var ends: [(token: Int, end: Int)] = []
        var bytes: [UInt8] = []

        mutating func clear() {
            ends.removeAll(keepingCapacity: true)
            bytes.removeAll(keepingCapacity: true)
        }

        mutating func append(_ token: Int, _ question: UnsafeRawBufferPointer) {
            bytes.append(contentsOf: question)
            ends.append((token, bytes.count))
        }
    }

    private let waiting = Mutex((batch: Batch(), isClosed: false))
    /// Can be read when there is something to take.
    let wake: Int32

    init() { wake = stress_wake_descriptor() }

    deinit { Glibc.close(wake) }

    /// Hands on a thread's questions, and clears them.
    func put(_ batch: inout Batch) {
        waiting.withLock { waiting in
            let before = waiting.batch.bytes.count
            waiting.batch.bytes += batch.bytes
            for (token, end) in batch.ends { waiting.batch.ends.append((token, before + end)) }
        }
        batch.clear()
        WakeUp.ring(wake)
    }

    func close() {
        waiting.withLock { $0.isClosed = true }
        WakeUp.ring(wake)
    }

    /// Replaces `batch` with what is waiting. False once it is closed.
    func take(into batch: inout Batch) -> Bool {
        batch.clear()
        return waiting.withLock { waiting in
            swap(&waiting.batch, &batch)
            return !waiting.isClosed
        }
    }
}

/// Wakes whoever waits for a descriptor.
enum WakeUp {
    static func ring(_ descriptor: Int32) {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    static func hush(_ descriptor: Int32) {
        var value: UInt64 = 0
        _ = read(descriptor, &value, 8)
    }
}

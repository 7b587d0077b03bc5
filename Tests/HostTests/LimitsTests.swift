import FlashSale
import Host
import Synchronization
import Testing

/// What is asked of the system before it is needed.
struct LimitsTests {
    @Test func memoryThatIsThere() throws {
        try MemoryNeed(bytes: 1 << 20, purpose: "nobody needs", advice: "go on").check()
        try MemoryNeed(bytes: 0, purpose: "nobody needs", advice: "go on").check()
    }

    /// No machine has an address space of that size.
    @Test(arguments: [1 << 50, Int.max])
    func memoryThatIsNot(_ bytes: Int) {
        let error = #expect(throws: RunError.self) {
            try MemoryNeed(bytes: bytes, purpose: "the 3 threads need", advice: "start fewer threads").check()
        }
        #expect(error?.status == .unavailable)
        #expect(error?.message.contains("the 3 threads need about \((bytes >> 20).grouped) MiB") == true)
        #expect(error?.message.contains("start fewer threads, or raise the limit (ulimit -v)") == true)
    }

    @Test(arguments: [0, 1, 2, 3, 100])
    func sharedWorkIsDoneOnce(_ parts: Int) {
        let counts = Mutex([Int](repeating: 0, count: parts))
        SharedWork.perform(parts) { part in counts.withLock { $0[part] += 1 } }
        #expect(counts.withLock { $0 } == [Int](repeating: 1, count: parts))
    }
}

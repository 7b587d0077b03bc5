import FlashSale
import Testing

@testable import Clients

/// Who of many clients waits for what.
struct WaitingTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func timersComeInTheirOrder(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...64, using: &random)
        var heap = TimerHeap(capacity: count)
        var expected: [UInt64] = []
        var waiting = Set<Int>()
        for _ in 0..<2000 {
            if waiting.count < count, expected.isEmpty || Bool.random(using: &random) {
                let time = UInt64.random(in: 0..<50, using: &random)
                let client = (0..<count).first { !waiting.contains($0) } ?? 0
                heap.insert(.init(nanoseconds: time, client: client))
                waiting.insert(client)
                expected.append(time)
                expected.sort()
            } else {
                #expect(heap.first?.nanoseconds == expected.removeFirst())
                #expect(waiting.remove(heap.first?.client ?? -1) != nil)
                heap.removeFirst()
            }
            #expect(heap.count == expected.count)
        }
    }

    @Test func idleClientsTakeTurns() {
        var idle = IdleClients(capacity: 3)
        for client in 0..<3 { idle.append(client) }
        var order: [Int] = []
        for _ in 0..<4 {
            let first = idle.removeFirst()
            let second = idle.removeFirst()
            order += [first, second]
            idle.append(second)
            idle.append(first)
        }
        #expect(order == [0, 1, 2, 1, 0, 1, 2, 1])
        #expect(idle.count == 3)
    }
}

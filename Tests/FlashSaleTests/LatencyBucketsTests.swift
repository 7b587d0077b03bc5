import FlashSale
import Testing

struct LatencyBucketsTests {
    @Test(arguments: [0.0, 0.01, 0.5, 0.9, 0.99, 1])
    func isWithinASixtyFourthOfTheTruth(part: Double) throws {
        var generator = SplitMix64(seed: 7)
        let values = (0..<5000).map { _ in generator.next() >> (generator.next() % 64) }
        var buckets = LatencyBuckets()
        for value in values { buckets.add(value) }
        let exact = values.sorted()[max(0, Int((part * 5000).rounded(.up)) - 1)]
        let found = try #require(buckets.nanoseconds(part: part))
        #expect(found >= exact && Double(found) <= Double(exact) * (1 + 1 / 64.0))
        #expect(buckets.count == 5000)
    }

    @Test(arguments: [0, 1, 127, 128, 129, 255, 256, 1 << 32, UInt64.max - 1, .max] as [UInt64])
    func takesAnyDuration(value: UInt64) {
        var buckets = LatencyBuckets()
        buckets.add(value)
        #expect(buckets.nanoseconds(part: 0.5) == value, "the longest is known exactly")
        #expect(buckets.max == value)
    }

    @Test func addsUp() {
        var (left, right, empty) = (LatencyBuckets(), LatencyBuckets(), LatencyBuckets())
        left.add(10)
        right.add(20)
        right.add(100)
        left.add(right)
        empty.add(left)
        #expect(empty.count == 3 && empty.max == 100)
        #expect(empty.nanoseconds(parts: [0.3, 0.6, 1]) == [10, 20, 100])
        #expect(LatencyBuckets().nanoseconds(part: 0.5) == nil)
    }
}

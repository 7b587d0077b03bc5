import FlashSale
import Foundation
import Testing

@testable import Clients

/// Buckets lose less than a thousandth, and a summary says what the sorted samples say.
struct LatencyCountsTests {
    @Test(
        "counts that no worker makes are refused, and so cannot overflow a sum",
        arguments: [
            (#"{"buckets":[5],"counts":[9223372036854775807]}"#, false), (#"{"buckets":[5],"counts":[-1]}"#, false),
            (#"{"buckets":[-1],"counts":[1]}"#, false), (#"{"buckets":[99999999],"counts":[1]}"#, false),
            (#"{"buckets":[5,4],"counts":[1,1]}"#, false), (#"{"buckets":[5],"counts":[]}"#, false),
            (#"{"buckets":[4,5],"counts":[1125899906842624,1]}"#, false), (#"{"buckets":[],"counts":[]}"#, true),
            (#"{"buckets":[0,5],"counts":[1,4294967295]}"#, true),
        ])
    func decodes(_ json: String, isTaken: Bool) {
        let decoded = try? JSONDecoder().decode(LatencyCounts.Sparse.self, from: Data(json.utf8))
        #expect((decoded != nil) == isTaken)
    }

    /// It is no latency, and nothing else is lost with it.
    @Test func aClockThatWasSetBackMeasuresNothing() throws {
        var counts = try LatencyCounts()
        let times: [UInt64] = [1_000_000, .max - 5, 1 << 63, (1 << 62) - 1, 1 << 62]
        for nanoseconds in times {
            counts.record(nanoseconds: nanoseconds)
        }
        let summary = Latencies.summary(counts.sparse)
        #expect(summary.samples == 2 && abs((summary.max ?? 0) * 1000 / 4.6e18 - 1) < 0.01, "\(summary)")
        #expect(Latencies.distribution(counts.sparse, of: "attempts").rows.last?.count == 2)
        var onlyBack = try LatencyCounts()
        onlyBack.record(nanoseconds: UInt64.max - 5)
        #expect(Latencies.summary(onlyBack.sparse).samples == 0)
    }

    /// 2^k − 1, 2^k and 2^k + 1, and the largest number.
    static let powers = (0..<64).map { UInt64(1) << $0 }

    /// The most that a bucket's lower bound is below what it counts: 64 ns, or a thousandth.
    private func tolerance(_ nanoseconds: UInt64) -> UInt64 { max(63, nanoseconds / 1000) }

    @Test(arguments: powers)
    func losesLessThanAThousandth(around power: UInt64) {
        var random = SplitMix(state: power)
        let values =
            [power - 1, power, power &+ 1, UInt64.max] + (0..<200).map { _ in power | (random.next() & (power - 1)) }
        for value in values {
            let bucket = LatencyCounts.bucket(of: value)
            #expect((0..<LatencyCounts.bucketCount).contains(bucket))
            let bound = LatencyCounts.nanoseconds(ofBucket: bucket)
            #expect(bound <= value && value - bound <= tolerance(value))
        }
    }

    @Test func bucketsFollowEachOtherWithoutGaps() {
        var isInOrder = true
        for bucket in 0..<LatencyCounts.bucketCount {
            let bound = LatencyCounts.nanoseconds(ofBucket: bucket)
            isInOrder = isInOrder && LatencyCounts.bucket(of: bound) == bucket
            if bucket > 0 { isInOrder = isInOrder && LatencyCounts.bucket(of: bound - 1) == bucket - 1 }
        }
        #expect(isInOrder)
        #expect(LatencyCounts.bucket(of: .max) == LatencyCounts.bucketCount - 1)
    }

    @Test func keepsOnlyWhatWasSeen() throws {
        var counts = try LatencyCounts()
        #expect(counts.sparse.buckets.isEmpty && counts.sparse.counts.isEmpty)
        for nanoseconds in [5_000_000, 0, 5_000_000, UInt64.max, 5_000_000] { counts.record(nanoseconds: nanoseconds) }
        let sparse = counts.sparse
        #expect(sparse.counts == [1, 3, 1])
        #expect(sparse.buckets == [0, LatencyCounts.bucket(of: 5_000_000), LatencyCounts.bucketCount - 1])
    }

    @Test func aSummaryOfManyThreadsIsThatOfAllTheirSamples() throws {
        var random = SplitMix(state: 7)
        var samples: [UInt64] = []
        var parts: [LatencyCounts.Sparse] = []
        for _ in 0..<5 {
            var counts = try LatencyCounts()
            for _ in 0..<2000 {
                // From a microsecond to an hour, each magnitude as often as any other.
                let nanoseconds = 1000 + random.next() & ((1 << (10 + random.next() % 32)) - 1)
                samples.append(nanoseconds)
                counts.record(nanoseconds: nanoseconds)
            }
            parts.append(counts.sparse)
        }
        samples.sort()
        let summary = Latencies.summary(Latencies.merged(parts))
        #expect(summary.samples == samples.count)
        func isNear(_ found: Double?, _ nanoseconds: Double) -> Bool {
            guard let found else { return false }
            return abs(found * 1000 - nanoseconds) <= max(128, nanoseconds * 0.002)
        }
        func rank(_ percentile: Double) -> Double {
            Double(samples[Int((percentile * Double(samples.count) / 100).rounded()) - 1])
        }
        #expect(isNear(summary.min, Double(samples[0])))
        #expect(isNear(summary.max, Double(samples[samples.count - 1])))
        #expect(isNear(summary.mean, samples.reduce(0) { $0 + Double($1) } / Double(samples.count)))
        #expect(isNear(summary.p50, rank(50)))
        #expect(isNear(summary.p90, rank(90)))
        #expect(isNear(summary.p99, rank(99)))
        #expect(isNear(summary.p999, rank(99.9)))
    }

    @Test func mergesWhatHasNothingInCommon() {
        let merged = Latencies.merged([
            .init(buckets: [3, 9], counts: [1, 2]), .init(), .init(buckets: [1, 9], counts: [4, 8]),
        ])
        #expect(merged.buckets == [1, 3, 9] && merged.counts == [4, 1, 10])
        #expect(Latencies.merged([]).buckets.isEmpty)
    }

    /// What a worker says comes over a pipe, and may be anything.
    @Test func ignoresBucketsThatDoNotExist() {
        let merged = Latencies.merged([.init(buckets: [-1, 2, LatencyCounts.bucketCount], counts: [1, 5, 1])])
        #expect(merged.buckets == [2] && merged.counts == [5])
    }

    @Test(arguments: [
        (0, 0), (1, 1), (9, 1), (10, 2), (99, 2), (100, 3), (999, 3), (1000, 4),
    ])
    func hidesPercentilesOfTooFewSamples(_ samples: Int, shown: Int) throws {
        var counts = try LatencyCounts()
        for _ in 0..<samples { counts.record(nanoseconds: 1_000_000) }
        let summary = Latencies.summary(counts.sparse)
        #expect(summary.samples == samples)
        #expect([summary.p50, summary.p90, summary.p99, summary.p999].map { $0 != nil } == (0..<4).map { $0 < shown })
        #expect([summary.min, summary.mean, summary.max].allSatisfy { ($0 != nil) == (samples > 0) })
        // Nor does the whole distribution tell more than the samples do.
        let distribution = Latencies.distribution(counts.sparse, of: "attempts")
        #expect(distribution.count == samples && distribution.rows.last?.part ?? 1 == 1)
        #expect(distribution.rows.dropLast().allSatisfy { (1 - $0.part) * Double(samples) > 1 - 1e-6 })
        // A percentile never lies beyond what was seen.
        #expect((summary.p50 ?? 0) <= (summary.max ?? 0))
    }
}

/// The same numbers in every run (Steele, Lea, Flood: SplitMix).
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

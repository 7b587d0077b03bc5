package import FlashSale
internal import Glibc

/// How often each latency was seen: the counting half of an HDR histogram with three significant digits, for the path of an
/// attempt. ``Latencies`` makes a histogram of it afterwards.
///
/// The buckets are HdrHistogram's (Tene, hdrhistogram.org): linear up to 2,048 units of 64 ns, then 1,024 for each power of
/// two, up to the largest number, so that nothing is clamped. The memory is mapped, and only what is touched is resident.
package struct LatencyCounts: ~Copyable {
    /// What a thread's counts come to: the buckets that are not empty.
    package struct Sparse: Codable, Sendable {
        package var buckets: [Int] = []
        package var counts: [Int] = []

        package init(buckets: [Int] = [], counts: [Int] = []) {
            self.buckets = buckets
            self.counts = counts
        }

        /// - Throws: `DecodingError` for what ``LatencyCounts/sparse`` never makes: sums of it could overflow.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            buckets = try container.decode([Int].self, forKey: .buckets)
            counts = try container.decode([Int].self, forKey: .counts)
            var samples = 0
            for count in counts {
                guard (0...Self.mostSamples).contains(count), samples <= Self.mostSamples - count else {
                    throw DecodingError.dataCorruptedError(
                        forKey: .counts, in: container, debugDescription: "no worker has so many samples")
                }
                samples += count
            }
            guard buckets.count == counts.count, zip(buckets, buckets.dropFirst()).allSatisfy({ $0 < $1 }),
                buckets.first ?? 0 >= 0, buckets.last ?? 0 < LatencyCounts.bucketCount
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: .buckets, in: container, debugDescription: "no latencies have such buckets")
            }
        }

        /// So many that the sums of all workers fit into a number.
        private static var mostSamples: Int { 1 << 50 }

        package var samples: Int { counts.reduce(0, +) }
    }

    private static let unitBits = 6
    private static let linearBits = 11
    private static let half = 1 << (linearBits - 1)
    static let bucketCount = (64 - unitBits - linearBits + 2) * half
    /// Of address space: whole pages.
    package static let byteCount = bucketCount * MemoryLayout<UInt32>.stride

    private let counts: UnsafeMutablePointer<UInt32>
    /// All buckets that were touched lie in this range; the rest of the memory is never read.
    private var lowest = bucketCount
    private var highest = -1

    /// - Throws: ``RunError`` with 69 if the system gives no memory for them.
    package init() throws(RunError) { self.init(in: try Self.reserve(1)) }

    /// - Parameter memory: a part of what ``reserve(_:)`` gave, ``byteCount`` of it; it is unmapped in the end.
    init(in memory: UnsafeMutableRawPointer) {
        counts = memory.bindMemory(to: UInt32.self, capacity: Self.bucketCount)
    }

    /// Memory for so many counts, one behind the other.
    ///
    /// - Throws: ``RunError`` with 69 if the system gives none.
    static func reserve(_ count: Int) throws(RunError) -> UnsafeMutableRawPointer {
        let memory = mmap(
            nil, count * byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let memory, memory != MAP_FAILED else {
            throw RunError(
                .unavailable,
                "there is no memory for the latencies of one more thread (\(count * byteCount >> 10) KiB): start fewer threads, or raise the limit (ulimit -v)"
            )
        }
        return memory
    }

    deinit { munmap(counts, Self.byteCount) }

    @inline(__always)
    package mutating func record(nanoseconds: UInt64) { record(bucket: Self.bucket(of: nanoseconds)) }

    @inline(__always)
    mutating func record(bucket: Int) {
        counts[bucket] &+= 1
        lowest = min(lowest, bucket)
        highest = max(highest, bucket)
    }

    /// The bucket that counts a latency.
    @inline(__always)
    static func bucket(of nanoseconds: UInt64) -> Int {
        let units = nanoseconds >> UInt64(unitBits)
        let shift = max(0, (63 - units.leadingZeroBitCount) - (linearBits - 1))
        return shift * half + Int(units >> UInt64(shift))
    }

    /// The smallest latency that a bucket counts.
    static func nanoseconds(ofBucket bucket: Int) -> UInt64 {
        let shift = max(0, bucket / half - 1)
        return UInt64(bucket - shift * half) << UInt64(shift + unitBits)
    }

    /// The buckets that are not empty.
    package var sparse: Sparse {
        var sparse = Sparse()
        guard highest >= lowest else { return sparse }
        for bucket in lowest...highest where counts[bucket] > 0 {
            sparse.buckets.append(bucket)
            sparse.counts.append(Int(counts[bucket]))
        }
        return sparse
    }
}

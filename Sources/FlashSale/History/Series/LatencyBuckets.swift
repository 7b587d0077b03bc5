/// Counts of durations in nanoseconds, in buckets that widen with what they hold: none is wider than 1/64 of its least
/// duration, so that a picture shows no difference (the layout is HdrHistogram's: Tene, hdrhistogram.org).
///
/// A histogram of so few bits takes every duration that 64 bits can hold, a forged one too.
package struct LatencyBuckets: Sendable, Equatable {
    /// Buckets of one octave.
    private static let half: UInt64 = 64
    /// As many as the longest duration needs.
    static let size = Int(half) * 57 + 128

    private var counts: [UInt32]
    package private(set) var count = 0
    /// The longest, exactly; 0 where there are none.
    package private(set) var max: UInt64 = 0

    package init() { counts = [] }

    /// Which bucket has it.
    @inline(__always)
    static func index(_ nanoseconds: UInt64) -> Int {
        guard nanoseconds >= 2 * half else { return Int(nanoseconds) }
        let shift = 57 - nanoseconds.leadingZeroBitCount
        return Int(half) * shift + Int(nanoseconds >> UInt64(shift))
    }

    /// The longest duration of a bucket.
    static func longest(_ index: Int) -> UInt64 {
        guard index >= 2 * Int(half) else { return UInt64(index) }
        let shift = UInt64(index / Int(half) - 1)
        let next = UInt64(index % Int(half)) + half + 1
        return next == 2 * half && shift == 57 ? .max : (next << shift) - 1
    }

    @inline(__always)
    package mutating func add(_ nanoseconds: UInt64) {
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.size) }
        counts[Self.index(nanoseconds)] &+= 1
        count += 1
        if nanoseconds > max { max = nanoseconds }
    }

    package mutating func add(_ other: LatencyBuckets) {
        guard other.count > 0 else { return }
        if counts.isEmpty {
            self = other
            return
        }
        for index in counts.indices { counts[index] &+= other.counts[index] }
        count += other.count
        max = Swift.max(max, other.max)
    }

    /// The duration that so large a part took at most; nil where there are none.
    ///
    /// - Parameter part: 0…1.
    package func nanoseconds(part: Double) -> UInt64? { nanoseconds(parts: [part]).first }

    /// The same for several parts, which rise, in one pass; none where there are no durations.
    package func nanoseconds(parts: [Double]) -> [UInt64] {
        guard count > 0 else { return [] }
        var found: [UInt64] = []
        found.reserveCapacity(parts.count)
        var index = 0
        var below = Int(counts[0])
        for part in parts {
            let wanted = Swift.min(count, Swift.max(1, Int((part * Double(count)).rounded(.up))))
            while below < wanted, index + 1 < counts.count {
                index += 1
                below += Int(counts[index])
            }
            found.append(Swift.min(max, Self.longest(index)))
        }
        return found
    }
}

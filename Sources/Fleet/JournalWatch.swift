internal import Clients
internal import FlashSale
internal import Foundation

/// Follows the journals while workers write them, for displays: outcomes and latencies as they come, at no cost to any buyer,
/// whose threads have no part in it.
///
/// Files are read, not mapped, so that one that is cut off meanwhile ends no more than the display.
final class JournalWatch {
    /// A part of a journal that one thread fills, of which not every attempt has ended yet.
    private struct Segment {
        var descriptor: Int32
        var offset: Int
        /// The first record that has not ended.
        var first = 0
        /// Records behind it that have: a bit each.
        var ended = [UInt64](repeating: 0, count: (JournalRecord.recordsPerSegment + 63) / 64)

        func hasEnded(_ record: Int) -> Bool { ended[record / 64] >> UInt64(record % 64) & 1 == 1 }
        mutating func end(_ record: Int) { ended[record / 64] |= 1 << UInt64(record % 64) }
        var isOver: Bool { first == JournalRecord.recordsPerSegment }
    }

    private struct File {
        var path: String
        var descriptor: Int32 = -1
        /// Bytes whose segments are known.
        var size = JournalRecord.headerSize
    }

    private var files: [File]
    private var segments: [Segment] = []
    /// Read at a time: as many records as a thread makes between two looks, or some.
    private static let chunk = 64
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: JournalWatch.chunk * JournalRecord.size, alignment: JournalRecord.size)

    private(set) var recorded = RunProgress.Recorded()
    /// nil where there is no memory for them: then no latency is shown.
    private var all = try? LatencyCounts()
    private var second = try? LatencyCounts()
    /// CLOCK_MONOTONIC of the second's begin.
    private var secondBegan: UInt64

    /// - Parameters:
    ///   - paths: of the workers' journals.
    ///   - opened: CLOCK_MONOTONIC of the doors' opening.
    init(_ paths: [String], opened: UInt64) {
        files = paths.map { File(path: $0) }
        secondBegan = opened
    }

    deinit {
        for file in files where file.descriptor >= 0 { close(file.descriptor) }
        buffer.deallocate()
    }

    /// Reads what has come since the last time.
    ///
    /// - Parameter now: CLOCK_MONOTONIC.
    func look(at now: UInt64) {
        for index in files.indices { findSegments(&files[index]) }
        for index in segments.indices { read(&segments[index]) }
        segments.removeAll(where: \.isOver)
        guard now >= secondBegan, now - secondBegan >= 1_000_000_000 else { return }
        if let counts = second.take() {
            recorded.lastSecond = .init(
                seconds: Double(now - secondBegan) / 1e9, latencyUs: Latencies.summary(counts.sparse))
        }
        if let sparse = all?.sparse, !sparse.buckets.isEmpty { recorded.latencyUs = Latencies.summary(sparse) }
        second = try? LatencyCounts()
        secondBegan = now
    }

    private func findSegments(_ file: inout File) {
        if file.descriptor < 0 { file.descriptor = open(file.path, O_RDONLY | O_CLOEXEC) }
        var status = stat()
        guard file.descriptor >= 0, fstat(file.descriptor, &status) == 0 else { return }
        while file.size + JournalRecord.segmentSize <= Int(status.st_size) {
            segments.append(Segment(descriptor: file.descriptor, offset: file.size))
            file.size += JournalRecord.segmentSize
        }
    }

    private func read(_ segment: inout Segment) {
        var next = segment.first
        while next < JournalRecord.recordsPerSegment {
            let wanted = min(Self.chunk, JournalRecord.recordsPerSegment - next)
            let count = pread(
                segment.descriptor, buffer.baseAddress, wanted * JournalRecord.size,
                off_t(segment.offset + next * JournalRecord.size))
            guard count >= JournalRecord.size, let start = buffer.baseAddress else { break }
            for place in 0..<count / JournalRecord.size where !segment.hasEnded(next + place) {
                switch JournalRecord.glimpse(start + place * JournalRecord.size) {
                // A thread fills its segment from the front.
                case .free: return advance(&segment)
                case .inFlight: continue
                case .ended(let attempt):
                    segment.end(next + place)
                    take(attempt)
                }
            }
            next += count / JournalRecord.size
        }
        advance(&segment)
    }

    private func advance(_ segment: inout Segment) {
        while !segment.isOver, segment.hasEnded(segment.first) { segment.first += 1 }
    }

    private func take(_ attempt: JournalRecord.Ended) {
        recorded.tally.count(attempt.outcome)
        if attempt.outcome == .won { recorded.unitsWon += attempt.quantity }
        guard let nanoseconds = attempt.nanoseconds else { return }
        all?.record(nanoseconds: nanoseconds)
        second?.record(nanoseconds: nanoseconds)
    }
}

internal import Clients
internal import FlashSale
internal import Glibc

/// A journal, or its names of units, as a worker on another machine sends it while its threads write: whatever has changed since the
/// last time, segment by segment. Threads have no part in it.
final class StreamedFile {
    /// A segment that may change any moment: what was sent of it.
    private struct Live {
        var offset: Int
        var sent: [UInt8]
        /// How often nothing had changed.
        var quietLooks = 0
    }

    /// A segment in which nothing has happened for a while. A thread may be holding it, or an attempt in it may have no end yet.
    private struct Quiet {
        var offset: Int
        var digest: UInt64
    }

    /// After so many looks without a change, a segment is looked at now and then only.
    private static var quietAfter: Int { 5 }
    /// Quiet segments that are looked at beside the live ones.
    private static var quietShare: Int { 8 }
    /// Bytes that are compared at a time: a record.
    private static var grain: Int { JournalRecord.size }
    /// Changes that are nearer to each other go in one piece.
    private static var nearby: Int { 256 }

    private let file: JournalWriter
    private let kind: JournalPiece.File
    private var live: [Live] = []
    private var quiet: [Quiet] = []
    private var known = 0
    private var nextLive = 0
    private var nextQuiet = 0
    private let first = UnsafeMutableRawBufferPointer.allocate(byteCount: JournalRecord.segmentSize, alignment: 64)
    private let second = UnsafeMutableRawBufferPointer.allocate(byteCount: JournalRecord.segmentSize, alignment: 64)

    init(_ file: JournalWriter, _ kind: JournalPiece.File) {
        self.file = file
        self.kind = kind
    }

    deinit {
        first.deallocate()
        second.deallocate()
    }

    /// Finds what has changed.
    ///
    /// - Parameters:
    ///   - mostBytes: after so many it ends, and goes on there the next time.
    ///   - isLast: whether no thread writes any more, so that every segment is looked at.
    /// - Returns: pieces to be sent, in this order; whether all segments that should be looked at were.
    func look(mostBytes: Int, isLast: Bool) -> (pieces: [JournalPiece], isComplete: Bool) {
        let size = file.size
        while known < size {
            live.append(Live(offset: known, sent: [UInt8](repeating: 0, count: JournalRecord.segmentSize)))
            known += JournalRecord.segmentSize
        }
        if isLast { wakeAll() } else { wakeSome() }
        var pieces: [JournalPiece] = []
        var bytes = 0
        var left = live.count
        var finished: Set<Int> = []
        while left > 0, bytes < mostBytes {
            nextLive %= live.count
            let before = pieces.count
            compare(&live[nextLive], into: &pieces)
            let added = pieces[before...].reduce(0) { $0 + $1.bytes.count }
            bytes += added
            live[nextLive].quietLooks = added > 0 ? 0 : live[nextLive].quietLooks + 1
            if isOver(live[nextLive]) || live[nextLive].quietLooks >= Self.quietAfter || isLast && added == 0 {
                finished.insert(nextLive)
            }
            nextLive += 1
            left -= 1
        }
        rest(finished)
        return (pieces, left == 0)
    }

    /// What is known of the segments that will not change any more is forgotten, and that of quiet ones nearly so.
    private func rest(_ finished: Set<Int>) {
        guard !finished.isEmpty else { return }
        for index in finished where !isOver(live[index]) {
            quiet.append(Quiet(offset: live[index].offset, digest: Self.digest(live[index].sent)))
        }
        live = live.enumerated().filter { !finished.contains($0.offset) }.map(\.element)
        nextLive = 0
    }

    private static func digest(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { Wyhash.hash($0, seed: 1) } }

    /// Whether every attempt of a segment has ended. Nobody can tell that of names.
    private func isOver(_ segment: Live) -> Bool {
        guard kind == .journal, segment.offset > 0 else { return segment.offset == 0 }
        return segment.sent.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: JournalRecord.size).allSatisfy { offset in
                if case .ended = JournalRecord.glimpse(bytes.baseAddress! + offset) { true } else { false }
            }
        }
    }

    private func wakeSome() {
        for _ in 0..<min(Self.quietShare, quiet.count) {
            nextQuiet %= quiet.count
            if hasChanged(quiet[nextQuiet]) { wake(nextQuiet) } else { nextQuiet += 1 }
            if quiet.isEmpty { return }
        }
    }

    private func wakeAll() {
        for index in quiet.indices.reversed() where hasChanged(quiet[index]) { wake(index) }
    }

    private func hasChanged(_ segment: Quiet) -> Bool {
        file.copy(at: segment.offset, to: first)
            && Wyhash.hash(UnsafeRawBufferPointer(first), seed: 1) != segment.digest
    }

    /// What was sent of it is not known any more: all of it is sent again.
    private func wake(_ index: Int) {
        let segment = quiet.remove(at: index)
        live.append(Live(offset: segment.offset, sent: [UInt8](repeating: 0, count: JournalRecord.segmentSize)))
    }

    /// Threads write while this reads. A record's state is written last and read first; what was read twice with the same result is
    /// therefore whole, whatever order the processor reads in. What was not is left for the next look.
    private func compare(_ segment: inout Live, into pieces: inout [JournalPiece]) {
        guard file.copy(at: segment.offset, to: first), file.copy(at: segment.offset, to: second) else { return }
        var open: Range<Int>?
        var place = 0
        let (one, two) = (first.baseAddress!, second.baseAddress!)
        segment.sent.withUnsafeMutableBytes { sent in
            while place < JournalRecord.segmentSize {
                defer { place += Self.grain }
                let isTorn = memcmp(one + place, two + place, Self.grain) != 0
                // Names follow each other, and the first word of one tells of all its bytes.
                if isTorn, kind == .names { break }
                if isTorn || memcmp(one + place, sent.baseAddress! + place, Self.grain) == 0 { continue }
                if let before = open, place - before.upperBound <= Self.nearby {
                    open = before.lowerBound..<place + Self.grain
                } else {
                    if let open { pieces.append(piece(segment.offset, open, sent)) }
                    open = place..<place + Self.grain
                }
                memcpy(sent.baseAddress! + place, one + place, Self.grain)
            }
            if let open { pieces.append(piece(segment.offset, open, sent)) }
        }
    }

    private func piece(
        _ offset: Int, _ range: Range<Int>, _ sent: UnsafeMutableRawBufferPointer
    ) -> JournalPiece {
        JournalPiece(file: kind, offset: offset + range.lowerBound, bytes: Array(sent[range]))
    }
}

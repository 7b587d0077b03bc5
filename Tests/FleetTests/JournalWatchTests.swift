import FlashSale
import Foundation
import TestSupport
import Testing

@testable import Fleet

/// What is seen of a journal while somebody writes it.
struct JournalWatchTests {
    private let folder: TestFolder
    private var path: String { folder.path + "/worker-0.journal" }
    private static let opened: UInt64 = 1_000_000_000

    init() throws {
        folder = try TestFolder("journal-watch")
        try grow(segments: 2)
    }

    /// A file with a header and so many segments that nobody has used.
    private func grow(segments: Int) throws {
        if !FileManager.default.fileExists(atPath: path) {
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
        }
        #expect(truncate(path, off_t(JournalRecord.headerSize + segments * JournalRecord.segmentSize)) == 0)
    }

    private func attempt(_ id: Int, _ outcome: Outcome, quantity: Int = 1, microseconds: UInt64? = 100) -> Attempt {
        let invoked = Self.opened + UInt64(id) * 1000
        return Attempt(
            id: id, purchase: id, buyer: id, worker: 0, thread: 0, invokedNanoseconds: invoked,
            returnedNanoseconds: microseconds.map { invoked + $0 * 1000 }, outcome: outcome, quantity: quantity)
    }

    /// Writes an attempt, or one that is under way, into a place of a segment.
    private func put(_ attempt: Attempt, at place: Int, segment: Int = 0, isOver: Bool = true) throws {
        var bytes = [UInt8](repeating: 0, count: JournalRecord.size)
        bytes.withUnsafeMutableBytes { JournalRecord.store(attempt, to: $0.baseAddress!) }
        // The state's low byte.
        if !isOver { bytes[0] = 1 }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seek(
            toOffset: UInt64(
                JournalRecord.headerSize + segment * JournalRecord.segmentSize + place * JournalRecord.size))
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    private func watch() -> JournalWatch { JournalWatch([path], opened: Self.opened) }

    @Test func eachAttemptCountsOnce() throws {
        let watch = watch()
        watch.look(at: Self.opened)
        #expect(watch.recorded.tally.attempts == 0)
        try put(attempt(1, .won, quantity: 3), at: 0)
        try put(attempt(2, .conflict), at: 1, isOver: false)
        try put(attempt(3, .soldOut), at: 2)
        try put(attempt(4, .won), at: 0, segment: 1)
        for _ in 1...3 { watch.look(at: Self.opened) }
        #expect(watch.recorded.tally.attempts == 3 && watch.recorded.tally.won == 2)
        #expect(watch.recorded.unitsWon == 4 && watch.recorded.tally.conflict == 0)
        // What was under way ends, behind others that have ended.
        try put(attempt(2, .conflict), at: 1)
        try put(attempt(5, .unknown, microseconds: nil), at: 3)
        for _ in 1...3 { watch.look(at: Self.opened) }
        #expect(watch.recorded.tally.attempts == 5)
        #expect(watch.recorded.tally.conflict == 1 && watch.recorded.tally.unknown == 1)
    }

    /// A journal that grows, with segments that are full.
    @Test func allSegmentsAreSeen() throws {
        let watch = watch()
        for place in 0..<JournalRecord.recordsPerSegment { try put(attempt(place + 1, .soldOut), at: place) }
        watch.look(at: Self.opened)
        #expect(watch.recorded.tally.soldOut == JournalRecord.recordsPerSegment)
        try grow(segments: 4)
        try put(attempt(9001, .won), at: 0, segment: 3)
        watch.look(at: Self.opened)
        #expect(watch.recorded.tally.attempts == JournalRecord.recordsPerSegment + 1)
    }

    /// Of each second its own latencies, and beside them those of all.
    @Test func secondsAreApart() throws {
        let watch = watch()
        for place in 0..<200 { try put(attempt(place + 1, .won, microseconds: 1000), at: place) }
        watch.look(at: Self.opened + 500_000_000)
        #expect(watch.recorded.lastSecond == nil)
        watch.look(at: Self.opened + 1_000_000_000)
        let first = try #require(watch.recorded.lastSecond)
        #expect(first.latencyUs.samples == 200 && first.attemptsPerSecond == 200)
        #expect(abs((first.latencyUs.p99 ?? 0) - 1000) < 2)
        for place in 200..<400 { try put(attempt(place + 1, .won, microseconds: 9000), at: place) }
        watch.look(at: Self.opened + 3_000_000_000)
        let second = try #require(watch.recorded.lastSecond)
        #expect(second.latencyUs.samples == 200 && second.attemptsPerSecond == 100)
        #expect(abs((second.latencyUs.p50 ?? 0) - 9000) < 20)
        #expect(watch.recorded.latencyUs?.samples == 400)
    }

    /// A journal that somebody cuts off or removes ends nothing.
    @Test func aJournalThatGoesIsNoHarm() throws {
        let watch = JournalWatch([path, folder.path + "/none.journal"], opened: Self.opened)
        try put(attempt(1, .won), at: 0)
        watch.look(at: Self.opened)
        #expect(truncate(path, 100) == 0)
        watch.look(at: Self.opened)
        #expect(unlink(path) == 0)
        watch.look(at: Self.opened + 2_000_000_000)
        #expect(watch.recorded.tally.won == 1)
    }
}

import FlashSale
import Foundation
import Host
import Recordings
import TestSupport
import Testing

@testable import Clients

/// What threads write into a journal is what is read from it.
struct JournalTests {
    private let folder: TestFolder
    private var path: String { folder.path + "/journal" }

    init() throws {
        folder = try TestFolder("journal")
    }

    private static func attempt(_ id: Int, thread: Int) -> Attempt {
        // Every third is in flight, every fourth says what is left, and every fifth has no known end.
        let isOpen = id.isMultiple(of: 3)
        let outcome = Outcome.allCases[id % Outcome.allCases.count]
        return Attempt(
            id: id, purchase: id + 1, buyer: id + 2, worker: 3, thread: thread, client: id % 5, number: 1 + id % 900,
            invokedNanoseconds: UInt64(id) * 1000,
            returnedNanoseconds: isOpen || id.isMultiple(of: 5) ? nil : UInt64(id) * 1000 + 7,
            outcome: isOpen ? .unknown : outcome, quantity: 1 + id % 3,
            remaining: isOpen || !id.isMultiple(of: 4) ? nil : id - 100, isHole: !isOpen && id.isMultiple(of: 7))
    }

    private static func write(_ attempt: Attempt, to record: UnsafeMutableRawPointer) {
        JournalRecord.invoke(
            record,
            with: .init(
                attempt: attempt.id, purchase: attempt.purchase, buyer: attempt.buyer, number: attempt.number,
                quantity: attempt.quantity, worker: attempt.worker, thread: attempt.thread, client: attempt.client),
            at: attempt.invokedNanoseconds)
        guard !attempt.id.isMultiple(of: 3) else { return }
        JournalRecord.complete(
            record, with: attempt.outcome, remaining: attempt.remaining, isHole: attempt.isHole,
            at: attempt.returnedNanoseconds)
    }

    /// Writes from `threads` threads at once, so many attempts each, and returns them by their ids.
    private func fill(threads: Int, attempts: Int, cutting: Bool = false) throws -> [Attempt] {
        let journal = try JournalWriter(path: path, worker: 3)
        var slots: [JoinableThread<[Attempt]>.Slot] = []
        for thread in 0..<threads {
            slots.append(
                .init(
                    try JoinableThread {
                        guard var part = try? ThreadJournal(of: journal, clients: 1) else { return [] }
                        var written: [Attempt] = []
                        for number in 0..<attempts {
                            guard let entry = try? part.open() else { break }
                            let attempt = Self.attempt(1 + number * threads + thread, thread: thread)
                            Self.write(attempt, to: entry.record)
                            part.close(entry)
                            written.append(attempt)
                        }
                        return written
                    }))
        }
        let written = slots.flatMap { $0.join() }.sorted { $0.id < $1.id }
        if cutting { journal.cut() }
        return written
    }

    /// One record, exactly one segment, one more, and several segments.
    @Test(arguments: [
        0, 1, JournalRecord.recordsPerSegment, JournalRecord.recordsPerSegment + 1,
        3 * JournalRecord.recordsPerSegment + 17,
    ])
    func holdsWhatSeveralThreadsWrote(attempts: Int) throws {
        let written = try fill(threads: 4, attempts: attempts)
        #expect(written.count == 4 * attempts)
        let read = try JournalReader.attempts(at: path)
        #expect(read.sorted { $0.id < $1.id } == written)
        for thread in 0..<4 {
            let own = read.filter { $0.thread == thread }.map(\.id)
            #expect(own.count == attempts)
        }
    }

    private var size: Int? {
        get throws { try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int }
    }

    /// Nothing, one record, full segments only, and segments that are full beside those that are not.
    @Test(arguments: [
        0, 1, JournalRecord.recordsPerSegment, JournalRecord.recordsPerSegment + 1,
        2 * JournalRecord.recordsPerSegment + 17,
    ])
    func isCutToWhatWasWritten(attempts: Int) throws {
        let written = try fill(threads: 4, attempts: attempts, cutting: true)
        #expect(try size == JournalRecord.headerSize + written.count * JournalRecord.size)
        #expect(try JournalReader.attempts(at: path).sorted { $0.id < $1.id } == written)
        let journals = MappedJournals([(path, "journal")])
        #expect(journals.problems.isEmpty && journals.history.count == written.count)
        #expect(ChronologicalHistory(journals.history).elementsEqual(written))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["journal"])
    }

    /// Whoever reads it has to see that a record is missing.
    @Test func aJournalWithAGapIsNotCut() throws {
        let journal = try JournalWriter(path: path, worker: 3)
        var part = try ThreadJournal(of: journal, clients: 2)
        _ = try part.open()
        Self.write(Self.attempt(1, thread: 0), to: try part.open().record)
        let before = try size
        journal.cut()
        #expect(try size == before)
        #expect(throws: JournalDamage.self) { try JournalReader.attempts(at: path) }
    }

    /// As on a full disk: the longer file is as good.
    @Test func aJournalThatCannotBeCutStays() throws {
        let journal = try JournalWriter(path: path, worker: 3)
        var part = try ThreadJournal(of: journal, clients: 1)
        Self.write(Self.attempt(1, thread: 0), to: try part.open().record)
        try folder.file("journal.cut", "somebody's")
        journal.cut()
        #expect(try JournalReader.attempts(at: path) == [Self.attempt(1, thread: 0)])
        #expect(try String(contentsOfFile: folder.path + "/journal.cut", encoding: .utf8) == "somebody's")
    }

    @Test("records of several threads come in the order of invocation")
    func isReadInOrder() throws {
        let written = try fill(threads: 3, attempts: 2 * JournalRecord.recordsPerSegment + 5)
        let journals = MappedJournals([(path, "journal")])
        #expect(journals.problems.isEmpty && journals.history.count == written.count)
        #expect(ChronologicalHistory(journals.history).elementsEqual(written))
    }

    /// Of many clients, one waits for its reply while the others fill segment after segment.
    @Test func keepsWhatIsUnderWayInReach() throws {
        let journal = try JournalWriter(path: path, worker: 3)
        var part = try ThreadJournal(of: journal, clients: 5)
        var slow: [(entry: ThreadJournal.Entry, attempt: Attempt)] = []
        var written: [Attempt] = []
        for id in 1...6 * JournalRecord.recordsPerSegment where !id.isMultiple(of: 3) {
            let entry = try part.open()
            let attempt = Self.attempt(id, thread: 0)
            written.append(attempt)
            if id % 1000 == 1, slow.count < 4 {
                slow.append((entry, attempt))
            } else {
                Self.write(attempt, to: entry.record)
                part.close(entry)
            }
        }
        for (entry, attempt) in slow {
            Self.write(attempt, to: entry.record)
            part.close(entry)
        }
        #expect(slow.count == 4)
        #expect(try JournalReader.attempts(at: path).sorted { $0.id < $1.id } == written)
    }

    @Test func canBeReadWhileItGrows() throws {
        let journal = try JournalWriter(path: path, worker: 0)
        var part = try ThreadJournal(of: journal, clients: 1)
        #expect(try JournalReader.attempts(at: path).isEmpty)
        let record = try part.open().record
        JournalRecord.invoke(
            record,
            with: .init(attempt: 1, purchase: 1, buyer: 1, number: 1, quantity: 1, worker: 0, thread: 0, client: 0),
            at: 5)
        let open = try JournalReader.attempts(at: path)
        #expect(open.map(\.outcome) == [.unknown] && open.map(\.returnedNanoseconds) == [nil])
        JournalRecord.complete(record, with: .won, remaining: 0, isHole: false, at: 9)
        let closed = try JournalReader.attempts(at: path)
        #expect(closed.map(\.outcome) == [.won] && closed.map(\.returnedNanoseconds) == [9])
        #expect(closed.map(\.remaining) == [0])
    }

    @Test func doesNotOverwriteAFile() throws {
        try folder.file("journal", "mine")
        let error = #expect(throws: JournalError.self) { _ = try JournalWriter(path: path, worker: 0) }
        #expect(error?.status == .cannotCreate)
        #expect(error?.description.contains(path) == true && error?.description.contains("File exists") == true)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }

    @Test func saysWhereItCannotBeCreated() {
        let error = #expect(throws: JournalError.self) {
            _ = try JournalWriter(path: "/nonexistent/folder/journal", worker: 0)
        }
        #expect(error?.status == .cannotCreate && error?.description.contains("/nonexistent/folder/journal") == true)
    }
}

extension JoinableThread {
    /// Noncopyable threads cannot live in an array.
    final class Slot {
        private var thread: JoinableThread?
        init(_ thread: consuming JoinableThread) { self.thread = consume thread }
        func join() -> Result { thread.take()!.join() }
    }
}

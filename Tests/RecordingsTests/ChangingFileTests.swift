import FlashSale
import Foundation
import TestSupport
import Testing

@testable import Recordings

/// A file that somebody writes to while it is read: it is said so, and what was read stays what it was.
struct ChangingFileTests {
    private let folder: TestFolder
    private var path: String { folder.path + "/file" }

    init() throws { folder = try TestFolder("changing") }

    private static func journal(_ attempts: Int) -> Data {
        var bytes = Data(count: JournalRecord.headerSize + attempts * JournalRecord.size)
        bytes.withUnsafeMutableBytes { bytes in
            JournalHeader(worker: 3).store(to: bytes.baseAddress!)
            for id in 1...attempts {
                let attempt = Attempt(
                    id: id, purchase: id, buyer: id, worker: 3, thread: 0, invokedNanoseconds: 5,
                    returnedNanoseconds: 7, outcome: .won)
                JournalRecord.store(
                    attempt, to: bytes.baseAddress! + JournalRecord.headerSize + (id - 1) * JournalRecord.size)
            }
        }
        return bytes
    }

    /// Both ended the program, or changed what was judged, where the file was mapped.
    @Test(arguments: [true, false])
    func aJournalThatWasReadStaysAsItWas(isCut: Bool) throws {
        try Self.journal(5000).write(to: URL(fileURLWithPath: path))
        let journals = MappedJournals([(path, "journal")])
        if isCut {
            #expect(truncate(path, off_t(JournalRecord.headerSize)) == 0)
        } else {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.write(contentsOf: Data(count: JournalRecord.headerSize + 5000 * JournalRecord.size))
            try handle.close()
        }
        #expect(journals.problems.isEmpty)
        #expect(Array(journals.history).map(\.id) == Array(1...5000))
    }

    @Test func aJournalThatIsCutShortMeanwhile() throws {
        try Self.journal(5000).write(to: URL(fileURLWithPath: path))
        let journal = try OpenJournal(path, "journal")
        #expect(truncate(path, off_t(JournalRecord.headerSize + 100 * JournalRecord.size)) == 0)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: journal.recordsSize, alignment: 64)
        defer { memory.deallocate() }
        let damage = #expect(throws: JournalDamage.self) { try journal.read(piece: 0, to: memory) }
        #expect(damage?.reason == "was cut short while it was read")
    }

    private func read(_ text: String, changing: (_ handle: FileHandle) throws -> Void) throws -> String? {
        try folder.file("file", text)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        var error: (any Error)?
        var pieces = 0
        do throws(RunError) {
            try FilePieces.each(of: path, size: 100) { piece, _ throws(RunError) in
                pieces += 1
                // Somebody who writes as fast as we read.
                do { try changing(handle) } catch let failure { error = failure }
                return piece.count
            }
            #expect(pieces < 1000)
            return nil
        } catch let problem {
            if let error { throw error }
            #expect(problem.status == .usage && pieces < 1000)
            return problem.message
        }
    }

    @Test func aHistoryThatGrows() throws {
        let message = try read(String(repeating: "1,2,3\n", count: 1000)) { handle in
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(count: 1000))
        }
        #expect(message?.hasSuffix("was changed while it was read; read it again when nobody writes to it") == true)
    }

    @Test func aHistoryThatShrinks() throws {
        let message = try read(String(repeating: "1,2,3\n", count: 1000)) { handle in try handle.truncate(atOffset: 300)
        }
        #expect(message?.contains("was changed while it was read") == true)
    }

    @Test func aHistoryThatStays() throws {
        #expect(try read(String(repeating: "1,2,3\n", count: 1000)) { _ in } == nil)
    }

    @Test(arguments: ["a\0b", "\0"])
    func aNameWithANul(_ name: String) throws {
        try folder.file("a", "another file")
        let problem = #expect(throws: InputProblem.self) {
            try SmallInput.bytes(of: "\(folder.path)/\(name)", limit: 100)
        }
        #expect(problem?.reason == "has a NUL character in its name, which no file has")
    }
}

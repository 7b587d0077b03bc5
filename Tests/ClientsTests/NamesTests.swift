import FlashSale
import Foundation
import Recordings
import TestSupport
import Testing

@testable import Clients

/// The names of units that threads write down are those that are read, whatever became of the writer.
struct NamesTests {
    private let folder: TestFolder
    private var journalPath: String { folder.path + "/journal" }
    private var namesPath: String { folder.path + "/names" }

    init() throws { folder = try TestFolder("names") }

    private static func list(_ names: [String]) -> [UInt8] {
        names.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    }

    private static func names(of id: Int) -> [String] {
        id.isMultiple(of: 50)
            ? (0..<100).map { "unit \(id).\($0) " + String(repeating: "x", count: 230) }
            : id.isMultiple(of: 3) ? ["a;\(id)", "座\(id)"] : ["\(id)"]
    }

    private static func enter(_ id: Int, at record: UnsafeMutableRawPointer) {
        JournalRecord.invoke(
            record,
            with: .init(
                attempt: id, purchase: id, buyer: id, number: 1, quantity: 1, worker: 4, thread: 0, client: 0),
            at: UInt64(id))
    }

    /// Writes attempts and their names as a thread does.
    ///
    /// - Parameter last: what happens to the last attempt before it is completed.
    private func write(_ ids: ClosedRange<Int>, last: (Int) -> Bool = { _ in true }, cutting: Bool = false) throws {
        let journal = try JournalWriter(path: journalPath, worker: 4)
        let names = try JournalWriter(path: namesPath, worker: 4, for: .names)
        do {
            var records = try ThreadJournal(of: journal, clients: 1)
            var units = try ThreadNames(of: names)
            for id in ids {
                let entry = try records.open()
                Self.enter(id, at: entry.record)
                let isNamed = !id.isMultiple(of: 7)
                let hasUnit =
                    try isNamed && Self.list(Self.names(of: id)).withUnsafeBytes { try units.write($0, ofAttempt: id) }
                guard id < ids.upperBound || last(id) else { break }
                JournalRecord.complete(
                    entry.record, with: .won, remaining: nil, isHole: false, hasUnit: hasUnit, at: UInt64(id) + 1)
                records.close(entry)
            }
        }
        if cutting {
            journal.cut()
            names.cut()
        }
    }

    private var read: MappedJournals {
        MappedJournals([(journalPath, "journal")], names: [(4, namesPath, "names")])
    }

    @Test("one attempt, and several segments of them, cut or not", arguments: [1, 2, 3000], [false, true])
    func readsWhatWasWritten(count: Int, cutting: Bool) throws {
        try write(1...count, cutting: cutting)
        let journals = read
        #expect(
            journals.problems == [] && journals.history.count == count
                && journals.digests.map(\.file) == ["journal", "names"])
        for attempt in ChronologicalHistory(journals.history) {
            let expected = attempt.id.isMultiple(of: 7) ? nil : UnitText.text(Self.names(of: attempt.id))
            #expect(attempt.unit == expected)
        }
        let size = try #require(FileManager.default.attributesOfItem(atPath: namesPath)[.size] as? Int)
        let entries = (1...count).filter { !$0.isMultiple(of: 7) }.reduce(0) {
            $0 + NamesFile.size(ofNames: Self.list(Self.names(of: $1)).count)
        }
        if cutting {
            #expect(size == JournalRecord.headerSize + entries)
        } else {
            #expect(size >= JournalRecord.headerSize + JournalRecord.segmentSize)
        }
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["journal", "names"])
    }

    /// A SIGKILL between the two writes: nobody was told that the attempt ended, so its name proves nothing.
    @Test func aNameWithoutItsEndCountsForNothing() throws {
        try write(1...3) { _ in false }
        let journals = read
        #expect(journals.problems == [])
        #expect(ChronologicalHistory(journals.history).map(\.unit) == ["1", "2", nil])
        #expect(ChronologicalHistory(journals.history).map(\.outcome) == [.won, .won, .unknown])
    }

    @Test("names that are gone are missed, and none is made up")
    func missing() throws {
        try write(1...10)
        try FileManager.default.removeItem(atPath: namesPath)
        let gone = read
        #expect(
            gone.problems.count == 1
                && gone.problems[0].hasPrefix("the names of units in names: the file cannot be opened"))
        #expect(gone.history.count == 10 && gone.history.allSatisfy { $0.unit == nil })
        let names = try JournalWriter(path: namesPath, worker: 4, for: .names)
        withExtendedLifetime(names) {}
        #expect(
            read.problems == ["the names of the units of 9 attempts are missing, the first of them those of attempt 1"])
    }

    @Test("a file that is none of names, of another worker, or damaged", arguments: 0..<3)
    func damaged(kind: Int) throws {
        try write(1...5)
        let handle = try #require(FileHandle(forUpdatingAtPath: namesPath))
        let (offset, byte): (UInt64, UInt8) = [(0, 0x58), (16, 5), (UInt64(JournalRecord.headerSize + 16), 200)][kind]
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data([byte]))
        let journals = read
        let says = [
            "it does not hold names of units", "they are those of worker 5", "no names can be read at byte 65536",
        ][kind]
        #expect(journals.problems.count == 1 && journals.problems[0].contains(says), "\(journals.problems)")
        #expect(journals.history.count == 5 && journals.history.allSatisfy { $0.unit == nil })
    }

    /// What a thread does with many clients at once, to the end.
    @Test(arguments: [1, 3]) func aThreadWritesThemDown(clients: Int) throws {
        let yaml = """
            strategy: codes
            keys: { codes: "{sale}:codes" }
            open: [ "RPUSH {codes} a" ]
            buy:
              - send: LPOP {codes}
                outcomes:
                  - { when: nil, then: sold-out }
                  - { when: any, then: won, unit: reply }
            stock: LLEN {codes}
            close: [ "DEL {codes}" ]
            """
        let server = CommandServer { _ in .write("$2\r\nA7\r\n") }
        let played = try PlayedThread(yaml, port: server.port, buyers: 10, clients: clients)
        #expect(played.history.map(\.unit) == Array(repeating: "A7", count: 10))
    }
}

import FlashSale
import Foundation
import Recordings
import TestSupport
import Testing

/// Damage of a journal is noticed, and said with the file's name.
struct JournalReaderTests {
    private let folder: TestFolder
    private var path: String { folder.path + "/journal" }

    init() throws {
        folder = try TestFolder("journal")
    }

    /// Sixty wins.
    private static var journal: Data {
        var bytes = Data(count: JournalRecord.headerSize + 60 * JournalRecord.size)
        bytes.withUnsafeMutableBytes { bytes in
            JournalHeader(worker: 3).store(to: bytes.baseAddress!)
            for id in 1...60 {
                let record = bytes.baseAddress! + (JournalRecord.headerSize + (id - 1) * JournalRecord.size)
                JournalRecord.invoke(
                    record,
                    with: .init(
                        attempt: id, purchase: id, buyer: id, number: 1, quantity: 1, worker: 3, thread: 0, client: 0),
                    at: 5)
                JournalRecord.complete(record, with: .won, remaining: nil, isHole: false, at: 7)
            }
        }
        return bytes
    }

    @Test func readsWhatIsFine() throws {
        try Self.journal.write(to: URL(fileURLWithPath: path))
        let attempts = try JournalReader.attempts(at: path)
        #expect(attempts.map(\.id) == Array(1...60) && attempts.allSatisfy { $0.worker == 3 })
    }

    private func damage(_ change: (inout Data) -> Void) throws -> String {
        var bytes = Self.journal
        change(&bytes)
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: JournalDamage.self) { _ = try JournalReader.attempts(at: path) }
        let reason = error?.reason ?? ""
        #expect(reason.contains(path))
        return reason
    }

    @Test func noticesThatItWasCutInARecord() throws {
        #expect(try damage { $0.removeLast(10) }.contains("middle of a record"))
    }

    @Test func noticesThatItWasCutInItsHeader() throws {
        #expect(try damage { $0 = $0.prefix(1000) }.contains("1000 bytes"))
    }

    @Test func noticesThatNothingIsLeft() throws {
        #expect(try damage { $0.removeAll() }.contains("empty"))
    }

    @Test func noticesAWrongMagic() throws {
        #expect(try damage { $0[0] ^= 1 }.contains("not a journal"))
    }

    @Test func noticesAnotherFormat() throws {
        #expect(try damage { $0[8] = 9 }.contains("format 9"))
    }

    @Test(arguments: [UInt8(10), 99, 255])
    func noticesAStateThatMeansNothing(_ state: UInt8) throws {
        let reason = try damage { $0[JournalRecord.headerSize + JournalRecord.size] = state }
        #expect(reason.contains("state is \(state)"))
        #expect(reason.contains("byte \(JournalRecord.headerSize + JournalRecord.size)"))
    }

    @Test func noticesARecordOfNobody() throws {
        // The attempt's id.
        let reason = try damage { bytes in for byte in 8..<16 { bytes[JournalRecord.headerSize + byte] = 0 } }
        #expect(reason.contains("attempt 0"))
    }

    @Test(arguments: ["/nonexistent/journal", "/tmp"])
    func saysWhatItCannotRead(_ path: String) {
        let error = #expect(throws: JournalDamage.self) { _ = try JournalReader.attempts(at: path) }
        #expect(error?.reason.contains(path) == true)
    }
}

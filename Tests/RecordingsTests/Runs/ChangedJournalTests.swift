import FlashSale
import Foundation
import Testing

/// What becomes of a run whose journals or orders are not those that it wrote: never green, and nobody is accused.
struct ChangedJournalTests {
    private let sale: RecordedSale

    init() throws { sale = try RecordedSale() }

    @Test func whatWasNotChangedIsUpheld() throws {
        guard case .judged(let verdict, let record, _) = try sale.judged() else {
            Issue.record("refused")
            return
        }
        #expect(verdict.result == .upheld && record.exitCode == .upheld, "\(verdict)")
        #expect(try RecordedSale(isViolated: true).judged().text.hasPrefix("VIOLATED"))
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func oneBit(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let file = RecordedSale.journal(random.below(2))
            let whole = try sale.bytes(file)
            // Most in the records of the first or the second thread, some anywhere.
            let place =
                random.below(10) == 0
                ? random.below(whole.count) : 65536 * (1 + random.below(2)) + random.below(15 * JournalRecord.size)
            try sale.edit(file) { $0[place] ^= 1 << UInt8(random.below(8)) }
            let judgement = try sale.judged()
            #expect(judgement.isOpen, "seed \(seed), \(file), byte \(place): \(judgement.text)")
            #expect(judgement.text.contains(file))
            try whole.write(to: sale.url(file))
        }
    }

    /// Times in all records, which no other check can see.
    @Test func anotherClock() throws {
        for worker in 0..<2 {
            try sale.edit(RecordedSale.journal(worker)) { bytes in
                for record in stride(from: 65536, to: bytes.count, by: 64) where bytes[record] != 0 {
                    bytes[record + 46] ^= 1
                }
            }
        }
        #expect(try sale.judged().isOpen)
    }

    @Test(arguments: [0, 1, 1000, 65535, 65536, 65600, 65630, 131072, 196607])
    func shorter(_ count: Int) throws {
        try sale.edit(RecordedSale.journal(1)) { $0 = $0.prefix(count) }
        let judgement = try sale.judged()
        #expect(judgement.isOpen, "\(judgement.text)")
        #expect(judgement.text.contains("history/worker-1.journal"))
        #expect(judgement.text.contains("the run wrote 196,608"), "\(judgement.text)")
    }

    @Test func longer() throws {
        try sale.edit(RecordedSale.journal(0)) { $0.append(Data(count: 65536)) }
        #expect(try sale.judged().text.contains("it has 262,144 bytes, and the run wrote 196,608"))
        #expect(try sale.judged().isOpen)
    }

    @Test func swapped() throws {
        let (one, other) = (try sale.bytes(RecordedSale.journal(0)), try sale.bytes(RecordedSale.journal(1)))
        try other.write(to: sale.url(RecordedSale.journal(0)))
        #expect(
            try sale.judged().text.contains(
                "history/worker-0.journal is what the run wrote as history/worker-1.journal"))
        #expect(try sale.judged().isOpen)
        try one.write(to: sale.url(RecordedSale.journal(1)))
        #expect(try sale.judged().isOpen)
    }

    @Test func oneMore() throws {
        try sale.bytes(RecordedSale.journal(0)).write(to: sale.url("history/worker-2.journal"))
        let judgement = try sale.judged()
        #expect(judgement.isOpen && judgement.text.contains("history/worker-2.journal is not of this run"))
    }

    @Test func ofAnotherRun() throws {
        let other = try RecordedSale(isViolated: true, firstTime: 9_000_000)
        try other.bytes(RecordedSale.journal(1)).write(to: sale.url(RecordedSale.journal(1)))
        #expect(try sale.judged().isOpen)
        try other.bytes(RecordedSale.journal(0)).write(to: sale.url(RecordedSale.journal(0)))
        #expect(try sale.judged().isOpen)
    }

    /// What is as it was written still says what it says.
    @Test func aViolationInAnotherJournalStays() throws {
        let sale = try RecordedSale(isViolated: true)
        try sale.edit(RecordedSale.journal(1)) { $0[65536 + 40] ^= 1 }
        let judgement = try sale.judged()
        #expect(judgement.text.hasPrefix("VIOLATED") && judgement.text.contains("history/worker-1.journal"))
        try sale.edit(RecordedSale.journal(0)) { $0[65536 + 40] ^= 1 }
        #expect(try sale.judged().isOpen)
    }

    @Test func orders() throws {
        let whole = try sale.bytes("ledger.csv")
        for count in 0..<whole.count {
            try whole.prefix(count).write(to: sale.url("ledger.csv"))
            let judgement = try sale.judged()
            #expect(judgement.isOpen && judgement.text.contains("ledger.csv is not what the run wrote"), "\(count)")
        }
        for place in whole.indices {
            try whole.write(to: sale.url("ledger.csv"))
            try sale.edit("ledger.csv") { $0[place] ^= 1 }
            #expect(try sale.judged().isOpen, "byte \(place)")
        }
        try FileManager.default.removeItem(at: sale.url("ledger.csv"))
        let judgement = try sale.judged()
        #expect(judgement.isOpen && judgement.text.contains("ledger.csv is not there"), "\(judgement.text)")
    }
}

import FlashSale
import Foundation
import TestSupport
import Testing

@testable import Recordings

/// A run's folder in which something else stands in the place of a file: it is left out and named, nobody is accused, and
/// nothing is read that the run cannot have written.
struct OddJournalTests {
    static let files = [RecordedSale.journal(0), "ledger.csv"]

    @Test(arguments: OddFile.allCases.filter(\.canStandAnywhere), files)
    func anotherKindOfFile(_ odd: OddFile, _ file: String) throws {
        let sale = try RecordedSale()
        try FileManager.default.removeItem(at: sale.url(file))
        try odd.put(at: sale.url(file).path)
        let judgement = try sale.judged()
        #expect(judgement.isOpen && judgement.text.contains(file), "\(judgement.text)")
    }

    /// A hole of 64 GB behind what the run wrote.
    @Test(arguments: [true, false], files)
    func aLargeHole(hasDigests: Bool, _ file: String) throws {
        let sale = try RecordedSale(hasDigests: hasDigests)
        #expect(truncate(sale.url(file).path, 64 << 30) == 0)
        let judgement = try sale.judged()
        #expect(judgement.isOpen && judgement.text.contains(file), "\(judgement.text)")
        if hasDigests {
            #expect(judgement.text.contains("has 68,719,476,736 bytes, and the run wrote"), "\(judgement.text)")
        } else if file != "ledger.csv" {
            #expect(judgement.text.contains("a run of this size writes 404,736 at most"), "\(judgement.text)")
        }
    }

    /// What a worker leaves that was killed: each thread a segment, and one that it had just taken.
    @Test func whatARunCanLeaveIsRead() throws {
        let scenario = Scenario(
            strategy: .init(name: "s", yaml: ""), units: 20, buyers: 60, attempts: 2, procs: 2, threads: 2)
        let bounds = RecordingBounds(scenario)
        let segments = 2 * scenario.threads
        #expect(bounds.journal >= JournalRecord.headerSize + segments * JournalRecord.segmentSize)
        #expect(bounds.journal >= JournalRecord.headerSize + 60 * 3 * JournalRecord.size)
        // The largest run that there is does not overflow.
        var largest = scenario
        largest.buyers = Scenario.Bounds.buyers.upperBound
        largest.attempts = Scenario.Bounds.attempts.upperBound
        largest.quantity = .init(min: 1, max: Scenario.Bounds.quantity.upperBound)
        largest.threads = Scenario.Bounds.threads.upperBound
        #expect(RecordingBounds(largest).names > RecordingBounds(largest).journal)
    }
}

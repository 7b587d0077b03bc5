import FlashSale
import Foundation
import Recordings
import Reports
import Testing

/// A run with a worker on another machine is judged again from its files as the run was.
struct MachinesRecordedTests {
    /// Pings around the sale, with 10 ms on the way in all: more than the sale lasts.
    private static func clock(delay: UInt64) -> MachineClock {
        var clock = MachineClock()
        for ping in 0..<4 as Range<UInt64> {
            let sent = 100_000 + ping * 400_000
            clock.take(
                ClockExchange(
                    sent: sent, received: sent + delay + RecordedSale.ahead,
                    answered: sent + delay + RecordedSale.ahead,
                    heard: sent + 2 * delay))
        }
        return clock
    }

    private static func written(_ sale: RecordedSale) throws -> RunRecord {
        try RunJSON.record(from: [UInt8](try sale.bytes("run.json")))
    }

    @Test(arguments: [20, 10_000_000] as [UInt64])
    func theVerdictIsTheRuns(_ delay: UInt64) throws {
        for isViolated in [false, true] {
            let sale = try RecordedSale(isViolated: isViolated, elsewhere: Self.clock(delay: delay))
            let written = try Self.written(sale)
            #expect(written.verdict == (isViolated ? .violated : .upheld))
            guard case .judged(let verdict, let record, _) = try sale.judged() else {
                Issue.record("refused")
                return
            }
            #expect(verdict.result == written.verdict)
            #expect(record.checks == written.checks && record.findings == written.findings)
        }
    }

    @Test("without what ties the clocks together, nothing is made of their order")
    func withoutTheClock() throws {
        let sale = try RecordedSale(elsewhere: Self.clock(delay: 20))
        var record = try Self.written(sale)
        record.machines?[0].clock.most = "damaged"
        let facts = try RecordedFiles(folder: sale.path, record: record, isAsWritten: true).facts
        let check = Checks.judge(facts).checks.first { $0.name == .linearizable }
        #expect(check?.result == .inconclusive)
    }

    @Test("attempts.csv accuses nobody either, and has what is shown beside it")
    func table() throws {
        let sale = try RecordedSale(elsewhere: Self.clock(delay: 20))
        let facts = try RecordedFiles(folder: sale.path, record: Self.written(sale), isAsWritten: true).facts
        var sink = MemorySink()
        AttemptsCSV.write(facts.recorded.history, to: &sink)
        let shown = Dictionary(facts.recorded.history.map { ($0.id, $0) }) { first, _ in first }
        let read = try sink.bytes.withUnsafeBytes { try AttemptsCSVReader.attempts(in: $0) }
        #expect(read.count == 60)
        for attempt in read {
            let own = try #require(shown[attempt.id])
            let slack = own.invokedNanoseconds - attempt.invokedNanoseconds
            #expect(attempt.worker == 0 ? slack == 0 : (20...500).contains(slack), "\(slack)")
            if let end = own.returnedNanoseconds { #expect(attempt.returnedNanoseconds! >= end) }
        }
        #expect(
            sink.text.hasPrefix("attempt,purchase,buyer,worker,thread,client,number,invoked_ns,returned_ns,outcome,"))
        #expect(sink.text.contains(",remaining,shown_invoked_ns,shown_returned_ns,unit,node\r\n"))
        var plain = MemorySink()
        AttemptsCSV.write(History(Array(facts.recorded.history)), to: &plain)
        #expect(!plain.text.contains("shown_invoked_ns"))
    }

    /// Attempts that met by their widest times alone show no race, whoever reads the file.
    @Test(
        "attempts.csv shows a race only where attempts certainly met",
        arguments: [
            // Two machines: the second was called while the first was under way, and that is certain; or open.
            (["1,0,100,900,110,890", "2,1,200,800,210,790"], true),
            (["1,0,100,900,300,600", "2,1,400,1300,650,900"], false),
            // One worker: its own clock tells, however wide the times are; one after the other by it, too.
            (["1,0,100,900,400,600", "2,0,200,1000,500,700"], true),
            (["1,0,100,900,400,500", "2,0,200,1000,600,700"], false),
            // One alone.
            (["1,0,100,900,110,890"], false),
        ])
    func meetings(_ rows: [String], _ met: Bool) throws {
        let header = "attempt,worker,invoked_ns,returned_ns,shown_invoked_ns,shown_returned_ns,outcome\n"
        let text = header + rows.map { "\($0),won\n" }.joined()
        var reader = AttemptsCSVReader()
        var bytes = Array(text.utf8)
        let taken = try bytes.withUnsafeMutableBytes {
            try reader.feed(UnsafeRawBufferPointer($0), isLast: true) { (_, _) throws(CSVDamage) in }
        }
        #expect(taken == text.utf8.count && reader.metForCertain == met)
        // Without what is shown, times are what they are.
        var plain = AttemptsCSVReader()
        let other = Array("attempt,invoked_ns,returned_ns,outcome\n1,1,2,won\n".utf8)
        _ = try other.withUnsafeBytes { try plain.feed($0, isLast: true) { (_, _) throws(CSVDamage) in } }
        #expect(plain.metForCertain)
    }
}

import FlashSale
import Recordings
import Reports

/// What was recorded, judged.
extension FuzzedReader {
    /// Four bytes for the flags of `stress verify --history`, then `attempts.csv`, and after an empty line `ledger.csv`.
    static let verdict = FuzzedReader(
        "verdict", mostBytes: 2048, words: AttemptsCSVReader.columnNames + Outcome.allCases.map(\.word),
        examples: {
            csv(
                attemptsExamples.map { "\u{1}\u{2}\u{0}\u{3}\($0)" } + [
                    "\u{7}\u{5}\u{1}\u{0}\(manyAttempts)\n\nattempt,buyer\n1,1\n3,3\n"
                ])
        }
    ) { (input) throws(BrokenPromise) in
        guard input.count > 4 else { return }
        let bytes = input[4...]
        let end = bytes.indices.first { bytes[$0...].starts(with: [10, 10]) } ?? bytes.endIndex
        var reader = AttemptsCSVReader()
        var attempts: [Attempt] = []
        let isWhole: Void? = try? {
            _ = try reader.feed(UnsafeRawBufferPointer(rebasing: bytes[..<end]), isLast: true) {
                (attempt, _) throws(CSVDamage) in attempts.append(attempt)
            }
        }()
        guard isWhole != nil else { return }
        let flags = input[0]
        var judged = Judged(
            attempts, tellsPurchases: reader.columns.contains(.purchase), tellsBuyers: reader.columns.contains(.buyer),
            units: input[1] == 255 ? Scenario.Bounds.units.upperBound : 1 + Int(input[1]))
        judged.rules = SaleRules(
            limit: flags & 1 == 0 ? nil : 1 + Int(input[2] >> 4),
            idempotency: [.none, .none, .purchase, .buyer][Int(flags >> 1 & 3)])
        let left = Int(Int8(bitPattern: input[3]))
        judged.stock = [.unread, .units(left), .units(left << 46), .absent][Int(flags >> 3 & 3)]
        if end < bytes.endIndex,
            let orders = try? LedgerCSVReader.orders(in: UnsafeRawBufferPointer(rebasing: bytes[(end + 2)...]))
        {
            judged.ledger = try? ForeignLedger.ledger(
                .init(orders: orders, columns: []), path: "l.csv", columns: reader.columns, history: "h.csv")
        }
        try judged.check()
    }

    private static let manyAttempts =
        "attempt,purchase,buyer,invoked_ns,returned_ns,outcome,quantity,remaining,unit\n"
        + (1...9).map { number in
            "\(number),\(number / 2 + 1),\(number % 4 + 1),\(number * 10),\(number * 17 + 9),"
                + (number < 6 ? "won,1,\(5 - number),U\(number % 3)" : "sold-out,2,0,")
        }.joined(separator: "\n")

    /// `run.json`, judged without the files beside it.
    static let record = FuzzedReader(
        "record", mostBytes: 16384,
        words: [
            "null", "true", "-1", "0", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e308",
            "\"nan\"", "\"infinity\"", "won", "unknown", "violated", "inconclusive",
        ], examples: { Repository.files(in: "Tests/ReportsTests/Golden", ending: ".json") }
    ) { (input) throws(BrokenPromise) in
        let record: RunRecord
        do throws(RunJSONDamage) {
            record = try RunJSON.record(from: Array(input))
        } catch {
            return try BrokenPromise.unless(!error.reason.isEmpty, "no reason is given")
        }
        _ = RunJSON.isAsWritten(record, Array(input))
        guard record.scenario.isPlausible else { return }
        let facts = record.facts(history: History([]), journalProblems: [], orders: [])
        let judged = record.judged(facts, Checks.judge(facts))
        let document = ReportDocument(judged, resultsPath: nil, originNanoseconds: facts.recorded.survey.firstInvoked)
        try BrokenPromise.unless(!TextLayout(columns: 60, color: true).text(document).isEmpty, "the report is empty")
        var json = MemorySink()
        RunJSON.write(judged, to: &json)
        guard let again = try? RunJSON.record(from: json.bytes) else {
            throw BrokenPromise("run.json cannot be read again")
        }
        var second = MemorySink()
        RunJSON.write(again, to: &second)
        try BrokenPromise.unless(json.bytes == second.bytes, "run.json is not given back")
    }
}

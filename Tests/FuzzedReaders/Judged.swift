import FlashSale
import Reports

/// A history as `stress verify --history` judges it.
struct Judged {
    private let attempts: [Attempt]
    private let tellsPurchases: Bool
    private let tellsBuyers: Bool
    private let units: Int
    var rules = SaleRules()
    var stock = FinalStock.unread
    var ledger: Ledger?

    init(_ attempts: [Attempt], tellsPurchases: Bool, tellsBuyers: Bool, units: Int) {
        self.attempts = attempts
        self.tellsPurchases = tellsPurchases
        self.tellsBuyers = tellsBuyers
        self.units = units
    }

    /// Judges it, writes both reports, and judges what is the same history again.
    func check() throws(BrokenPromise) {
        let results = try results(of: attempts, showsReports: true)
        // Nothing depends on when the first attempt was, as long as the clock has room.
        let last = attempts.map { $0.returnedNanoseconds ?? $0.invokedNanoseconds }.max() ?? 0
        if last < 1 << 62, attempts.allSatisfy({ $0.invokedNanoseconds < 1 << 62 }) {
            let later = attempts.map { attempt in
                var attempt = attempt
                attempt.invokedNanoseconds += 1_000_003
                attempt.returnedNanoseconds = attempt.returnedNanoseconds.map { $0 + 1_000_003 }
                return attempt
            }
            try BrokenPromise.unless(
                results == (try self.results(of: later, showsReports: false)),
                "another start of the clock, another verdict")
        }
        // Nor on what buyers are called; a ledger has their ids, too.
        guard ledger == nil, attempts.allSatisfy({ $0.buyer <= 1 << 53 }) else { return }
        let renamed = attempts.map { attempt in
            var attempt = attempt
            attempt.buyer = (1 << 53) + 1 - attempt.buyer
            return attempt
        }
        try BrokenPromise.unless(
            results == (try self.results(of: renamed, showsReports: false)), "other ids of buyers, another verdict")
    }

    private func results(
        of attempts: [Attempt], showsReports: Bool
    ) throws(BrokenPromise) -> [CheckName: CheckResult.Result] {
        var facts = RunFacts(
            RecordedAttempts(History(attempts), tellsPurchases: tellsPurchases, tellsBuyers: tellsBuyers), rules: rules,
            epoch: Epoch(units: units, stock: stock, ledger: ledger))
        facts.doubts = Doubts()
        let verdict = Checks.judge(facts)
        if showsReports { try Self.report(facts, verdict) }
        return Dictionary(verdict.checks.map { ($0.name, $0.result) }, uniquingKeysWith: { first, _ in first })
    }

    private static func report(_ facts: RunFacts, _ verdict: Verdict) throws(BrokenPromise) {
        let record = HistoryRecord(history: "h.csv", facts: facts, verdict: verdict)
        let document = ReportDocument(record, originNanoseconds: facts.recorded.survey.firstInvoked)
        let text = TextLayout(columns: 80, color: false).text(document)
        try BrokenPromise.unless(!text.isEmpty, "the report is empty")
        var json = MemorySink()
        record.write(json: &json)
        let again = try? JSONText.value(HistoryRecord.self, from: json.bytes)
        try BrokenPromise.unless(again == record, "the record is not given back by its JSON")
    }
}

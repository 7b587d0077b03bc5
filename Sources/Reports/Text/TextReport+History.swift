internal import FlashSale

extension TextReport {
    /// The report on a history that another system recorded: what the checks say, without what only a run has.
    ///
    /// - Parameters:
    ///   - originNanoseconds: from which the evidence counts its times; nil counts from the first attempt of the evidence.
    ///   - color: whether to use ANSI colours.
    package static func text(_ record: HistoryRecord, originNanoseconds: UInt64?, color: Bool) -> String {
        let paint = Paint(isOn: color)
        let judged = asRun(record)
        let word = record.verdict.word.uppercased()
        let sections = [
            TextLines.hanging(
                word + "  ", painted: paint.result(word, record.verdict) + "  ", summary(judged))
                + reason(judged, indent: word.count + 2),
            account(judged, paint),
            attempts(judged, paint),
            checks(judged, paint),
            evidence(judged, originNanoseconds, paint, namesBuyers: record.tellsBuyers),
            findings(judged, paint),
            TextLines.hanging("", "history \(record.history), stress \(record.version)").map(paint.faint),
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    /// In the shape of a run, of which only what both have is shown.
    private static func asRun(_ record: HistoryRecord) -> RunRecord {
        let nothing = RunRecord.Latency(samples: 0)
        let scenario = Scenario(
            strategy: .init(name: "the sale", yaml: ""), units: record.sale.units, buyers: 0, procs: 0, threads: 0)
        return RunRecord(
            .init(run: "", started: ""), scenario: scenario,
            judged: JudgedSale(
                verdict: record.verdict, exitCode: record.exitCode, sale: record.sale, checks: record.checks,
                findings: record.findings),
            measured: .init(
                totals: .init(buyers: 0, purchases: 0, tally: record.totals), purchases: .init(),
                throughput: .init(attempts: 0, commands: 0, elapsedSeconds: 0), pace: .init(scenario),
                latencyUs: .init(attempt: nothing, purchase: nothing), workers: [],
                server: .init(kind: "", version: "", mode: "", persistence: "", url: "", maxmemoryPolicy: nil),
                client: .init(cpuSeconds: 0, saturated: false)), observed: .init(), interrupted: false)
    }
}

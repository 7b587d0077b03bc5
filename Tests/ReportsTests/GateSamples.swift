import FactsTestSupport
import FlashSale
import Foundation
import Reports

/// Reports for pipelines on made-up runs.
enum GateSamples {
    static func report(_ record: RunRecord, place: String = "deploy/sale.yaml") -> GateReport {
        let document = ReportDocument(record, resultsPath: "results/x", originNanoseconds: Samples.origin)
        return GateReport(document, suites: [GateSuite(record, document)], place: place)
    }

    static func report(_ record: HistoryRecord) -> GateReport {
        let document = ReportDocument(record, originNanoseconds: Samples.origin)
        return GateReport(document, suites: [GateSuite(record, document)], place: record.history)
    }

    /// Nothing but one hostile text, wherever a run has a text.
    static func hostile(_ text: String) -> GateReport {
        var record = Samples.record(
            .violated, exitCode: .violated, scenario: Samples.scenario(strategy: text), remaining: 0, ledgerOrders: 1,
            tally: Samples.tally(won: 2),
            checks: [
                CheckResult(.noOversell, .violated, text, evidence: [.init(text, attempts: Samples.sameUnit)]),
                CheckResult(.uniqueUnits, .inconclusive, text), CheckResult(.ledger, .notApplicable, text),
            ], findings: [Finding(.errors, text)])
        record.server.version = text
        record.client.host = text
        record.started = text
        record.claims = [RunRecord.Claim(text, .broken, text)]
        record.thresholds = [RunRecord.Threshold(text, met: false, detail: text)]
        return report(record, place: text)
    }

    static func written(_ write: (inout MemorySink) -> Void) -> String {
        var sink = MemorySink()
        write(&sink)
        return sink.text
    }

    /// A run that was asked for thresholds.
    static func record(_ thresholds: String, of sample: RunRecord = Samples.upheld) throws -> RunRecord {
        var record = sample
        record.require(try ThresholdParser.thresholds(thresholds))
        return record
    }
}

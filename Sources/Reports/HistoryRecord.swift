package import FlashSale

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What can be said about a history that another system recorded, in the words of `run.json`.
package struct HistoryRecord: Codable, Sendable, Equatable {
    package var version: String
    /// The file.
    package var history: String
    package var verdict: CheckResult.Result
    package var exitCode: ExitStatus
    package var sale: RunRecord.Sale
    package var totals: Tally
    package var checks: [RunRecord.Check]
    package var findings: [Finding]
    /// Whether the history names them; otherwise their ids in the evidence are those of purchases or attempts.
    package var tellsBuyers: Bool

    package init(history: String, tellsBuyers: Bool = true, _ facts: RunFacts, _ verdict: Verdict) {
        version = Version.current
        self.history = history
        self.verdict = verdict.result
        exitCode = ExitStatus(verdict.result)
        var remaining: Int?
        if case .units(let units) = facts.finalStock { remaining = units }
        sale = RunRecord.Sale(
            units: facts.units, remaining: remaining, soldToBuyers: verdict.soldToBuyers, inDoubt: verdict.inDoubt,
            ledgerOrders: facts.ledger?.count)
        totals = facts.survey.tally
        checks = verdict.checks.map(RunRecord.Check.init)
        findings = verdict.findings
        self.tellsBuyers = tellsBuyers
    }

    /// As JSON, like `run.json`.
    package func write<Sink: ByteSink & ~Copyable>(json sink: inout Sink) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        do {
            sink.append([UInt8](try encoder.encode(self)))
        } catch {
            preconditionFailure("the record of a history has a value that JSON cannot hold: \(error)")
        }
        sink.append("\n")
    }
}

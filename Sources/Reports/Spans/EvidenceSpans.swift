package import FlashSale

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The evidence of runs as traces: one for each run, in which each check that does not hold has a span, and below it one for each
/// attempt that shows it.
package struct EvidenceSpans: Sendable {
    private var runs: [SpanRequest.ResourceSpans] = []

    package init() {}

    /// Adds a run.
    package mutating func add(_ results: RunResults, _ clock: WallClock) {
        runs.append(RunSpans(results, clock).all)
    }

    /// The whole file, with a line break at its end.
    ///
    /// - Throws: ``ReportError`` if it cannot be written; what was there before then stays.
    package func write(to path: String) throws(ReportError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts and whole numbers alone: there is nothing that cannot be encoded.
        let json = (try? encoder.encode(SpanRequest(resourceSpans: runs))) ?? Data()
        var sink = try FileSink(path: path)
        sink.append([UInt8](json) + [10])
        try sink.close()
    }

    /// Makes sure that there can be such a file, before a run takes its time. It is not made.
    ///
    /// - Throws: ``ReportError``.
    package static func expectRoom(at path: String) throws(ReportError) { _ = try FileSink(path: path) }
}

/// The trace of one run.
private struct RunSpans {
    private let results: RunResults
    private let clock: WallClock
    private let trace: String
    private let root: String
    private let span: ClosedRange<UInt64>

    init(_ results: RunResults, _ clock: WallClock) {
        self.results = results
        self.clock = clock
        let run = results.record.run
        trace = Self.id(run, "trace") + Self.id(run, "trace again")
        root = Self.id(run, "sale")
        let opened = min(results.openedNanoseconds, results.firstInvoked ?? .max)
        span = opened...max(opened, results.facts.recorded.survey.lastEvent)
    }

    var all: SpanRequest.ResourceSpans {
        let record = results.record
        var spans = [sale]
        for check in record.checks where !check.evidence.isEmpty { spans += spansOf(check) }
        return .init(
            resource: .init(attributes: [
                .init("service.name", "stress"), .init("service.version", record.version),
                .init("stress.run", record.run), .init("stress.strategy", record.strategy),
            ]),
            scopeSpans: [.init(scope: .init(name: "stress.evidence", version: record.version), spans: spans)])
    }

    private var sale: SpanRequest.Span {
        let record = results.record
        return make(
            root, below: nil, "sale", kind: SpanRequest.Span.within, from: span.lowerBound, to: span.upperBound,
            [
                .init("stress.verdict", record.verdict.word), .init("stress.units", record.sale.units),
                .init("stress.units_sold", record.sale.soldToBuyers),
                .init("stress.attempts", record.totals.tally.attempts),
            ], status(record.verdict, ReportDocument(results, resultsPath: nil).headline))
    }

    private func spansOf(_ check: RunRecord.Check) -> [SpanRequest.Span] {
        let name = check.name.rawValue
        let own = Self.id(results.record.run, "check", name)
        let attempts = check.evidence.flatMap(\.attempts)
        let start = attempts.map(\.invokedNs).min() ?? span.lowerBound
        var spans = [
            make(
                own, below: root, name, kind: SpanRequest.Span.within, from: start,
                to: attempts.map { end(of: $0) }.max() ?? span.upperBound,
                [
                    .init("stress.result", check.result.word),
                    .init("stress.further_evidence", check.furtherEvidence),
                ], status(check.result, check.detail))
        ]
        for (place, evidence) in check.evidence.enumerated() {
            for (index, attempt) in evidence.attempts.enumerated() {
                let id = Self.id(results.record.run, name, "\(place)", "\(index)", "\(attempt.attempt)")
                spans.append(
                    make(
                        id, below: own, "attempt \(attempt.attempt)", kind: SpanRequest.Span.client,
                        from: attempt.invokedNs, to: end(of: attempt), attributes(attempt, place, evidence.detail),
                        status(check.result, evidence.detail)))
            }
        }
        return spans
    }

    private func attributes(
        _ attempt: RunRecord.EvidenceAttempt, _ piece: Int, _ detail: String
    ) -> [SpanRequest.Attribute] {
        var attributes: [SpanRequest.Attribute] = [
            .init("stress.evidence", piece + 1), .init("stress.evidence.detail", detail),
            .init("stress.attempt", attempt.attempt), .init("stress.purchase", attempt.purchase),
            .init("stress.buyer", attempt.buyer), .init("stress.worker", attempt.worker),
            .init("stress.thread", attempt.thread), .init("stress.client", attempt.client),
            .init("stress.outcome", attempt.outcome.word), .init("stress.quantity", attempt.quantity),
            // What never returned ends with the run here.
            .init("stress.has_returned", attempt.returnedNs != nil),
        ]
        if let remaining = attempt.remaining { attributes.append(.init("stress.remaining", remaining)) }
        if let unit = attempt.unit { attributes.append(.init("stress.unit", unit)) }
        return attributes
    }

    private func end(of attempt: RunRecord.EvidenceAttempt) -> UInt64 {
        max(attempt.invokedNs, attempt.returnedNs ?? span.upperBound)
    }

    private func status(_ result: CheckResult.Result, _ message: String) -> SpanRequest.Status {
        switch result {
        case .violated: .init(code: 2, message: message)
        case .upheld: .init(code: 1)
        case .inconclusive, .notApplicable: .init(code: 0)
        }
    }

    private func make(
        _ id: String, below parent: String?, _ name: String, kind: Int, from start: UInt64, to end: UInt64,
        _ attributes: [SpanRequest.Attribute], _ status: SpanRequest.Status
    ) -> SpanRequest.Span {
        .init(
            traceId: trace, spanId: id, parentSpanId: parent, name: name, kind: kind,
            startTimeUnixNano: String(clock.unixNanoseconds(start)),
            endTimeUnixNano: String(clock.unixNanoseconds(end)),
            attributes: attributes, status: status)
    }

    /// Eight bytes in hexadecimal digits, always the same for the same names, and never all zeros, which no id may be.
    private static func id(_ names: String...) -> String {
        let text = Array(names.joined(separator: "\0").utf8).withUnsafeBytes { Digest($0).text }
        return text.allSatisfy { $0 == "0" } ? "0000000000000001" : text
    }
}

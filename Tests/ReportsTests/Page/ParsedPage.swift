import FlashSale
import Foundation
import FoundationXML
import Reports

/// A page as a program reads it, by a parser that stands for no mistake.
struct ParsedPage {
    let document: XMLDocument

    /// - Parameter html: whose style and script are not looked at.
    init(_ html: String) throws {
        document = try XMLDocument(xmlString: Self.withoutPrograms(html), options: [])
    }

    init(_ results: RunResults) throws { try self.init(ReportPage.html([PageRun(results)], nonce: "n")) }

    /// The page without what is the same in all.
    static func withoutPrograms(_ html: String) -> String {
        var text = html
        for name in ["style", "script"] {
            guard let start = text.range(of: "<\(name) nonce=\"n\">"),
                let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
            else { continue }
            text.replaceSubrange(start.upperBound..<end.lowerBound, with: "")
        }
        return text
    }

    func nodes(_ path: String) throws -> [XMLNode] { try document.nodes(forXPath: path) }

    /// The texts, each with single blanks.
    func texts(_ path: String) throws -> [String] {
        try nodes(path).map { ($0.stringValue ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    }

    /// What a class attribute that holds one of several names looks like in a path.
    static func of(_ name: String) -> String { "contains(concat(' ', @class, ' '), ' \(name) ')" }
}

extension Samples {
    /// A run whose history is there, with these attempts.
    static func results(_ record: RunRecord, _ attempts: [Attempt] = sameUnit) -> RunResults {
        func nothing(_ subject: String) -> LatencyHistogram {
            LatencyHistogram(
                subject: subject, rows: [], mean: 0, standardDeviation: 0, max: 0, buckets: 1, subBuckets: 2)
        }
        return RunResults(
            record: record,
            facts: record.facts(history: History(attempts), journalProblems: [], orders: []),
            latencies: LatencyHistograms(attempts: nothing("attempts"), purchases: nothing("purchases")),
            openedNanoseconds: origin)
    }

    /// Two who have the same unit, and what others did meanwhile.
    static let violatedResults: RunResults = {
        var record = violated
        for index in record.checks.indices where record.checks[index].name == .uniqueUnits {
            record.checks[index].sinceNs = 665_433
            record.checks[index].sinceAttempt = 49
        }
        let others = (0..<30).map { number in
            Attempt(
                id: 500 + number, purchase: 200 + number, buyer: 200 + number, worker: 1, thread: 1,
                invokedNanoseconds: origin + 1_300_000 + UInt64(number) * 1000,
                returnedNanoseconds: origin + 1_350_000 + UInt64(number) * 1000, outcome: number == 29 ? .won : .soldOut
            )
        }
        return results(record, sameUnit + others)
    }()
}

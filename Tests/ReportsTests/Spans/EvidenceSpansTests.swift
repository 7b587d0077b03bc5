import FactsTestSupport
import FlashSale
import Foundation
import Testing

@testable import Reports

/// The file of spans, read as OTLP's own field names and rules have it.
@Suite struct EvidenceSpansTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func results(_ record: RunRecord, history: [Attempt] = Samples.sameUnit) -> RunResults {
        let nothing = LatencyHistogram(
            subject: "", rows: [], mean: 0, standardDeviation: 0, max: 0, buckets: 1, subBuckets: 2)
        return RunResults(
            record: record,
            facts: RunFacts(
                scenario: record.scenario, history: history, ledger: nil, finalStock: .units(1), workers: []),
            latencies: LatencyHistograms(attempts: nothing, purchases: nothing), openedNanoseconds: Samples.origin)
    }

    private func written(_ records: [RunRecord]) throws -> [[String: Any]] {
        var spans = EvidenceSpans()
        let clock = WallClock(
            monotonicNanoseconds: Samples.origin, unixNanoseconds: 1_700_000_000_000_000_000)
        for record in records { spans.add(results(record), clock) }
        let path = folder.path + "/spans.json"
        try spans.write(to: path)
        let data = try #require(FileManager.default.contents(atPath: path))
        let request = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(request.keys) == ["resourceSpans"])
        return try #require(request["resourceSpans"] as? [[String: Any]])
    }

    private func spans(_ resource: [String: Any]) throws -> [[String: Any]] {
        #expect(Set(resource.keys) == ["resource", "scopeSpans"])
        let scopes = try #require(resource["scopeSpans"] as? [[String: Any]])
        #expect(scopes.count == 1 && Set(scopes[0].keys) == ["scope", "spans"])
        return try #require(scopes[0]["spans"] as? [[String: Any]])
    }

    private func attribute(_ span: [String: Any], _ key: String) -> [String: Any]? {
        (span["attributes"] as? [[String: Any]])?.first { $0["key"] as? String == key }?["value"] as? [String: Any]
    }

    @Test func everyFieldIsOneOfTheProtocol() throws {
        let spans = try spans(try #require(written([Samples.violated]).first))
        let wanted: Set = [
            "traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes",
            "status",
        ]
        var ids: Set<String> = []
        for span in spans {
            #expect(Set(span.keys).isSubset(of: wanted))
            let trace = try #require(span["traceId"] as? String)
            let id = try #require(span["spanId"] as? String)
            #expect(trace.wholeMatch(of: /[0-9a-f]{32}/) != nil && trace.contains { $0 != "0" })
            #expect(id.wholeMatch(of: /[0-9a-f]{16}/) != nil && id.contains { $0 != "0" })
            #expect(trace == spans[0]["traceId"] as? String)
            #expect(ids.insert(id).inserted)
            // Parents come first.
            if span["parentSpanId"] != nil { #expect(ids.contains(span["parentSpanId"] as? String ?? "")) }
            let start = try #require(UInt64(span["startTimeUnixNano"] as? String ?? ""))
            let end = try #require(UInt64(span["endTimeUnixNano"] as? String ?? ""))
            #expect(start <= end && start >= 1_700_000_000_000_000_000)
            #expect([1, 3].contains(span["kind"] as? Int))
            #expect([0, 1, 2].contains((span["status"] as? [String: Any])?["code"] as? Int))
            for attribute in try #require(span["attributes"] as? [[String: Any]]) {
                let value = try #require(attribute["value"] as? [String: Any])
                #expect(Set(attribute.keys) == ["key", "value"] && value.count == 1)
                #expect(value["intValue"] == nil || Int64(value["intValue"] as? String ?? "") != nil)
            }
        }
        #expect(spans.count { $0["parentSpanId"] == nil } == 1)
    }

    @Test func theEvidenceIsThere() throws {
        let spans = try spans(try #require(written([Samples.violated]).first))
        let first = try #require(spans.first { attribute($0, "stress.attempt")?["intValue"] as? String == "49" })
        #expect(first["startTimeUnixNano"] as? String == "1700000000001234567")
        #expect(first["endTimeUnixNano"] as? String == "1700000000001900000")
        #expect(attribute(first, "stress.outcome")?["stringValue"] as? String == "won")
        #expect((first["status"] as? [String: Any])?["code"] as? Int == 2)
        let expected = Samples.violated.checks.flatMap { $0.evidence }.flatMap { $0.attempts }.count
        #expect(spans.count { $0["kind"] as? Int == 3 } == expected)
        #expect(
            (spans[0]["status"] as? [String: Any])?["message"] as? String
                == ReportDocument(results(Samples.violated), resultsPath: nil).headline)
    }

    @Test func severalRunsAreSeveralTraces() throws {
        var second = Samples.violated
        second.run = "another"
        let resources = try written([Samples.upheld, second, Samples.violated])
        let traces = try resources.map { try spans($0)[0]["traceId"] as? String }
        #expect(resources.count == 3 && traces[1] != traces[2])
        // An upheld run is its sale alone.
        #expect(try spans(resources[0]).count == 1)
    }

    @Test func aFileThatCannotBeIsSaid() {
        #expect(throws: ReportError.self) { try EvidenceSpans.expectRoom(at: folder.path + "/none/spans.json") }
        #expect(throws: ReportError.self) { try EvidenceSpans().write(to: folder.path) }
        #expect(throws: Never.self) { try EvidenceSpans.expectRoom(at: folder.path + "/spans.json") }
        #expect(folder.names.isEmpty)
    }
}

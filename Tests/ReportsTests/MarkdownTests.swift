import FlashSale
import Foundation
import Reports
import Testing

/// The summary for a pull request.
struct MarkdownTests {
    private static func lines(_ report: GateReport) -> [String] {
        GateSamples.written { MarkdownLayout.write(report, to: &$0) }
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Without what stands between fences, each of which has to end.
    private static func outsideOfCode(_ lines: [String]) -> [String] {
        var fence: String?
        let prose = lines.filter { line in
            if let open = fence {
                if line == open { fence = nil }
                return false
            }
            guard line.hasPrefix("```") else { return true }
            fence = String(line.prefix { $0 == "`" })
            return false
        }
        #expect(fence == nil)
        return prose
    }

    @Test func saysWhatAReviewerHasToKnow() throws {
        let lines = Self.lines(GateSamples.report(try GateSamples.record("sold>=1, p99<1us", of: Samples.violated)))
        let text = lines.joined(separator: "\n")
        #expect(lines[0] == "## ❌ stress: violated")
        #expect(text.contains("**Violated**: naive oversold: buyers were promised 112 units, but there were only 100"))
        #expect(text.contains("| opened with | 100 |"))
        #expect(text.contains("| unique-units | ❌ violated | 55 times a unit was sold"))
        #expect(text.contains("<summary>unique-units</summary>") && text.contains("buyer 17 (attempt 49)"))
        #expect(text.contains("- p99&lt;1us: not met: 0.9 ms; less than 0.001 ms is wanted"))
        #expect(text.contains("- sold&gt;=1: met"))
        // The figures are there, folded away.
        let folded = try #require(text.range(of: "<summary>Figures</summary>"))
        #expect(text[folded.upperBound...].contains("Latency") && !text[..<folded.lowerBound].contains("Latency"))
        #expect(text.components(separatedBy: "<details").count == text.components(separatedBy: "</details>").count)
    }

    @Test(arguments: [
        (Samples.upheld, "## ✅ stress: upheld"), (Samples.inconclusive, "## ⚠️ stress: inconclusive"),
        (Samples.violated, "## ❌ stress: violated"),
    ])
    func heading(_ record: RunRecord, _ heading: String) {
        #expect(Self.lines(GateSamples.report(record))[0] == heading)
    }

    @Test("an upheld run that lacks a threshold says so in its first sentence")
    func unmet() throws {
        let lines = Self.lines(GateSamples.report(try GateSamples.record("sold>=99%, undersell=0, p99<1s")))
        #expect(
            lines[2].hasPrefix("**Upheld**: but sold&gt;=99% (and 1 other threshold) was not met; optimistic sold 34"))
    }

    private static let tags = [
        "<details>", "<details open>", "</details>", "<summary>Figures</summary>", "<summary>no-oversell</summary>",
        "<summary>unique-units</summary>",
    ]

    @Test("whatever text a run brings is text", arguments: HostileText.all)
    func hostile(_ text: String) throws {
        let lines = Self.lines(GateSamples.hostile(text))
        #expect(!lines.contains { $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } })
        for line in Self.outsideOfCode(lines) {
            if Self.tags.contains(line) { continue }
            #expect(!line.contains("<") && !line.replacing(" ", with: "").hasPrefix(">"), "\(line)")
            // Nothing links, to a person, an issue or a page.
            #expect(line.firstMatch(of: /[@#!~$^%][A-Za-z0-9]/) == nil, "\(line)")
            #expect(line.firstMatch(of: /:\/\/|www\.[a-z]|GH-[0-9]|mailto:[a-z]/) == nil, "\(line)")
            // No code, emphasis or link begins.
            #expect(line.firstMatch(of: /(^|[^\\*])`|[^\\]\[/) == nil, "\(line)")
        }
        // A text adds no cell to a table: each row has as many as its head.
        var columns: Int?
        for line in Self.outsideOfCode(lines) {
            guard line.hasPrefix("|") else {
                columns = nil
                continue
            }
            let cells = line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
            #expect(columns == nil || cells == columns, "\(line)")
            columns = cells
        }
    }

    @Test func fencesAreLongerThanWhatTheyHold() {
        let record = Samples.record(
            .violated, exitCode: .violated, remaining: 0, ledgerOrders: nil, tally: Samples.tally(won: 1),
            checks: [CheckResult(.ledger, .violated, "x", evidence: [.init("`````` <b>", attempts: [])])])
        let lines = Self.lines(GateSamples.report(record))
        #expect(lines.contains("```````text") && lines.contains("```````"))
    }
}

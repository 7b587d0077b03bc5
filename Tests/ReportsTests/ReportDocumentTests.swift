import FlashSale
import Testing

@testable import Reports

/// What a document holds, whatever it is laid out as.
struct ReportDocumentTests {
    private static func document(_ record: RunRecord) -> ReportDocument {
        ReportDocument(record, resultsPath: "results/a", originNanoseconds: Samples.origin)
    }

    /// All its texts, and the names of its fields that are nil or empty.
    private static func contents(_ value: Any, name: String = "") -> (texts: [String], gaps: [String]) {
        if let text = value as? String { return ([text], text.isEmpty ? [name] : []) }
        let mirror = Mirror(reflecting: value)
        let canBeEmpty = mirror.displayStyle == .collection || mirror.displayStyle == .optional
        if canBeEmpty, mirror.children.isEmpty { return ([], [name]) }
        return mirror.children.map { contents($0.value, name: $0.label ?? name) }
            .reduce(into: ([], [])) {
                $0.texts += $1.texts
                $0.gaps += $1.gaps
            }
    }

    @Test func aRunIsData() throws {
        let document = Self.document(Samples.violated)
        #expect(document.verdict == .violated)
        #expect(document.headline == "naive oversold: buyers were promised 112 units, but there were only 100")
        #expect(document.setting?.contains("(4 processes x 100 threads)") == true)
        #expect(
            document.sections.map(\.title) == [
                "Where the units are", "Purchases", "Attempts", "Speed", "Checks: 4 of 4 could be made", "Evidence",
            ])
        #expect(document.sections[0].rows.first == .init("opened with", figures: ["100"], qualifier: ""))
        #expect(document.sections[1].total == "400")
        #expect(
            document.sections[1].rows.first == .init("won", figures: ["112", "28.0%"], qualifier: "the buyer has it"))
        #expect(document.sections[3].sections.map(\.title) == ["Latency", "Client", "Hiccups"])
        guard case .checks(let checks) = try #require(document.sections[4].parts.first) else {
            Issue.record("no checks")
            return
        }
        #expect(checks.map(\.name) == Samples.violated.checks.map(\.name.rawValue))
        #expect(document.results == .init(path: "results/a", note: "run.json has everything"))
    }

    @Test func latenciesKeepTheirDigits() throws {
        let speed = try #require(Self.document(Samples.upheld).sections.first { $0.title == "Speed" })
        let latency = try #require(speed.sections.first { $0.title == "Latency" })
        guard case .table(let table) = try #require(latency.parts.first) else {
            Issue.record("no table")
            return
        }
        #expect(table.columns.map(\.name) == ["samples"] + RunRecord.Latency.figures.map(\.name))
        #expect(table.rows.map(\.label) == ["attempt", "won", "conflict", "purchase"])
        #expect(table.rows.map(\.isPart) == [false, true, true, false])
        #expect(table.rows[0].cells.first == .text("11,932") && table.rows[0].cells.last == .milliseconds(71.002))
    }

    /// What only a run has is not made up.
    @Test func aHistoryHasNoFleet() throws {
        let document = ReportDocument(Samples.history, originNanoseconds: nil)
        #expect(document.headline.hasPrefix("the sale sold units more than once"))
        #expect(document.setting == nil && document.results == nil && document.problem == nil)
        #expect(
            document.sections.map(\.title) == [
                "Where the units are", "Attempts", "Checks: 7 of 9 could be made", "Evidence",
            ])
        let texts = Self.contents(document).texts
        #expect(!texts.contains { $0.contains("process") || $0.contains("attempts/s") })
        #expect(document.identity == "history orders/attempts.csv, stress \(Samples.history.version)")
    }

    /// Every document that a golden text is made from.
    private static let documents = GoldenReportTests.reports.map(\.document) + [everything]

    @Test(arguments: documents)
    func wordsHaveNoLayout(_ document: ReportDocument) {
        for text in Self.contents(document).texts {
            #expect(!text.contains { $0 == "\u{1B}" || $0.isNewline }, "\(text)")
            #expect(!text.hasPrefix(" ") && !text.hasSuffix(" ") && !text.contains("  "), "\(text)")
        }
    }

    /// Each kind of thing that a document can hold.
    private static let everything: ReportDocument = {
        let attempts = (0..<11).map {
            Attempt(
                id: $0, purchase: $0, buyer: $0, invokedNanoseconds: 1000, returnedNanoseconds: 2000, outcome: .won)
        }
        let timeline = EvidenceTimeline(attempts.map { RunRecord.EvidenceAttempt($0) }, since: 0)
        var document = ReportDocument(
            verdict: .inconclusive, headline: "the headline",
            sections: [
                .init(
                    "The first section", total: "the total", text: nil,
                    rows: [.init("a row", figures: ["a figure", "another"], qualifier: "a qualifier")],
                    parts: [
                        .table(
                            .init(
                                columns: [.init("words", isText: true), .init("figures", isOptional: true)],
                                rows: [
                                    .init(
                                        "a label", isPart: true, cells: [.text("a cell"), .milliseconds(1)],
                                        place: "a/b")
                                ])),
                        .checks([.init(name: "a check", result: .upheld, detail: "a detail")]),
                        .evidence([
                            .init(
                                check: "a failed check",
                                pieces: [.init(detail: "a piece", timeline: timeline, commands: ["a command"])],
                                further: "further evidence")
                        ]), .points(["a point"]), .remarks(["a remark"]),
                    ], sections: [.init("Inside it", text: "a text")])
            ])
        document.reason = "the reason"
        document.problem = "the problem"
        document.setting = "the setting"
        document.results = .init(path: "the/path", note: "the note")
        document.identity = "the identity"
        return document
    }()

    /// A field that the document above lacks would be one that the next test does not look for.
    @Test func everythingIsThere() {
        // A section has a text or a total beside its title.
        let gaps = Set(Self.contents(Self.everything).gaps)
        #expect(gaps == ["text", "total", "rows", "parts", "sections"])
        let inner = Self.everything.sections[0].sections[0]
        #expect(inner.text != nil && inner.rows.isEmpty && inner.parts.isEmpty)
        var kinds: Set<String> = []
        for part in Self.everything.sections[0].parts {
            switch part {
            case .table: kinds.insert("table")
            case .checks: kinds.insert("checks")
            case .evidence: kinds.insert("evidence")
            case .points: kinds.insert("points")
            case .remarks: kinds.insert("remarks")
            }
        }
        #expect(kinds.count == 5)
    }

    /// The text says all that the document holds, in each of its widths.
    @Test(arguments: documents, [60, 100])
    func theTextSaysItAll(_ document: ReportDocument, _ columns: Int) {
        let words = TextLayout(columns: columns, color: false).text(document)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for text in Self.contents(document).texts {
            // Where there is no room, these columns and the names of the buyers are left out.
            if columns == 60, text == "mean" || text == "p90" || text.hasPrefix("buyer ") { continue }
            #expect(words.contains(text), "\(text)")
        }
        #expect(words.hasPrefix(document.verdict.word.uppercased() + " "))
    }
}

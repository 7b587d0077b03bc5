import Foundation
import FoundationXML
import TestSupport
import Testing

/// One run in all formats, each read as another program would: they tell the same.
struct FormatAgreementTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(arguments: [
        ["--strategy", "naive", "--think-time", "1ms..3ms"], ["--strategy", "lua", "--quantity", "1..3"],
    ])
    func allTellTheSame(_ flags: [String]) throws {
        let run = try sandbox.run(
            flags + ["--clients", "2", "--junit", "junit.xml", "--markdown", "summary.md", "--format", "json"])
        let record = try sandbox.record()
        #expect(try JSON(Data(run.output.utf8)) == record)
        let again = try sandbox.stress(["verify", "results/latest"])
        #expect(again.exitCode == record["exit_code"].number.map(Int32.init))
        let page = try XMLDocument(contentsOf: URL(filePath: sandbox.latest + "/report.html"))
        let markdown = try sandbox.text(sandbox.path + "/summary.md")

        let account = Self.account(record)
        #expect(
            Self.pairs(
                try Self.texts(page, "//dl[@class='tiles']/div/dt"),
                try Self.texts(page, "//dl[@class='tiles']/div/dd[1]")) == account)
        #expect(Self.table(markdown, under: "### Where the units are") == account)
        #expect(Self.lines(again.output, under: "Where the units are") == account)

        let checks = Dictionary(
            uniqueKeysWithValues: record["checks"].list.map { ($0["name"].text ?? "", $0["result"].text ?? "") })
        let rows = "//table[@class='checks']/tbody/tr"
        #expect(Self.pairs(try Self.texts(page, rows + "/th"), try Self.texts(page, rows + "/td[1]")) == checks)
        let marked = Self.table(markdown, under: "### Checks").mapValues {
            $0.split(separator: " ").last.map(String.init) ?? ""
        }
        #expect(marked == checks)
        #expect(Self.lines(again.output, under: "Checks").filter { checks[$0.key] != nil } == checks)

        let totals = record["totals"]
        let attempts = ["won", "sold_out", "conflict", "failed", "unknown"].reduce(into: [String: Int]()) {
            $0[$1.replacing("_", with: "-")] = totals[$1].number ?? -1
        }
        let shown = attempts.filter { $0.value > 0 }.mapValues(Self.grouped)
        #expect(
            Self.pairs(
                try Self.texts(page, "//section[@id='attempts']//tr/th"),
                try Self.texts(page, "//section[@id='attempts']//tr/td[1]")) == shown)
        #expect(Self.lines(again.output, under: "Attempts") == shown)
        var counted: [String: Int] = [:]
        for row in try sandbox.rows("attempts.csv") { counted[row["outcome"] ?? "", default: 0] += 1 }
        #expect(counted == attempts.filter { $0.value > 0 })
        let metrics = try sandbox.text(sandbox.latest + "/metrics.prom").split(separator: "\n")
        for (outcome, number) in attempts {
            #expect(metrics.contains("stress_attempts_total{outcome=\"\(outcome)\"} \(number)"), "\(outcome) \(number)")
        }
        try expectSameRows(record)
    }

    /// `summary.csv`, the last row of `runs.csv` and the properties of JUnit have the same names, and the record's values.
    private func expectSameRows(_ record: JSON) throws {
        let summary = try #require(try sandbox.rows("summary.csv").first)
        #expect(try sandbox.rows(in: sandbox.results + "/runs.csv").last == summary)
        let junit = try XMLDocument(contentsOf: URL(filePath: sandbox.path + "/junit.xml"))
        func attribute(_ name: String) throws -> [String] {
            try junit.nodes(forXPath: "//property/@\(name)").map { $0.stringValue ?? "" }
        }
        #expect(Self.pairs(try attribute("name"), try attribute("value")) == summary.filter { !$0.value.isEmpty })
        let failed = record["checks"].list.filter { $0["result"].text == "violated" }.compactMap { $0["name"].text }
        #expect(try junit.nodes(forXPath: "//testcase[failure]/@name").map { $0.stringValue ?? "" } == failed)
        let sale = record["sale"]
        for name in ["units", "remaining", "sold_by_server", "sold_to_buyers", "ledger_orders"] {
            #expect(summary[name] == sale[name].number.map(String.init), "\(name)")
        }
        #expect(summary["verdict"] == record["verdict"].text)
        let latency = record["latency_us"]["attempt"]["p99"].value as? Double
        #expect(summary["attempt_p99_us"].flatMap(Double.init).map { abs($0 - (latency ?? -1)) < 0.001 } == true)
    }

    // MARK: Reading

    private static func account(_ record: JSON) -> [String: String] {
        let sale = record["sale"]
        func figure(_ name: String) -> Int { sale[name].number ?? -1 }
        return [
            "opened with": grouped(figure("units")), "sold, as buyers were told": grouped(figure("sold_to_buyers")),
            "left on the server": grouped(figure("remaining")),
            "difference": grouped(figure("sold_by_server") - figure("sold_to_buyers")),
            "orders in the ledger": grouped(figure("ledger_orders")),
        ]
    }

    /// `1,234`
    private static func grouped(_ number: Int) -> String {
        var text = String(number.magnitude)
        for place in stride(from: text.count - 3, to: 0, by: -3) {
            text.insert(",", at: text.index(text.startIndex, offsetBy: place))
        }
        return (number < 0 ? "-" : "") + text
    }

    private static func pairs(_ names: [String], _ values: [String]) -> [String: String] {
        Dictionary(zip(names, values)) { first, _ in first }
    }

    private static func texts(_ page: XMLDocument, _ path: String) throws -> [String] {
        try page.nodes(forXPath: path).map {
            ($0.stringValue ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }

    /// The first two columns of the table of Markdown under a heading.
    private static func table(_ markdown: String, under heading: String) -> [String: String] {
        var rows: [String: String] = [:]
        guard let start = markdown.range(of: heading) else { return rows }
        for line in markdown[start.upperBound...].split(separator: "\n").drop(while: { !$0.hasPrefix("|") }).dropFirst(
            2)
        {
            guard line.hasPrefix("|") else { break }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            rows[cells[1]] = cells[2]
        }
        return rows
    }

    /// The label and the first figure or word of each line of the terminal's report under a heading.
    private static func lines(_ text: String, under heading: String) -> [String: String] {
        var rows: [String: String] = [:]
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines.drop(while: { !$0.hasPrefix(heading) }).dropFirst().prefix(while: { !$0.isEmpty }) {
            guard let match = line.firstMatch(of: /^  (\S.*?)  +(\S+)/), !line.hasPrefix("  none:") else { continue }
            rows[String(match.output.1)] = String(match.output.2)
        }
        return rows
    }
}

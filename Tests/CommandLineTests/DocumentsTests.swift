import Foundation
import Reports
import TestSupport
import Testing

/// What the documents say of themselves, of the source, and of what the program does.
struct DocumentsTests {
    private static let root =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    /// Every page of this repository that people read.
    static let pages: [String] = {
        let folders = [
            "", "docs/", "examples/", "examples/casebook/", "examples/shops/", "results/", "results/benchmarks/",
        ]
        return folders.flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/" + folder)) ?? []
            return names.filter { $0.hasSuffix(".md") }.sorted().map { folder + $0 }
        }
    }()

    private static func text(_ page: String) throws -> String {
        try String(contentsOf: root.appending(path: page), encoding: .utf8)
    }

    /// The page without its blocks of code, line by line.
    private static func prose(_ page: String) throws -> [Substring] {
        var isCode = false
        return try text(page).split(separator: "\n").filter { line in
            if line.hasPrefix("```") { isCode.toggle() }
            return !isCode
        }
    }

    /// What headings are called in links, as GitHub makes it.
    private static func anchors(_ page: String) throws -> Set<String> {
        let headings = try prose(page).filter { $0.hasPrefix("#") }.map { $0.drop { $0 == "#" }.dropFirst() }
        return Set(
            headings.map { heading in
                heading.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
                    .replacing(" ", with: "-")
            })
    }

    @Test("every link to this repository leads somewhere", arguments: pages)
    func links(_ page: String) throws {
        let folder = (page as NSString).deletingLastPathComponent
        for line in try Self.prose(page) {
            for match in line.matches(of: /\]\(([^)\s]+)\)/) {
                let target = match.output.1
                guard !target.hasPrefix("http") else { continue }
                let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let path =
                    parts[0].isEmpty
                    ? page
                    : ((folder as NSString).appendingPathComponent(String(parts[0])) as NSString).standardizingPath
                let isThere = FileManager.default.fileExists(atPath: Self.root.appending(path: path).path)
                #expect(isThere, "\(page) links to \(target)")
                if isThere, parts.count > 1 {
                    #expect(try Self.anchors(path).contains(String(parts[1])), "\(page) links to \(target)")
                }
            }
        }
    }

    @Test("the README is short, and shows a violation and two commands first")
    func readme() throws {
        let text = try Self.text("README.md")
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 <= 150)
        #expect(text.split(whereSeparator: \.isWhitespace).count <= 1100)
        let blocks = text.components(separatedBy: "```")
        #expect(blocks.count > 3)
        #expect(blocks[1].hasPrefix("\nVIOLATED") && blocks[1].components(separatedBy: "[=").count == 3)
        #expect(blocks[3].contains("scripts/stress run --procs 4 --threads 100") && blocks[3].contains("scripts/test"))
    }

    @Test("the map has every room, and no other")
    func rooms() throws {
        let rows = try Self.prose("docs/architecture.md").filter { $0.hasPrefix("| `") }
        let names = rows.compactMap { $0.split(separator: "|").first }.flatMap {
            $0.matches(of: /`([A-Za-z\/]+)`/).map { String($0.output.1) }
        }
        let sources = Self.root.appending(path: "Sources").path
        for name in names { #expect(FileManager.default.fileExists(atPath: "\(sources)/\(name)"), "\(name)") }
        let rooms = try FileManager.default.contentsOfDirectory(atPath: sources).filter { !$0.hasPrefix(".") }
        #expect(Set(names.compactMap { $0.split(separator: "/").first.map(String.init) }) == Set(rooms))
    }

    /// The history in the page, as it stands and with the second attempt called after the third had ended.
    @Test("every column of a CSV file is in the reference, and no other")
    func columns() throws {
        var documented: [String: Set<Substring>] = [:]
        var files: [String] = []
        for line in try Self.section("### Columns of the CSV files", of: "docs/reference.md").split(separator: "\n") {
            let cells = line.split(separator: "|").map { cell in
                cell.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            }
            guard line.hasPrefix("|"), cells.count == 3, !cells[1].isEmpty else { continue }
            if !cells[0].isEmpty { files = cells[0].map(String.init) }
            for file in files { documented[file, default: []].formUnion(cells[1]) }
        }
        let written = [
            "attempts.csv": AttemptsCSV.columns + AttemptsCSV.shownColumns + ["item", "phase"],
            "items.csv": ItemsCSV.columns,
            "purchases.csv": PurchasesCSV.columns,
            "ledger.csv": LedgerCSV.columns + ["quantity", "unit", "item"], "units.csv": UnitsCSV.columns,
            "timeline.csv": TimelineCSV.columns, "items-timeline.csv": ItemsTimelineCSV.columns,
            "workers.csv": WorkersCSV.columns,
            "summary.csv": SummaryCSV.columns, "runs.csv": RunsCSV.columns,
        ]
        #expect(documented.mapValues { Set($0.map(String.init)) } == written.mapValues(Set.init))
    }

    /// From a heading to the next one of any level.
    private static func section(_ heading: String, of page: String) throws -> String {
        let text = try text(page)
        let start = try #require(text.range(of: heading + "\n"))
        let end = text.range(of: "\n#", range: start.upperBound..<text.endIndex)?.lowerBound ?? text.endIndex
        return String(text[start.upperBound..<end])
    }

    @Test("the example of how checks reckon ends as the page says", arguments: [false, true])
    func example(_ isLate: Bool) throws {
        let page = try Self.text("docs/architecture.md")
        let history = try #require(
            page.components(separatedBy: "```csv\n").dropFirst().first?.components(separatedBy: "```")[0])
        let sandbox = try Sandbox()
        let attempt = "2,2,2,100000,"
        try #require(history.contains(attempt))
        try sandbox.folder.file(
            "attempts.csv", isLate ? history.replacing(attempt, with: "2,2,2,400000,") : history)
        try sandbox.folder.file("ledger.csv", "buyer\n1\n2\n3\n")
        let command = try #require(
            page.split(separator: "\n").first { $0.hasPrefix("scripts/stress verify --history") })
        let verify = try sandbox.stress(command.split(separator: " ").dropFirst().map(String.init))
        #expect(verify.exitCode == (isLate ? 1 : 0), "\(verify.errors)\(verify.output)")
        let shown = try #require(
            page.components(separatedBy: "```\n").first { $0.hasPrefix("  linearizable: unit 2 was taken") })
        #expect(verify.output.contains(shown) == isLate, "\(verify.output)")
    }
}

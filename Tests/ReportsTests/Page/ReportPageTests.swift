import FlashSale
import Foundation
import FoundationXML
import Testing

@testable import Reports

/// The page of a run: that a browser can read it, and that it says what the report says.
struct ReportPageTests {
    static let records = Samples.all + [Samples.openLoop]

    @Test(arguments: records.indices)
    func hasEveryFigureOfTheAccount(_ index: Int) throws {
        let record = Self.records[index]
        let page = try ParsedPage(Samples.results(record))
        let sale = record.sale
        let difference = sale.soldByServer.map { $0 - sale.soldToBuyers }
        let figures = [sale.units, sale.soldToBuyers, sale.remaining, difference, sale.ledgerOrders]
        #expect(
            try page.texts("//dl[@class='tiles']//dd[@class='big']") == figures.map { $0?.grouped ?? "-" })
    }

    /// Whatever the text report has, the page has.
    @Test(arguments: records.indices)
    func saysWhatTheReportSays(_ index: Int) throws {
        let record = Self.records[index]
        let page = try ParsedPage(Samples.results(record))
        let document = ReportDocument(record, resultsPath: nil, originNanoseconds: nil)
        let text = try page.texts("//main")[0]
        func expect(_ words: String?) {
            guard let words, !words.isEmpty else { return }
            let wanted = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(text.contains(wanted), "\(words)")
        }
        for words in [document.headline, document.reason, document.problem, document.setting, document.identity] {
            expect(words)
        }
        func expect(_ section: ReportDocument.Section) {
            expect(section.title)
            // Where times count from is said of the history that is there.
            if section.title != "Evidence" { expect(section.text) }
            for row in section.rows { for words in [row.label] + row.figures + [row.qualifier] { expect(words) } }
            for part in section.parts { expect(part) }
            section.sections.forEach(expect)
        }
        func expect(_ part: ReportDocument.Part) {
            switch part {
            case .checks(let checks): for check in checks { expect(check.detail) }
            case .points(let points), .remarks(let points): points.forEach(expect)
            case .table(let table): for row in table.rows { expect(row.label) }
            case .evidence(let evidence):
                for piece in evidence.flatMap(\.pieces) {
                    expect(piece.detail)
                    for row in piece.timeline.rows { expect(row.buyer) }
                }
            }
        }
        document.sections.forEach(expect)
        let rows = "//table[@class='checks']/tbody/tr"
        #expect(try page.texts(rows + "/th") == record.checks.map(\.name.rawValue))
        #expect(try page.texts(rows + "/td[1]") == record.checks.map(\.result.word))
    }

    @Test(arguments: records.indices)
    func needsNothingFromAnywhere(_ index: Int) throws {
        let record = Self.records[index]
        let page = try ParsedPage(Samples.results(record))
        for link in try page.nodes("//@href | //@src").compactMap(\.stringValue) {
            #expect(link.hasPrefix("#") || link == "data:,", "\(link)")
        }
        let targets = Set(try page.texts("//@id"))
        for link in try page.texts("//@href") where link.hasPrefix("#") {
            #expect(targets.contains(String(link.dropFirst())), "\(link)")
        }
        #expect(try page.nodes("//@style | //@*[starts-with(name(), 'on')]").isEmpty)
        let policy = try page.texts("//meta[@http-equiv='Content-Security-Policy']/@content")
        #expect(policy.first?.hasPrefix("default-src 'none';") == true && policy.count == 1)
    }

    @Test(arguments: records.indices)
    func isInOrder(_ index: Int) throws { try expectOrder(try ParsedPage(Samples.results(Self.records[index]))) }

    private func expectOrder(_ page: ParsedPage) throws {
        let ids = try page.texts("//@id")
        #expect(Set(ids).count == ids.count, "\(ids.filter { id in ids.count { $0 == id } > 1 })")
        let levels = try page.nodes("//h1 | //h2 | //h3 | //h4 | //h5 | //h6").compactMap {
            $0.name?.last?.wholeNumberValue
        }
        #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
        for (above, level) in zip(levels, levels.dropFirst()) { #expect(level <= above + 1, "\(levels)") }
        for table in try page.nodes("//table") { #expect(try table.nodes(forXPath: "caption").count == 1) }
        #expect(try page.nodes("//tr/th[not(@scope)]").isEmpty)
        #expect(try page.nodes("//main").count == 1 && page.nodes("/html[@lang='en']").count == 1)
    }

    @Test func staysAsItIs() throws {
        let html = ParsedPage.withoutPrograms(ReportPage.html([PageRun(Samples.violatedResults)], nonce: "n"))
        #expect(try html == GoldenFiles.expected("violated.html", for: html))
    }

    @Test func severalRunsStandSideBySide() throws {
        let runs = [Samples.upheld, Samples.violated, Samples.inconclusive].map { PageRun(Samples.results($0)) }
        let page = try ParsedPage(ReportPage.html(runs, nonce: "n"))
        try expectOrder(page)
        #expect(try page.texts("//h1") == ["3 runs: 1 violated, 1 inconclusive, 1 upheld"])
        #expect(
            try page.texts("//table//span[\(ParsedPage.of("verdict"))]").prefix(3) == [
                "upheld", "violated", "inconclusive",
            ])
        let sold = try page.texts("//tr[th='sold, as buyers were told']/td")
        #expect(sold == ["34", "112", "812"])
        #expect(try page.nodes("//article").count == 3)
    }

    /// What could not be had is said, and nothing is made up in its place.
    @Test func saysWhatIsMissing() throws {
        var run = PageRun(Samples.results(Samples.violated, []))
        run.remarks = ["Of 400 attempts that the run counted, none can be read back."]
        run.hasHistory = false
        let page = try ParsedPage(ReportPage.html([run], nonce: "n"))
        #expect(try page.texts("//div[@role='note']") == run.remarks)
        #expect(try page.nodes("//details[@class='meanwhile']").isEmpty)
        #expect(try page.texts("//span[@class='who']").contains("buyer 17 (attempt 49)"))
    }

    @Test func aNonceIsNeverTheSame() {
        var pages: [String] = []
        for _ in 0..<2 {
            var sink = MemorySink()
            ReportPage.write([PageRun(Samples.results(Samples.upheld))], to: &sink)
            pages.append(sink.text)
        }
        #expect(pages[0] != pages[1])
    }
}

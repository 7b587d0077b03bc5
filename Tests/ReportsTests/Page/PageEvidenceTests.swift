import FlashSale
import Foundation
import FoundationXML
import Testing

@testable import Reports

/// The evidence as bars on a line of time.
struct PageEvidenceTests {
    private let page: ParsedPage

    init() throws { page = try ParsedPage(Samples.violatedResults) }

    /// The piece that shows since when, and no other, has the line.
    @Test func theMomentIsMarkedWhereItIsShown() throws {
        let marked = try page.texts("//li[.//*[\(ParsedPage.of("moment"))]]/@id")
        #expect(marked.filter { $0.hasPrefix("evidence-") } == ["evidence-2", "evidence-3", "evidence-4"])
        #expect(try page.texts("//li[@id='evidence-2']//p").contains { $0.contains("impossible since +0.665 ms") })
        #expect(try page.nodes("//li[@id='evidence-1']//*[\(ParsedPage.of("moment"))]").isEmpty)
    }

    @Test func oneLeadsToTheNext() throws {
        #expect(try page.texts("//a[@class='next']/@href") == ["#evidence-2", "#evidence-3", "#evidence-4"])
    }

    /// Twenty of the thirty that were under way, the one that won among them, and none of those that are shown above.
    @Test func whatElseHappenedStandsBeside() throws {
        let details = "//li[@id='evidence-2']//details[@class='meanwhile']"
        #expect(try page.texts(details + "/summary") == ["What else happened meanwhile: 20 of 30 attempts"])
        let others = try page.texts(details + "//span[@class='who']")
        #expect(others.count == 20 && others.contains("buyer 229 (attempt 529)"))
        #expect(!others.contains { $0.contains("attempt 49)") || $0.contains("attempt 154)") })
    }

    @Test func barsStandWhereTheirTimesAre() throws {
        let bars = try page.nodes("//li[@id='evidence-2']/ul//*[\(ParsedPage.of("bar"))]")
        func number(_ index: Int, _ name: String) throws -> Double {
            try #require(Double(try bars[index].nodes(forXPath: "@\(name)").first?.stringValue ?? ""))
        }
        #expect(bars.count == 2)
        #expect(try number(0, "x") < number(1, "x"))
        #expect(try number(0, "x") + number(0, "width") < number(1, "x") + number(1, "width"))
        #expect(try number(1, "x") + number(1, "width") < TimeAxis.length)
    }

    @Test func whoIsLongGoneLeavesRoom() {
        let second: UInt64 = 1_000_000_000
        let axis = TimeAxis([(second, second + 1000), (9 * second, 9 * second + 3000)])
        #expect(axis.gaps.count == 1 && axis.leftOut == 8 * second - 1000)
        // Each of the two can be seen, although they are a millionth of the time.
        #expect(axis.x(second + 1000) - axis.x(second) < TimeAxis.length)
        #expect(axis.stretches.filter { !$0.isGap }.allSatisfy { $0.width > 100 })
        #expect(abs(axis.stretches.reduce(0) { $0 + $1.width } - TimeAxis.length) < 0.001)
    }

    @Test(
        arguments: [
            [(5, 9)], [(5, 5)], [(0, 1), (2, 3)], [(10, nil), (20, 25)], [(1, 4), (2, 900), (901, 902)],
            [(0, UInt64.max)], [(UInt64.max, nil)],
        ] as [[(UInt64, UInt64?)]])
    func laterIsNeverFurtherLeft(_ attempts: [(UInt64, UInt64?)]) {
        let axis = TimeAxis(attempts.map { (invoked: $0.0, returned: $0.1) })
        let instants = (attempts.flatMap { [$0.0, $0.1 ?? $0.0] } + [0, .max]).sorted()
        let places = instants.map(axis.x)
        #expect(places == places.sorted() && places.allSatisfy { (0...TimeAxis.length).contains($0) }, "\(places)")
    }
}

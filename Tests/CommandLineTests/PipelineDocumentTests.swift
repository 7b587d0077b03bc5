import FlashSale
import Foundation
import Testing

/// What docs/ci.md says, against what the program knows.
struct PipelineDocumentTests {
    private static func text() throws -> String {
        try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/ci.md"),
            encoding: .utf8)
    }

    @Test("every threshold in the page can be read")
    func examples() throws {
        let text = try Self.text()
        let flags = text.matches(of: /--require '([^']+)'/).map { String($0.output.1) }
        let lists = text.matches(of: /require: \[ ([^\]]+) \]/).map { String($0.output.1) }
        #expect(flags.count > 3 && lists.count == 1)
        for list in flags + lists { #expect(throws: Never.self) { try ThresholdParser.thresholds(list) } }
        // The table's last column.
        let rows = Self.rows(text)
        for row in rows {
            let examples = row[2].matches(of: /`([^`]+)`/).map { String($0.output.1) }
            #expect(!examples.isEmpty)
            for example in examples {
                #expect(throws: Never.self, "\(example)") { try ThresholdParser.thresholds(example) }
            }
        }
    }

    @Test("the table has every figure, and no other")
    func figures() throws {
        let named = try Self.rows(try Self.text()).flatMap { row in
            try row[0].matches(of: /`([^`]+)`/).map { match in
                try #require(ThresholdFigure.named.first { $0.name == match.output.1 }?.figure, "\(match.output.1)")
            }
        }
        for (name, figure) in ThresholdFigure.named {
            if case .latency(let whose, _) = figure, whose != .attempt { continue }
            #expect(named.contains(figure), "\(name)")
        }
    }

    private static func rows(_ text: String) -> [[String]] {
        let table = text.components(separatedBy: "| figure | what | written as |\n|---|---|---|\n").last ?? ""
        return table.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }
            .map { $0.split(separator: "|").map(String.init) }
    }
}

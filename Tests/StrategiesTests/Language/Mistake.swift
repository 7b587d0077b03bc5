import FlashSale
import Strategies
import Testing

/// A mistake in a strategy file: what is replaced in an example, by what, and what the message must say, with the line.
struct Mistake: CustomTestStringConvertible, Sendable {
    var from: String
    var to: String
    var line: Int?
    var says: String
    var testDescription: String { "\(says) (\(to.prefix(40)))" }

    init(_ from: String, to: String, line: Int?, says: String) {
        self.from = from
        self.to = to
        self.line = line
        self.says = says
    }

    func check(
        in example: String,
        companion: (String) throws(StrategyFile.CompanionProblem) -> String = StrategyFile.noCompanions
    ) throws {
        try #require(example.contains(from))
        let text = example.replacing(from, with: to, maxReplacements: 1)
        let error = try #require(throws: StrategyFileError.self) {
            _ = try StrategyFile.parse(text, file: "mine.yaml", companion: companion)
            return
        }
        #expect(error.message.contains(says), "\(error)")
        #expect(error.description.hasPrefix("mine.yaml:\(line ?? 0):"), "\(error)")
        #expect(!error.message.contains("\n"))
    }
}

internal import FlashSale

/// What GitHub Actions reads from a step's log.
package enum GitHubText {
    /// GitHub shows no more of a step.
    private static let annotationLimit = 10

    /// A line for each thing that is not good, which GitHub shows beside the files of a pull request.
    package static func annotations(_ report: GateReport) -> [String] {
        report.red.prefix(annotationLimit).map { suite, red in
            let title = "stress: \(suite.name): \(red.name)"
            return "::error title=\(property(title)),file=\(property(report.place)),line=1::\(message(red.message))"
        }
    }

    /// Text in which nothing is a command: GitHub takes a line for one that begins with two colons, and what follows `##[`.
    package static func harmless(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let line = line.replacing("##[", with: "## [")
                let start = line.prefix { $0.isWhitespace }
                return line.dropFirst(start.count).hasPrefix("::")
                    ? "\(start): :\(line.dropFirst(start.count + 2))" : line
            }
            .joined(separator: "\n")
    }

    /// As the runner reads it back: a percent sign and line breaks have escapes.
    private static func message(_ text: String) -> String {
        ForeignText.sentence(text, blanks: true).replacing("%", with: "%25").replacing("\r", with: "%0D")
            .replacing("\n", with: "%0A")
    }

    /// In a property, which a colon or a comma would end, these have escapes, too.
    private static func property(_ text: String) -> String {
        message(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}

package import FlashSale

/// How the columns of somebody's log are read: what `--from`, `--map`, `--outcomes` and `--where` say.
package struct LogMapping: Sendable, Equatable {
    package private(set) var tool: LogTool?
    /// The columns of each field, as they were written.
    private(set) var terms: [LogField: String] = [:]
    private(set) var outcomes: OutcomeRules?
    private(set) var filters: [LogFilter] = []

    /// A log whose columns have our names.
    package init() {}

    /// - Throws: ``RunError`` (usage) where one of them does not say what it should.
    package init(from tool: String?, map: String?, outcomes: String?, filter: String?) throws(RunError) {
        if let tool {
            let names = LogTool.allCases.map(\.rawValue)
            guard let known = LogTool(rawValue: tool.lowercased()) else {
                let near = NearestNames.of(tool, among: names).first
                throw RunError(
                    .usage,
                    "--from \(tool): \(near.map { "did you mean \($0)?" } ?? "one of \(names.joined(separator: ", ")) is wanted"); for the files of another tool use --map"
                )
            }
            self.tool = known
        }
        if let map { terms = try Self.terms(map) }
        if let outcomes { self.outcomes = try OutcomeRules(outcomes) }
        if let filter { filters = try LogFilter.filters(filter) }
        if self.tool != nil, self.outcomes == nil {
            throw RunError(
                .usage,
                "--from \(tool ?? ""): nobody but you knows what your service's answers mean; say it, such as \(LogTool.outcomesExample)"
            )
        }
    }

    /// Whether columns are taken only where they were named.
    var isExplicit: Bool { tool != nil || !terms.isEmpty }

    private static func terms(_ text: String) throws(RunError) -> [LogField: String] {
        var terms: [LogField: String] = [:]
        let names = LogField.allCases.map(\.word)
        for part in LogWords.parts(text) {
            guard let sign = part.firstIndex(of: "=") else {
                throw RunError(.usage, "--map: \(part) names no column; write NAME=COLUMN, such as buyer=User")
            }
            let name = String(LogWords.trimmed(part[..<sign]))
            let column = String(LogWords.trimmed(part[part.index(after: sign)...]))
            guard let field = LogField(word: name) else {
                let near = NearestNames.of(name, among: names).first
                throw RunError(
                    .usage,
                    "--map: \(name.isEmpty ? "nothing" : name) is none of the names on the left; "
                        + (near.map { "did you mean \($0)?" } ?? "known are \(names.joined(separator: ", "))"))
            }
            guard !column.isEmpty else {
                throw RunError(.usage, "--map: \(name) has no column; write \(name)=COLUMN")
            }
            guard terms.updateValue(column, forKey: field) == nil else {
                throw RunError(.usage, "--map: \(name) has two columns; keep one")
            }
        }
        guard !terms.isEmpty else {
            throw RunError(.usage, "--map is empty; NAME=COLUMN is wanted, such as invoked=start_ms,outcome=status")
        }
        return terms
    }
}

/// A mistake in a strategy file: where it is, and what was wanted instead.
package struct StrategyFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file's name, or the built-in strategy's.
    package var file: String
    /// From 1; nil where the whole file is meant.
    package var line: Int?
    package var column: Int?
    package var message: String

    package init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String {
        ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": " + message
    }
}

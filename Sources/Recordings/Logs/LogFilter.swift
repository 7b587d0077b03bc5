internal import FlashSale

/// Which rows of a log are attempts to buy: those whose cell of a column is a text, or starts with one.
struct LogFilter: Sendable, Equatable {
    let column: String
    private let value: [UInt8]
    private let isPrefix: Bool

    func admits(_ cell: UnsafeRawBufferPointer) -> Bool {
        isPrefix ? cell.starts(with: value) : cell.elementsEqual(value)
    }

    /// - Parameter text: `label=Buy, method=POST`; a value may end with `*`.
    /// - Throws: ``RunError`` (usage).
    static func filters(_ text: String) throws(RunError) -> [LogFilter] {
        var filters: [LogFilter] = []
        for part in LogWords.parts(text) {
            guard let sign = part.firstIndex(of: "="), sign > part.startIndex else {
                throw RunError(.usage, "--where: \(part) is no condition; write COLUMN=VALUE, such as label=Buy")
            }
            let column = LogWords.unquoted(LogWords.trimmed(part[..<sign]))
            let value = LogWords.trimmed(part[part.index(after: sign)...])
            let isPrefix = value.last == "*"
            filters.append(
                LogFilter(
                    column: column,
                    value: Array(isPrefix ? value.dropLast().utf8 : Substring(LogWords.unquoted(value)).utf8),
                    isPrefix: isPrefix))
        }
        guard !filters.isEmpty else {
            throw RunError(.usage, "--where is empty; COLUMN=VALUE is wanted, such as label=Buy")
        }
        return filters
    }
}

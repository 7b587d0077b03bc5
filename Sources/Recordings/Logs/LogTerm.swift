internal import FlashSale

/// Where a field's value comes from: a column, the first of several that is there, or the sum or difference of two.
struct LogTerm: Sendable, Equatable {
    /// A column, and what its numbers count.
    struct Source: Sendable, Equatable {
        var column: String
        var unit: TimeUnit?
    }

    enum Operation: Sendable, Equatable {
        case plus
        case minus
    }

    /// At least one.
    var first: [Source]
    var operation = Operation.plus
    /// Empty where there is one column only.
    var second: [Source] = []

    /// - Parameters:
    ///   - text: `start_ms`, `start_ms+elapsed`, `time:s`, `a|b`.
    ///   - find: the column that a name means; nil where there is none.
    ///   - isOpen: whether any name may be a column, so that only a plus, or a minus between blanks, joins two.
    /// - Returns: nil where the columns are not there.
    init?(_ text: String, isOpen: Bool, find: (String) -> String?) {
        guard let term = Self.parsed(text, isOpen: isOpen, find) else { return nil }
        self = term
        inherit()
    }

    private init(_ first: [Source], _ operation: Operation = .plus, _ second: [Source] = []) {
        self.first = first
        self.operation = operation
        self.second = second
    }

    private static func parsed(_ text: String, isOpen: Bool, _ find: (String) -> String?) -> LogTerm? {
        if text.first != "\"", isOpen {
            for (sign, operation) in [("+", Operation.plus), (" - ", .minus)] {
                guard let range = text.firstRange(of: sign) else { continue }
                return joined(text, range, operation, find)
            }
        }
        if let sources = sources(text[...], find) { return LogTerm(sources) }
        guard text.first != "\"" else { return nil }
        for index in text.indices where text[index] == "+" || text[index] == "-" {
            let operation = text[index] == "+" ? Operation.plus : .minus
            if let term = joined(text, index..<text.index(after: index), operation, find) { return term }
        }
        return nil
    }

    private static func joined(
        _ text: String, _ sign: Range<String.Index>, _ operation: Operation, _ find: (String) -> String?
    ) -> LogTerm? {
        guard let left = sources(LogWords.trimmed(text[..<sign.lowerBound]), find),
            let right = sources(LogWords.trimmed(text[sign.upperBound...]), find)
        else { return nil }
        return LogTerm(left, operation, right)
    }

    /// What is added counts like the first one, unless it tells its own unit.
    private mutating func inherit() {
        guard let unit = first.first?.unit, unit != .epoch else { return }
        for index in second.indices where second[index].unit == nil { second[index].unit = unit }
    }

    private static func sources(_ text: Substring, _ find: (String) -> String?) -> [Source]? {
        if text.first != "\"", text.contains("|") {
            let found = text.split(separator: "|").compactMap { source(LogWords.trimmed($0), find) }
            return found.isEmpty ? nil : found
        }
        return source(text, find).map { [$0] }
    }

    private static func source(_ text: Substring, _ find: (String) -> String?) -> Source? {
        guard !text.isEmpty else { return nil }
        if let colon = text.lastIndex(of: ":"), let unit = TimeUnit(word: text[text.index(after: colon)...]),
            let column = find(LogWords.unquoted(LogWords.trimmed(text[..<colon])))
        {
            return Source(column: column, unit: unit)
        }
        let name = LogWords.unquoted(text)
        return find(name).map { Source(column: $0, unit: TimeUnit(nameOf: name)) }
    }
}

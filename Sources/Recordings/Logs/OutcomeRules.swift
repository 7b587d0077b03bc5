package import FlashSale

/// What the words and numbers of somebody's log say of an attempt: `200=won, 409=sold-out, 500..599=unknown, *=unknown`.
package struct OutcomeRules: Sendable, Equatable {
    private enum Pattern: Sendable, Equatable {
        case exact([UInt8])
        case range(ClosedRange<Int64>)
        /// What starts so.
        case prefix([UInt8])
    }

    private struct Rule: Sendable, Equatable {
        var pattern: Pattern
        var outcome: Outcome
    }

    /// As they were written.
    package let text: String
    private var rules: [Rule] = []

    /// - Parameter text: rules with commas between them. An exact one is looked at first, the others in their order; nothing before
    ///   the equals sign is an empty cell.
    /// - Throws: ``RunError`` (usage).
    package init(_ text: String) throws(RunError) {
        self.text = text
        var seen: Set<String> = []
        for part in LogWords.parts(text) {
            guard let sign = part.lastIndex(of: "=") else {
                throw Self.problem("\(part) is no rule", "write VALUE=OUTCOME, such as 200=won,409=sold-out")
            }
            let value = LogWords.trimmed(part[..<sign])
            let word = LogWords.trimmed(part[part.index(after: sign)...])
            guard let outcome = Outcome(word: word) else {
                let words = Outcome.allCases.map(\.word)
                throw Self.problem(
                    "\(word.isEmpty ? "nothing" : word) is no outcome",
                    NearestNames.of(String(word), among: words).first.map { "did you mean \($0)?" }
                        ?? "one of \(words.joined(separator: ", ")) is wanted")
            }
            guard seen.insert(String(value)).inserted else {
                throw Self.problem("\(value.isEmpty ? "an empty cell" : String(value)) has two outcomes", "keep one")
            }
            rules.append(
                Rule(
                    pattern: try Self.pattern(LogWords.unquoted(value), isQuoted: value.first == "\""), outcome: outcome
                ))
        }
        // The rest is what no other rule names, wherever it was written.
        if let rest = rules.firstIndex(where: { $0.pattern == .prefix([]) }) { rules.append(rules.remove(at: rest)) }
        guard !rules.isEmpty else { throw Self.problem("it is empty", "such as 200=won,409=sold-out is wanted") }
        guard rules.contains(where: { $0.outcome == .won }) else {
            throw Self.problem("nothing is won", "say what a sale looks like, such as 200=won")
        }
    }

    private static func problem(_ found: String, _ advice: String) -> RunError {
        RunError(.usage, "--outcomes: \(found); \(advice)")
    }

    private static func pattern(_ value: String, isQuoted: Bool) throws(RunError) -> Pattern {
        guard !isQuoted else { return .exact(Array(value.utf8)) }
        if value.hasSuffix("*") { return .prefix(Array(value.utf8.dropLast())) }
        guard let dots = value.firstRange(of: ".."), dots.lowerBound > value.startIndex,
            dots.upperBound < value.endIndex
        else { return .exact(Array(value.utf8)) }
        guard let first = Int64(value[..<dots.lowerBound]), let last = Int64(value[dots.upperBound...]) else {
            return .exact(Array(value.utf8))
        }
        guard first <= last else { throw problem("\(value) is an empty range", "write the smaller number first") }
        return .range(first...last)
    }

    /// Nil where no rule names the cell.
    func outcome(of cell: UnsafeRawBufferPointer) -> Outcome? {
        for rule in rules {
            if case .exact(let bytes) = rule.pattern, cell.elementsEqual(bytes) { return rule.outcome }
        }
        let number = Int64(String(decoding: cell, as: UTF8.self))
        for rule in rules {
            switch rule.pattern {
            case .exact: continue
            case .range(let range):
                if let number, range.contains(number) { return rule.outcome }
            case .prefix(let bytes):
                if cell.starts(with: bytes) { return rule.outcome }
            }
        }
        return nil
    }
}

/// Lists that people type.
enum LogWords {
    /// What stands between commas, without blanks around it; a comma within quotation marks is none.
    static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if (character == "," || character.isNewline), !isQuoted {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        return (parts + [part]).map { String(trimmed($0[...])) }.filter { !$0.isEmpty }
    }

    static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    static func unquoted(_ text: some StringProtocol) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return String(text) }
        return String(text.dropFirst().dropLast())
    }
}

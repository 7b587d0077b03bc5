/// A value of `run.json` that is one of a fixed set of words.
package protocol RecordWord: RawRepresentable, Codable, Sendable, CaseIterable where RawValue == String {
    /// What the words name, for the error about one that is not among them.
    static var kind: String { get }
}

extension RecordWord {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let word = try container.decode(String.self)
        guard let value = Self(rawValue: word) else {
            throw RecordWords.unknown(word, kind: Self.kind, known: Self.allCases.map(\.rawValue), in: container)
        }
        self = value
    }
}

enum RecordWords {
    /// How much of an unknown word the error shows.
    private static let shownCharacters = 40

    static func unknown(
        _ word: String, kind: String, known: [String], in container: any SingleValueDecodingContainer
    ) -> DecodingError {
        let shown = ForeignText.shown(word, limit: shownCharacters)
        return DecodingError.dataCorruptedError(
            in: container, debugDescription: "\"\(shown)\" is no \(kind); known: \(known.joined(separator: ", "))")
    }
}

/// In the words of `attempts.csv`.
extension Outcome: Codable {
    /// Reads a word, and throws `DecodingError.dataCorrupted` for one that names no outcome.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let word = try container.decode(String.self)
        guard let outcome = Outcome(word: word) else {
            throw RecordWords.unknown(word, kind: "outcome", known: Outcome.allCases.map(\.word), in: container)
        }
        self = outcome
    }

    /// Writes the word.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(word)
    }
}

/// As a key, under the name that ``RunRecord/Totals`` has for it.
extension Outcome: CodingKeyRepresentable {
    /// `soldOut`, which `run.json` writes as `sold_out`.
    public var codingKey: any CodingKey { OutcomeKey(stringValue: word.camelCase) }

    /// The outcome of such a key, or nil.
    public init?(codingKey: some CodingKey) {
        guard let outcome = Outcome.allCases.first(where: { $0.word.camelCase == codingKey.stringValue }) else {
            return nil
        }
        self = outcome
    }
}

/// As a key, under the name that ``RunRecord/Purchases`` has for it.
extension Purchase.Ending: CodingKeyRepresentable {
    package var codingKey: any CodingKey { OutcomeKey(stringValue: rawValue.camelCase) }

    package init?(codingKey: some CodingKey) {
        guard let ending = Self.allCases.first(where: { $0.rawValue.camelCase == codingKey.stringValue }) else {
            return nil
        }
        self = ending
    }
}

private struct OutcomeKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension String {
    /// `soldOut` for `sold-out`.
    fileprivate var camelCase: String {
        split(separator: "-").enumerated()
            .map { $0.offset == 0 ? String($0.element) : $0.element.prefix(1).uppercased() + $0.element.dropFirst() }
            .joined()
    }
}

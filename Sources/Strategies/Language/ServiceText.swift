/// A text of `service:` that is filled in when the service is started: a word of its program, a variable, its URL.
package struct ServiceText: Sendable, Equatable {
    /// What may stand in braces.
    package enum Value: String, CaseIterable, Sendable {
        /// The port that the service is to listen on.
        case port
        /// The URL of the Redis that is meant, with its password.
        case redis
        case redisHost = "redis-host"
        case redisPort = "redis-port"
        /// Empty where it has none.
        case redisPassword = "redis-password"
        /// A folder that lasts as long as the run's results.
        case run

        var isOfRedis: Bool { rawValue.hasPrefix("redis") }
    }

    package enum Piece: Sendable, Equatable {
        case text(String)
        case value(Value)
        /// The whole text is what an environment variable of this name holds.
        case environment(String)
    }

    package var pieces: [Piece]

    package init(pieces: [Piece]) { self.pieces = pieces }

    /// Why a text is none.
    struct Problem: Error {
        var message: String
    }

    /// Reads `--port={port}` or `$NAME`. `{{` is a brace.
    init(_ text: String) throws(Problem) {
        if let name = Self.variable(text) {
            pieces = [.environment(name)]
            return
        }
        var pieces: [Piece] = []
        var plain = ""
        var rest = text[...]
        while let first = rest.popFirst() {
            if (first == "{" || first == "}"), rest.first == first {
                rest.removeFirst()
                plain.append(first)
                continue
            }
            guard first == "{" else {
                plain.append(first)
                continue
            }
            guard let end = rest.firstIndex(of: "}") else {
                throw Problem(message: "a { has no } in \(YAMLReader.shortened(text)); {{ is a brace itself")
            }
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = ""
            pieces.append(.value(try Self.value(String(rest[..<end]))))
            rest = rest[rest.index(after: end)...]
        }
        if !plain.isEmpty { pieces.append(.text(plain)) }
        self.pieces = pieces
    }

    /// The name in `$NAME`; nil for any other text.
    private static func variable(_ text: String) -> String? {
        let name = text.dropFirst()
        return text.first == "$" && isVariableName(name) ? String(name) : nil
    }

    static func isVariableName(_ name: some StringProtocol) -> Bool {
        guard let first = name.first, !first.isNumber else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    private static func value(_ name: String) throws(Problem) -> Value {
        if let value = Value(rawValue: name) { return value }
        let known = Value.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        throw Problem(
            message:
                "{\(YAMLReader.shortened(name))} is not known here, where only what is the same for all buyers has a value: \(known); "
                + "{{ is a brace itself")
    }

    package var values: [Value] {
        pieces.compactMap { piece in if case .value(let value) = piece { value } else { nil } }
    }

    /// As it stands in the file.
    package var source: String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .value(let value): "{\(value.rawValue)}"
            case .environment(let name): "$\(name)"
            }
        }.joined()
    }

    /// The text with what `value` and `environment` give; the name of the variable that is not set, if one is not.
    package func filled(
        _ value: (Value) -> String, environment: [String: String]
    ) -> Result<String, MissingVariable> {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let plain): text += plain
            case .value(let name): text += value(name)
            case .environment(let name):
                guard let held = environment[name] else { return .failure(MissingVariable(name: name)) }
                text += held
            }
        }
        return .success(text)
    }

    /// An environment variable that a file names and that is not set.
    package struct MissingVariable: Error, Equatable, Sendable {
        package var name: String
    }
}

import Strategies

/// A JSON text as a tree, read in the plainest way: what ``JSONScanner`` finds without a tree is held against it.
enum JSONTree {
    case object([(name: String, value: JSONTree)])
    case array([JSONTree])
    case text(String)
    case number(String)
    /// true, false, or null.
    case word

    /// Nil for a text that is no JSON (RFC 8259), or nested more than 60 deep.
    init?(_ text: String) {
        var reader = Reader(rest: Array(text.unicodeScalars)[...])
        guard let tree = reader.value(depth: 0) else { return nil }
        reader.skipBlanks()
        guard reader.rest.isEmpty else { return nil }
        self = tree
    }

    /// The number or the text at the end of a path. Of several fields of one name the first counts.
    func value(at path: [JSONStep]) -> (integer: Int?, text: String?)? {
        var tree = self
        for step in path {
            switch (step, tree) {
            case (.field(let name), .object(let fields)):
                guard let field = fields.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
                tree = field.value
            case (.element(let position), .array(let elements)):
                guard elements.indices.contains(position) else { return nil }
                tree = elements[position]
            default: return nil
            }
        }
        switch tree {
        case .text(let text): return (Reply.integer(text.utf8), text)
        case .number(let text):
            if let integer = Int(text) { return (integer, nil) }
            guard let number = Double(text), number.rounded() == number, number.magnitude <= 0x1p53 else { return nil }
            return (Int(number), nil)
        case .object, .array, .word: return nil
        }
    }

    private struct Reader {
        var rest: ArraySlice<Unicode.Scalar>

        mutating func skipBlanks() { rest = rest.drop { " \t\n\r".unicodeScalars.contains($0) } }

        private mutating func take(_ sign: Unicode.Scalar) -> Bool {
            skipBlanks()
            guard rest.first == sign else { return false }
            rest.removeFirst()
            return true
        }

        mutating func value(depth: Int) -> JSONTree? {
            guard depth <= 60 else { return nil }
            skipBlanks()
            switch rest.first {
            case "{":
                var fields: [(name: String, value: JSONTree)] = []
                let isList = list("{", "}") { reader in
                    reader.skipBlanks()
                    guard let name = reader.text(), reader.take(":"), let value = reader.value(depth: depth + 1) else {
                        return false
                    }
                    fields.append((name, value))
                    return true
                }
                return isList ? .object(fields) : nil
            case "[":
                var elements: [JSONTree] = []
                let isList = list("[", "]") { reader in
                    guard let value = reader.value(depth: depth + 1) else { return false }
                    elements.append(value)
                    return true
                }
                return isList ? .array(elements) : nil
            case "\"": return text().map { .text($0) }
            default: return wordOrNumber()
            }
        }

        private mutating func list(
            _ start: Unicode.Scalar, _ end: Unicode.Scalar, _ item: (inout Reader) -> Bool
        ) -> Bool {
            guard take(start) else { return false }
            if take(end) { return true }
            repeat {
                guard item(&self) else { return false }
            } while take(",")
            return take(end)
        }

        private mutating func wordOrNumber() -> JSONTree? {
            let written = String(String.UnicodeScalarView(rest.prefix { !" \t\n\r,]}".unicodeScalars.contains($0) }))
            rest = rest.dropFirst(written.unicodeScalars.count)
            if ["true", "false", "null"].contains(written) { return .word }
            let isNumber = written.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
            return isNumber ? .number(written) : nil
        }

        /// Half of a surrogate pair becomes U+FFFD.
        private mutating func text() -> String? {
            guard rest.popFirst() == "\"" else { return nil }
            var units: [UInt16] = []
            while let scalar = rest.popFirst() {
                switch scalar {
                case "\"": return String(decoding: units, as: UTF16.self)
                case "\\":
                    guard let sign = rest.popFirst() else { return nil }
                    if sign == "u" {
                        let digits = String(String.UnicodeScalarView(rest.prefix(4)))
                        guard digits.utf8.count == 4, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                            let unit = UInt16(digits, radix: 16)
                        else { return nil }
                        units.append(unit)
                        rest = rest.dropFirst(4)
                        continue
                    }
                    let plain: [Unicode.Scalar: UInt16] = [
                        "\"": 34, "\\": 92, "/": 47, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
                    ]
                    guard let unit = plain[sign] else { return nil }
                    units.append(unit)
                default:
                    guard scalar.value >= 32 else { return nil }
                    units += Array(String(scalar).utf16)
                }
            }
            return nil
        }
    }
}

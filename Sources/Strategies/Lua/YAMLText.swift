internal import FlashSale

/// Text of somebody else's script, written so that a strategy file reads it as what it is.
enum YAMLText {
    /// As it is where YAML cannot take it for anything else, or in double quotes.
    static func plain(_ text: String) -> String {
        let isPlain =
            text.first?.isLetter == true
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789 {}_-.".unicodeScalars.contains($0))
            }
        return isPlain ? text : quoted(text)
    }

    /// In single quotes, or in double ones where it has characters that YAML only takes in an escape.
    static func single(_ text: String) -> String {
        guard text.unicodeScalars.allSatisfy(isPrintable) else { return quoted(text) }
        return "'" + text.replacing("'", with: "''") + "'"
    }

    /// In double quotes.
    static func quoted(_ text: String) -> String {
        var yaml = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": yaml += "\\\(scalar)"
            case _ where isPrintable(scalar): yaml.unicodeScalars.append(scalar)
            default: yaml += "\\U" + hexadecimal(scalar, digits: 8)
            }
        }
        return yaml + "\""
    }

    /// One word of a command: a name as it is, everything else in quotes, so that no brace is a template.
    static func commandWord(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789:_-.".unicodeScalars.contains($0))
        }
        guard text.isEmpty || !isPlain else { return text }
        var word = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": word += "\\\(scalar)"
            case "{": word += "{{"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: word += "\\x" + hexadecimal(scalar, digits: 2)
            default: word.unicodeScalars.append(scalar)
            }
        }
        return word + "\""
    }

    /// Whether YAML takes it as it is (YAML 1.1, section 5.1), and neither as the end of a line nor as a byte order mark, and
    /// whether a reader of the file sees it.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        guard !ForeignText.isHidden(scalar) else { return false }
        return switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...: true
        default: false
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let text = String(scalar.value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}

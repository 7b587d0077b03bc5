internal import FlashSale

/// Text within XML 1.0, which has no place for most control characters, not even as references.
enum XMLText {
    /// Between tags. Line breaks and tabs stay.
    static func content(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in ForeignText.printable(text).unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            // As the end of a CDATA section it may not stand alone.
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            default: result.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return String(result)
    }

    /// Between quotation marks. A parser takes a line break there for a blank.
    static func attribute(_ text: String) -> String {
        content(text).replacing("\"", with: "&quot;").replacing("\n", with: "&#10;").replacing("\t", with: "&#9;")
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}

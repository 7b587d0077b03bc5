internal import FlashSale

/// Texts as YAML has them in double quotes.
enum QuotedYAML {
    /// What cannot be seen is written as YAML's own escapes, so that it is read back as it was.
    static func text(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": result += "\\\(scalar)"
            case _ where ForeignText.isHidden(scalar):
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

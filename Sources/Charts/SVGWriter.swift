/// Writes the elements of a picture. Every text and every attribute is escaped, and every number is one that SVG knows.
struct SVGWriter {
    private(set) var text = ""
    private var open: [String] = []

    mutating func begin(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
        append(name, attributes)
        text += ">"
        open.append(name)
    }

    mutating func end() {
        guard let name = open.popLast() else { return }
        text += "</\(name)>"
    }

    mutating func leaf(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        append(name, attributes)
        text += "/>"
    }

    mutating func leaf(_ name: String, _ attributes: KeyValuePairs<String, String>, text content: String) {
        append(name, attributes)
        text += ">"
        text += SVGText.escaped(content)
        text += "</\(name)>"
    }

    private mutating func append(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        text += "<\(name)"
        for (name, value) in attributes where !value.isEmpty {
            text += " \(name)=\"\(SVGText.escaped(value))\""
        }
    }

    /// One decimal, which is finer than a screen; what is no number, or far outside of every picture, is at its edge.
    static func number(_ value: Double) -> String {
        let tenths = value.isNaN ? 0 : Int((min(max(value, -100_000), 100_000) * 10).rounded())
        let (whole, part) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + "\(whole)" + (part == 0 ? "" : ".\(part)")
    }
}

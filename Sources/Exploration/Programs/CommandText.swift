internal import FlashSale

/// Commands and replies for people.
enum CommandText {
    private static var mostElements: Int { 8 }
    private static var wordLimit: Int { 80 }

    static func words(_ arguments: [[UInt8]]) -> String {
        let shown = arguments.prefix(2 * mostElements).map(word).joined(separator: " ")
        return arguments.count > 2 * mostElements ? shown + " …" : shown
    }

    private static func word(_ bytes: [UInt8]) -> String {
        let text = ForeignText.shown(bytes, limit: wordLimit)
        return text.isEmpty || text.contains(where: \.isWhitespace) ? "\"\(text)\"" : text
    }

    /// A whole reply as it comes over the wire, RESP2 or RESP3.
    static func reply(_ bytes: [UInt8]) -> String {
        var reader = ReplyTextReader(bytes)
        return reader.value(depth: 0)
    }

    fileprivate static var most: Int { mostElements }
    fileprivate static func shown(_ bytes: ArraySlice<UInt8>) -> String { ForeignText.shown(bytes, limit: wordLimit) }
}

private struct ReplyTextReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func line() -> ArraySlice<UInt8> {
        let end = bytes[place...].firstIndex(of: 13) ?? bytes.endIndex
        defer { place = min(bytes.count, end + 2) }
        return bytes[place..<end]
    }

    mutating func value(depth: Int) -> String {
        let line = line()
        guard let type = line.first else { return "" }
        let rest = String(decoding: line.dropFirst(), as: UTF8.self)
        let count = Int(rest) ?? 0
        switch type {
        case UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "("):
            return CommandText.shown(line.dropFirst())
        case UInt8(ascii: "-"): return "(error) \(CommandText.shown(line.dropFirst()))"
        case UInt8(ascii: "_"): return "nil"
        case UInt8(ascii: "#"): return rest == "t" ? "true" : "false"
        case UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "!"):
            guard count >= 0, place + count <= bytes.count else { return "nil" }
            defer { place += count + 2 }
            let text = CommandText.shown(bytes[place..<place + count])
            return type == UInt8(ascii: "!") ? "(error) \(text)" : "\"\(text)\""
        case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "%"), UInt8(ascii: "|"):
            guard count >= 0, depth < 8 else { return "nil" }
            var elements: [String] = []
            for _ in 0..<(type == UInt8(ascii: "%") || type == UInt8(ascii: "|") ? 2 * count : count)
            where place < bytes.count {
                let element = value(depth: depth + 1)
                if elements.count < CommandText.most { elements.append(element) }
            }
            let isCut = count > elements.count
            return "[\(elements.joined(separator: ", "))\(isCut ? ", …" : "")]"
        default: return CommandText.shown(line)
        }
    }
}

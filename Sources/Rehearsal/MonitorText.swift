/// Lines of MONITOR.
package enum MonitorText {
    /// What a line shows.
    package struct Command {
        package var words: [[UInt8]]
        package var isOfScript: Bool

        package var arguments: [String] { words.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// Reads `1700000000.123456 [0 lua] "GET" "stock"`; nil for what is none.
    package static func command(_ line: String) -> Command? {
        guard let open = line.firstIndex(of: "["), let close = line[open...].firstIndex(of: "]") else { return nil }
        let words = words(line[line.index(after: close)...])
        return Command(words: words, isOfScript: line[open..<close].hasSuffix(" lua"))
    }

    private static func words(_ text: Substring) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var bytes: [UInt8] = []
        var isInside = false
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                if isInside { words.append(bytes) }
                bytes = []
                isInside.toggle()
            case UInt8(ascii: "\\") where isInside:
                bytes.append(unescape(&rest))
            default: if isInside { bytes.append(byte) }
            }
        }
        return words
    }

    private static func unescape(_ rest: inout ArraySlice<UInt8>) -> UInt8 {
        guard let sign = rest.popFirst() else { return UInt8(ascii: "\\") }
        switch sign {
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "a"): return 7
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "x"):
            let digits = rest.prefix(2)
            rest = rest.dropFirst(2)
            return UInt8(String(decoding: digits, as: UTF8.self), radix: 16) ?? UInt8(ascii: "?")
        default: return sign
        }
    }
}

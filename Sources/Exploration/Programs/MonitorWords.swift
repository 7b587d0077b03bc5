/// The words of a line of MONITOR: each in quotes, with escapes as C has them.
enum MonitorWords {
    static func read(_ text: some StringProtocol) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8]?
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            guard var current = word else {
                if byte == UInt8(ascii: "\"") { word = [] }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                words.append(current)
                word = nil
            case UInt8(ascii: "\\"):
                switch bytes.popFirst() {
                case UInt8(ascii: "x"):
                    let digits = String(decoding: bytes.prefix(2), as: UTF8.self)
                    bytes = bytes.dropFirst(2)
                    current.append(UInt8(digits, radix: 16) ?? 0)
                case UInt8(ascii: "n"): current.append(10)
                case UInt8(ascii: "r"): current.append(13)
                case UInt8(ascii: "t"): current.append(9)
                case UInt8(ascii: "a"): current.append(7)
                case UInt8(ascii: "b"): current.append(8)
                case let other?: current.append(other)
                case nil: break
                }
                word = current
            default:
                current.append(byte)
                word = current
            }
        }
        return words
    }
}

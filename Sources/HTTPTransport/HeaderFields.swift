/// Where names and values stand in the header lines of an answer (RFC 9112, 5).
struct HeaderFields {
    struct Pair {
        var name: Range<Int>
        var value: Range<Int>
        /// Whether it is a cookie that a `Set-Cookie` line sets, up to its first semicolon (RFC 6265, 5.2).
        var isCookie = false
    }

    private(set) var pairs: [Pair] = []

    /// Writes the names in small letters, since they mean the same in any.
    ///
    /// - Parameter lines: each ended by LF, or CR LF.
    init(_ lines: inout [UInt8]) {
        var line = 0
        while let end = lines[line...].firstIndex(of: 10) {
            if let colon = lines[line..<end].firstIndex(of: UInt8(ascii: ":")) {
                for byte in line..<colon where lines[byte] &- UInt8(ascii: "A") < 26 { lines[byte] += 32 }
                let pair = Pair(name: line..<colon, value: Self.trimmed(colon + 1..<end, lines))
                pairs.append(pair)
                if lines[pair.name].elementsEqual("set-cookie".utf8) { addCookie(pair.value, lines) }
            }
            line = end + 1
        }
    }

    private mutating func addCookie(_ value: Range<Int>, _ lines: [UInt8]) {
        let end = lines[value].firstIndex(of: UInt8(ascii: ";")) ?? value.upperBound
        guard let sign = lines[value.lowerBound..<end].firstIndex(of: UInt8(ascii: "=")) else { return }
        pairs.append(
            Pair(
                name: Self.trimmed(value.lowerBound..<sign, lines), value: Self.trimmed(sign + 1..<end, lines),
                isCookie: true))
    }

    private static func trimmed(_ range: Range<Int>, _ lines: [UInt8]) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(lines[start]) { start += 1 }
        while end > start, isBlank(lines[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
}

/// A place in a line of JSON, and how to read a value from there. It allocates nothing.
struct LogJSONCursor {
    /// A text without the quotation marks around it.
    struct Text {
        var range: Range<Int>
        var hasEscapes: Bool
    }

    private let base: UnsafePointer<UInt8>
    private let end: Int
    private(set) var offset: Int

    private static let depthLimit = 256

    /// - Parameter bytes: at least one.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int, end: Int) {
        base = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        self.end = end
        self.offset = offset
    }

    /// The same line from another place on.
    func at(_ offset: Int) -> LogJSONCursor {
        var cursor = self
        cursor.offset = offset
        return cursor
    }

    var isAtEnd: Bool { offset >= end }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    @inline(__always)
    func isAt(_ byte: Unicode.Scalar) -> Bool { offset < end && base[offset] == UInt8(ascii: byte) }

    @inline(__always)
    mutating func pass(_ byte: Unicode.Scalar) -> Bool {
        guard isAt(byte) else { return false }
        offset &+= 1
        return true
    }

    @inline(__always)
    mutating func skipBlanks() {
        while offset < end, base[offset] <= 0x20, base[offset] == 0x20 || (0x09...0x0D).contains(base[offset]) {
            offset &+= 1
        }
    }

    /// Passes a text; nil where there is none.
    @inline(__always)
    mutating func text() -> Text? {
        guard pass("\"") else { return nil }
        let start = offset
        var hasEscapes = false
        while offset < end {
            let byte = base[offset]
            if byte == UInt8(ascii: "\"") {
                offset &+= 1
                return Text(range: start..<offset &- 1, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                offset &+= 1
            }
            offset &+= 1
        }
        return nil
    }

    /// Passes a text, a number or a word, and keeps it as a cell; `null` is none.
    mutating func scalar(_ slot: Int, _ cells: inout LogCells) -> Bool {
        if isAt("\"") {
            guard let text = text() else { return false }
            guard text.hasEscapes else {
                cells.set(slot, base + text.range.lowerBound, text.range.count)
                return true
            }
            let mark = cells.mark
            guard unescape(text.range, &cells) else { return false }
            cells.set(slot, scratchFrom: mark)
            return true
        }
        let start = offset
        guard skipWord() else { return false }
        cells.set(slot, base + start, offset - start)
        return true
    }

    private mutating func skipWord() -> Bool {
        let start = offset
        while offset < end {
            switch base[offset] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
                offset &+= 1
            default: return offset > start
            }
        }
        return offset > start
    }

    /// Passes any value. What is within it is only looked at as far as its end asks for.
    mutating func skipValue() -> Bool {
        guard offset < end else { return false }
        if isAt("\"") { return text() != nil }
        guard isAt("{") || isAt("[") else { return skipWord() }
        var depth = 0
        while offset < end {
            switch base[offset] {
            case UInt8(ascii: "\""):
                guard text() != nil else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= Self.depthLimit else { return false }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            offset &+= 1
            if depth == 0 { return true }
        }
        return false
    }

    private func unescape(_ range: Range<Int>, _ cells: inout LogCells) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = base[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                cells.append(byte)
                continue
            }
            guard index < range.upperBound else { return false }
            let escape = base[index]
            index += 1
            switch escape {
            case UInt8(ascii: "n"): cells.append(0x0A)
            case UInt8(ascii: "t"): cells.append(0x09)
            case UInt8(ascii: "r"): cells.append(0x0D)
            case UInt8(ascii: "b"): cells.append(0x08)
            case UInt8(ascii: "f"): cells.append(0x0C)
            case UInt8(ascii: "u"):
                guard let scalar = scalar(&index, range.upperBound) else { return false }
                for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { cells.append(byte) }
            default: cells.append(escape)
            }
        }
        return true
    }

    /// The character behind `\u`, of two such if they are a pair.
    private func scalar(_ index: inout Int, _ bound: Int) -> Unicode.Scalar? {
        guard let first = hexadecimal(&index, bound) else { return nil }
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        var next = index
        guard next + 1 < bound, base[next] == UInt8(ascii: "\\"), base[next + 1] == UInt8(ascii: "u") else {
            return "\u{FFFD}"
        }
        next += 2
        guard let second = hexadecimal(&next, bound), (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
        index = next
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private func hexadecimal(_ index: inout Int, _ bound: Int) -> UInt32? {
        guard index + 4 <= bound else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            switch base[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(base[index] - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                value = value << 4 | UInt32(base[index] - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32(base[index] - UInt8(ascii: "A") + 10)
            default: return nil
            }
            index += 1
        }
        return value
    }
}

/// A place in a JSON text (RFC 8259), and how to go on from there.
///
/// Every value that it passes is checked as a whole, so that half a text or something like JSON is no answer.
struct JSONCursor {
    enum Kind: Equatable {
        case object, array, text, number, boolean, null
    }

    private static var depthLimit: Int { 128 }

    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    // MARK: Steps

    private var problem: JSONProblem { .notJSON(offset: offset) }

    mutating func skipBlanks() {
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    }

    /// Passes a sign, with the blanks before it, if it stands here.
    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: sign) else { return false }
        offset += 1
        return true
    }

    /// What begins here; blanks are passed.
    mutating func kind() throws(JSONProblem) -> Kind {
        skipBlanks()
        guard offset < bytes.count else { throw problem }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .text
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw problem
        }
    }

    /// Passes a value, and says where it is.
    mutating func skip(depth: Int = 0) throws(JSONProblem) -> Range<Int> {
        guard depth < Self.depthLimit else { throw problem }
        let kind = try kind()
        let start = offset
        switch kind {
        case .text: _ = try text()
        case .number: try number()
        case .boolean: try word(bytes[offset] == UInt8(ascii: "t") ? "true" : "false")
        case .null: try word("null")
        case .array:
            offset += 1
            if take("]") { break }
            repeat { _ = try skip(depth: depth + 1) } while take(",")
            guard take("]") else { throw problem }
        case .object:
            offset += 1
            if take("}") { break }
            repeat {
                _ = try name()
                _ = try skip(depth: depth + 1)
            } while take(",")
            guard take("}") else { throw problem }
        }
        return start..<offset
    }

    /// Passes the name of a member and its colon, and says where it is, without its quotation marks.
    mutating func name() throws(JSONProblem) -> Range<Int> {
        guard try kind() == .text else { throw problem }
        let name = try text()
        guard take(":") else { throw problem }
        return name
    }

    /// Passes the text that begins here, and says where it is, without its quotation marks.
    mutating func text() throws(JSONProblem) -> Range<Int> {
        offset += 1
        let start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return start..<offset - 1
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw problem
            default: offset += 1
            }
        }
        throw problem
    }

    private mutating func escape() throws(JSONProblem) {
        guard offset + 1 < bytes.count else { throw problem }
        let sign = bytes[offset + 1]
        guard sign == UInt8(ascii: "u") else {
            guard "\"\\/bfnrt".utf8.contains(sign) else { throw problem }
            offset += 2
            return
        }
        guard offset + 6 <= bytes.count, Self.unit(bytes, at: offset + 2) != nil else { throw problem }
        offset += 6
    }

    private mutating func word(_ word: StaticString) throws(JSONProblem) {
        let isHere = word.withUTF8Buffer { bytes[offset...].starts(with: $0) }
        guard isHere else { throw problem }
        offset += word.utf8CodeUnitCount
    }

    private mutating func number() throws(JSONProblem) {
        _ = takeOne(of: "-")
        if !takeOne(of: "0") { try digits() }
        if takeOne(of: ".") { try digits() }
        if takeOne(of: "eE") {
            _ = takeOne(of: "+-")
            try digits()
        }
    }

    private mutating func takeOne(of signs: StaticString) -> Bool {
        guard offset < bytes.count, signs.withUTF8Buffer({ $0.contains(bytes[offset]) }) else { return false }
        offset += 1
        return true
    }

    private mutating func digits() throws(JSONProblem) {
        let start = offset
        while offset < bytes.count, bytes[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
        guard offset > start else { throw problem }
    }

    // MARK: Texts

    /// A text that was passed, with its escapes resolved; half of a surrogate pair becomes U+FFFD.
    func unescaped(_ range: Range<Int>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var units: [UInt16] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u"),
                let unit = Self.unit(bytes, at: index + 2)
            {
                units.append(unit)
                index += 6
                continue
            }
            if !units.isEmpty {
                text += String(decoding: units, as: UTF16.self).utf8
                units = []
            }
            let isEscape = bytes[index] == UInt8(ascii: "\\")
            text.append(isEscape ? Self.plain(bytes[index + 1]) : bytes[index])
            index += isEscape ? 2 : 1
        }
        return text + String(decoding: units, as: UTF16.self).utf8
    }

    private static func unit(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt16? {
        let digits = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
        return digits.allSatisfy(\.isHexDigit) ? UInt16(digits, radix: 16) : nil
    }

    private static func plain(_ sign: UInt8) -> UInt8 {
        switch sign {
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "f"): 12
        default: sign
        }
    }
}

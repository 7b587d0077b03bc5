/// Finds one value in a JSON text (RFC 8259) without building the others: no allocation, no recursion past a limit.
package struct JSONScanner {
    enum Value: Equatable {
        /// A number without a fraction that a sale can calculate with.
        case integer(Int)
        case otherNumber
        /// The range between the quotation marks, with escapes as they were written.
        case text(Range<Int>, hasEscapes: Bool)
        case boolean(Bool)
        case null
        case array
        case object
    }

    private static var depthLimit: Int { 64 }

    let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    // MARK: Walking

    /// The value that the text itself is; nil where it starts as none.
    mutating func root() -> Value? {
        index = 0
        skipBlanks()
        return peek()
    }

    /// Goes into the object at hand, to the value of a field; false where there is none.
    mutating func enter(field name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        while true {
            skipBlanks()
            guard case .text(let range, let hasEscapes)? = peek(), skipValue(depth: 0) else { return false }
            guard take(UInt8(ascii: ":")) else { return false }
            skipBlanks()
            if text(range, hasEscapes: hasEscapes, equals: name) { return true }
            guard skipValue(depth: 0), take(UInt8(ascii: ",")) else { return false }
        }
    }

    /// Goes into the array at hand, to the element at `position`; false where there is none.
    mutating func enter(element position: Int) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        for _ in 0..<position {
            guard skipValue(depth: 0), take(UInt8(ascii: ",")) else { return false }
        }
        skipBlanks()
        return peek() != nil
    }

    /// The value at hand, without going past it.
    func peek() -> Value? {
        guard index < bytes.count else { return nil }
        switch bytes[index] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "t"): return word("true") ? .boolean(true) : nil
        case UInt8(ascii: "f"): return word("false") ? .boolean(false) : nil
        case UInt8(ascii: "n"): return word("null") ? .null : nil
        case UInt8(ascii: "\""):
            guard let (end, hasEscapes) = endOfText() else { return nil }
            return .text(index + 1..<end, hasEscapes: hasEscapes)
        default: return number()
        }
    }

    // MARK: Texts

    /// Whether a text of ``Value/text(_:hasEscapes:)`` is `other`.
    func text(_ range: Range<Int>, hasEscapes: Bool, equals other: UnsafeBufferPointer<UInt8>) -> Bool {
        let written = UnsafeBufferPointer(rebasing: bytes[range])
        return hasEscapes ? Self.unescaped(written).elementsEqual(other) : written.elementsEqual(other)
    }

    /// A text with its escapes resolved; half of a surrogate pair becomes U+FFFD.
    static func unescaped(_ written: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var units: [UInt16] = []
        func flush() {
            text += String(decoding: units, as: UTF16.self).utf8
            units = []
        }
        var index = 0
        while index < written.count {
            guard written[index] == UInt8(ascii: "\\"), index + 1 < written.count else {
                if !units.isEmpty { flush() }
                text.append(written[index])
                index += 1
                continue
            }
            let sign = written[index + 1]
            if sign == UInt8(ascii: "u"), index + 6 <= written.count,
                case let digits = String(decoding: written[index + 2..<index + 6], as: UTF8.self),
                digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16)
            {
                units.append(unit)
                index += 6
                continue
            }
            if !units.isEmpty { flush() }
            text.append(plain(sign))
            index += 2
        }
        if !units.isEmpty { flush() }
        return text
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

    // MARK: Small steps

    private mutating func skipBlanks() {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    }

    private mutating func take(_ sign: UInt8) -> Bool {
        skipBlanks()
        guard index < bytes.count, bytes[index] == sign else { return false }
        index += 1
        return true
    }

    private func word(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { bytes[index...].starts(with: $0) && endsValue(index + $0.count) }
    }

    /// Whether a number or a word may end before `position`.
    private func endsValue(_ position: Int) -> Bool {
        guard position < bytes.count else { return true }
        switch bytes[position] {
        case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): return true
        default: return false
        }
    }

    /// The quotation mark that ends the text at hand.
    private func endOfText() -> (end: Int, hasEscapes: Bool)? {
        var end = index + 1
        var hasEscapes = false
        while end < bytes.count {
            switch bytes[end] {
            case UInt8(ascii: "\""): return (end, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                end += 2
            default: end += 1
            }
        }
        return nil
    }

    private func number() -> Value? {
        guard let end = endOfNumber() else { return nil }
        let written = bytes[index..<end]
        if let integer = Reply.integer(written) { return .integer(integer) }
        guard let number = Double(String(decoding: written, as: UTF8.self)) else { return nil }
        let isWhole = number.rounded() == number && number.magnitude <= Double(Reply.largestNumber)
        return isWhole ? .integer(Int(number)) : .otherNumber
    }

    /// RFC 8259, section 6; nil where no number stands.
    private func endOfNumber() -> Int? {
        var end = index
        func sign(_ signs: StaticString) -> Bool {
            guard end < bytes.count, signs.withUTF8Buffer({ $0.contains(bytes[end]) }) else { return false }
            end += 1
            return true
        }
        func digits() -> Bool {
            let start = end
            while end < bytes.count, bytes[end] >= UInt8(ascii: "0"), bytes[end] <= UInt8(ascii: "9") { end += 1 }
            return end > start
        }
        _ = sign("-")
        guard sign("0") || digits() else { return nil }
        if sign("."), !digits() { return nil }
        if sign("eE") {
            _ = sign("+-")
            guard digits() else { return nil }
        }
        return endsValue(end) ? end : nil
    }

    /// Goes past the value at hand; false where there is none or it is nested too deep.
    private mutating func skipValue(depth: Int) -> Bool {
        skipBlanks()
        guard depth < Self.depthLimit, let value = peek() else { return false }
        switch value {
        case .object: return skip(to: UInt8(ascii: "}"), depth: depth, isObject: true)
        case .array: return skip(to: UInt8(ascii: "]"), depth: depth, isObject: false)
        case .text(let range, _): index = range.upperBound + 1
        case .boolean(let value): index += value ? 4 : 5
        case .null: index += 4
        case .integer, .otherNumber: while !endsValue(index) { index += 1 }
        }
        return true
    }

    private mutating func skip(to end: UInt8, depth: Int, isObject: Bool) -> Bool {
        index += 1
        if take(end) { return true }
        repeat {
            if isObject {
                skipBlanks()
                guard index < bytes.count, bytes[index] == UInt8(ascii: "\""), skipValue(depth: depth + 1),
                    take(UInt8(ascii: ":"))
                else { return false }
            }
            guard skipValue(depth: depth + 1) else { return false }
        } while take(UInt8(ascii: ","))
        return take(end)
    }
}

extension JSONScanner {
    /// The value at the end of a path of names, for texts that are read once; nil where there is none.
    package static func value(in text: String, at path: [JSONStep]) -> (integer: Int?, text: String?)? {
        var copy = text
        return copy.withUTF8 { bytes in
            var scanner = JSONScanner(bytes)
            guard scanner.root() != nil else { return nil }
            for step in path {
                switch step {
                case .element(let position): guard scanner.enter(element: position) else { return nil }
                case .field(let name):
                    var name = name
                    let found = name.withUTF8 { scanner.enter(field: $0) }
                    guard found else { return nil }
                }
            }
            switch scanner.peek() {
            case .integer(let number): return (number, nil)
            case .text(let range, _):
                let written = unescaped(UnsafeBufferPointer(rebasing: bytes[range]))
                return (Reply.integer(written), String(decoding: written, as: UTF8.self))
            default: return nil
            }
        }
    }
}

extension JSONScanner {
    /// What the answer of a program must be: one object and nothing else, with a whole number in the field `id`.
    ///
    /// - Returns: the number; nil for everything else.
    package static func id(ofObject bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var scanner = JSONScanner(bytes)
        guard scanner.root() == .object else { return nil }
        var whole = scanner
        guard whole.skipValue(depth: 0) else { return nil }
        whole.skipBlanks()
        guard whole.index == bytes.count, scanner.enter(field: idField), case .integer(let number)? = scanner.peek()
        else { return nil }
        return number
    }

    /// Lives as long as the program.
    nonisolated(unsafe) private static let idField: UnsafeBufferPointer<UInt8> = {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2)
        _ = memory.initialize(from: "id".utf8)
        return UnsafeBufferPointer(memory)
    }()
}

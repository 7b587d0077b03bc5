/// How text that comes from elsewhere stands in a request, so that it never becomes a part of its form.
package enum TextEncoding: UInt8, Equatable, BitwiseCopyable {
    /// As it is: the body of a request.
    case none
    /// In a path or a form: what is not unreserved goes as `%XX` (RFC 3986, 2.1).
    case percent
    /// In a header: line ends and other control characters go as `%XX`.
    case header
    /// An argument of a program, which ends at a NUL: none is handed on.
    case argument
    /// Inside of a JSON text (RFC 8259, 7).
    case json

    package func encode(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .none: bytes
        case .percent: Self.percent(bytes) { !Self.isUnreserved($0) }
        case .header: Self.percent(bytes) { $0 < 32 || $0 == 127 }
        case .argument: bytes.filter { $0 != 0 }
        case .json: bytes.flatMap(Self.json)
        }
    }

    private static func percent(_ bytes: [UInt8], where mustBeEncoded: (UInt8) -> Bool) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return bytes.flatMap { byte in
            mustBeEncoded(byte)
                ? [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]] : [byte]
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func json(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
        case 0..<32: Array("\\u00".utf8) + [hex(byte >> 4), hex(byte & 15)]
        default: [byte]
        }
    }

    private static func hex(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}

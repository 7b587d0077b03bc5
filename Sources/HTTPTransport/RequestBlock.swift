/// A request as a machine writes it: `POST /buy`, header lines and an empty line, each ended by CR LF, then the body.
///
/// The machine lets no value bring a line end into its head.
struct RequestBlock {
    var method: Range<Int>
    var target: Range<Int>
    /// All header lines, the last with its line end.
    var headers: Range<Int>
    var body: Range<Int>

    private static var carriageReturn: UInt8 { 13 }

    /// - Returns: nil for what is no request.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let space = bytes.firstIndex(of: UInt8(ascii: " ")),
            let lineEnd = bytes[space...].firstIndex(of: Self.carriageReturn)
        else { return nil }
        method = 0..<space
        target = space + 1..<lineEnd
        let start = lineEnd + 2
        var line = start
        while line < bytes.count, bytes[line] != Self.carriageReturn {
            guard let end = bytes[line...].firstIndex(of: Self.carriageReturn) else { return nil }
            line = end + 2
        }
        guard line + 2 <= bytes.count else { return nil }
        headers = start..<line
        body = line + 2..<bytes.count
    }
}

/// A header line of a request, without its end.
struct RequestField {
    private let bytes: Substring.UTF8View

    init(_ line: Substring) { bytes = line.utf8 }

    /// - Parameter name: in small letters.
    /// - Returns: what it says; nil where it has another name.
    func value(of name: String) -> Substring.UTF8View? {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), Self.are(bytes[..<colon], name) else { return nil }
        return bytes[colon...].dropFirst()
    }

    /// Whether the connection is to be closed after this request (RFC 9112, 9.6).
    var asksToClose: Bool {
        let options = value(of: "connection")?.split { $0 == UInt8(ascii: ",") || $0 == 32 || $0 == 9 }
        return options?.contains { Self.are($0, "close") } == true
    }

    private static func are(_ bytes: Substring.UTF8View, _ word: String) -> Bool {
        bytes.elementsEqual(word.utf8) { $0 | 0x20 == $1 }
    }
}

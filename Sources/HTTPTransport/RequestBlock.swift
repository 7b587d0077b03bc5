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

import Proxy
import Testing

struct CommandFramerTests {
    /// What a framer makes of bytes that come in two pieces, or byte by byte.
    private static func outcomes(_ pieces: [ArraySlice<UInt8>]) -> [String] {
        var framer = CommandFramer()
        var found: [String] = []
        for piece in pieces {
            var rest = piece
            while !rest.isEmpty {
                let before = framer.length
                let outcome = rest.withUnsafeBytes { framer.advance($0) }
                rest = rest.dropFirst(framer.length - before)
                switch outcome {
                case .incomplete: break
                case .complete: found.append("\(framer.length):\(framer.argumentCount)")
                case .empty: found.append("\(framer.length):none")
                case .broken: return found + ["broken"]
                }
                if outcome != .incomplete { framer.next() }
            }
        }
        return found
    }

    @Test(
        "commands end where they end, whatever pieces they come in",
        arguments: [
            ("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", ["20:2"]),
            ("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n", ["14:1", "14:1"]),
            ("PING\r\nGET  k\nQUIT\r\n", ["6:1", "7:2", "6:1"]),
            ("\r\n*0\r\n*-1\r\nPING\r\n", ["2:none", "4:none", "5:none", "6:1"]),
            ("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\n\r\n\r\n\r\n", ["29:3"]),
            ("*1\r\n+PING\r\n", ["broken"]), ("*x\r\n", ["broken"]), ("*1\r\n$-1\r\n", ["broken"]),
            ("\u{16}\u{3}\u{1}", ["broken"]), ("*99999999999999999\r\n", ["broken"]),
            ("*1\r\n$99999999999999999999\r\n", ["broken"]), ("PING\r\n\u{7f}", ["6:1", "broken"]),
        ] as [(String, [String])])
    func splits(_ text: String, _ wanted: [String]) {
        let bytes = Array(text.utf8)
        #expect(Self.outcomes([bytes[...]]) == wanted)
        #expect(Self.outcomes(bytes.indices.map { bytes[$0...$0] }) == wanted)
        for place in bytes.indices { #expect(Self.outcomes([bytes[..<place], bytes[place...]]) == wanted, "\(place)") }
    }

    @Test("a line without an end is refused at last")
    func longLine() {
        #expect(Self.outcomes([[UInt8](repeating: UInt8(ascii: "a"), count: 70_000)[...]]) == ["broken"])
    }
}

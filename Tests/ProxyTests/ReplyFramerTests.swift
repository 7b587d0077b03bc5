import Proxy
import Testing

struct ReplyFramerTests {
    private static func outcomes(_ pieces: [ArraySlice<UInt8>]) -> [String] {
        var framer = ReplyFramer()
        var found: [String] = []
        for piece in pieces {
            var rest = piece
            while true {
                let (used, event) = rest.withUnsafeBytes { framer.advance($0) }
                rest = rest.dropFirst(used)
                switch event {
                case .more: break
                case .header:
                    let kind = String(UnicodeScalar(framer.kind))
                    found.append(framer.isNull ? "\(kind)nil" : "\(kind)\(framer.value)")
                case .end: found.append("end")
                case .broken: return found + ["broken"]
                }
                if event == .more { break }
            }
        }
        return found
    }

    @Test(
        "replies end where they end, whatever pieces they come in",
        arguments: [
            ("+OK\r\n-ERR no\r\n:-12\r\n", ["+0", "end", "-0", "end", ":-12", "end"]),
            ("$3\r\nabc\r\n$0\r\n\r\n$-1\r\n", ["$3", "end", "$0", "end", "$nil", "end"]),
            ("*2\r\n:1\r\n*2\r\n$1\r\na\r\n*-1\r\n:5\r\n", ["*2", "end", ":5", "end"]),
            ("*0\r\n*-1\r\n_\r\n", ["*0", "end", "*nil", "end", "_nil", "end"]),
            ("%1\r\n+a\r\n~2\r\n#t\r\n,1.5\r\n(123\r\n", ["%1", "end", "(123", "end"]),
            ("!5\r\nERR x\r\n=7\r\ntxt:abc\r\n", ["!5", "end", "=7", "end"]),
            (">2\r\n$7\r\nmessage\r\n$1\r\nx\r\n+OK\r\n", [">2", "end", "+0", "end"]),
            ("|1\r\n+ttl\r\n*2\r\n:1\r\n:2\r\n*1\r\n|1\r\n+a\r\n+b\r\n:7\r\n:8\r\n", ["*1", "end", ":8", "end"]),
            ("$?\r\n", ["broken"]), ("HTTP/1.1 400\r\n", ["broken"]), ("*1x\r\n", ["broken"]),
        ] as [(String, [String])])
    func splits(_ text: String, _ wanted: [String]) {
        let bytes = Array(text.utf8)
        #expect(Self.outcomes([bytes[...]]) == wanted)
        #expect(Self.outcomes(bytes.indices.map { bytes[$0...$0] }) == wanted)
        for place in bytes.indices { #expect(Self.outcomes([bytes[..<place], bytes[place...]]) == wanted, "\(place)") }
    }
}

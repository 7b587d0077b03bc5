/// The password of one private server, drawn for it alone: whoever does not know it is not served, and a server that does
/// not know it is not ours.
struct RunPassword: Equatable, CustomStringConvertible, CustomReflectable {
    /// 64 hexadecimal digits, which redis.conf takes without quotes.
    let text: String

    /// Draws one, 256 bits from the system's generator.
    init() {
        var generator = SystemRandomNumberGenerator()
        text = (0..<4).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Nil if `text` is none that ``init()`` draws.
    init?(_ text: String) {
        let isHexadecimal = text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
        guard text.utf8.count == 64, isHexadecimal else { return nil }
        self.text = text
    }

    var description: String { "(password)" }
    /// Without it `dump` and the test library's messages would walk into the text.
    var customMirror: Mirror { Mirror(self, children: []) }
}

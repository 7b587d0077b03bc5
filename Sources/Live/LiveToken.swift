/// 128 random bits that only whoever reads the run's standard error knows.
package struct LiveToken: Sendable {
    /// 32 hexadecimal digits.
    package let text: String

    /// A new one, from the system's generator for secrets.
    package init() {
        var generator = SystemRandomNumberGenerator()
        text = (0..<16).map { _ in
            let byte = UInt8.random(in: 0...255, using: &generator)
            return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    /// Whether somebody knows it. It takes as long for any guess of its length, so that time tells nothing about how much of one
    /// is right.
    package func isKnown(to guess: some StringProtocol) -> Bool {
        let own = Array(text.utf8)
        let other = Array(guess.utf8)
        guard own.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in own.indices { difference |= own[index] ^ other[index] }
        return difference == 0
    }
}

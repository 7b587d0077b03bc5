/// What somebody says, so that two who say the same but for their own names can be told to do so.
///
/// Numbers that name a buyer (their own, their attempt's) are taken out, and compared by whose they are.
package struct Phrase: Sendable, Hashable {
    /// A digest of all but the names.
    private var rest: UInt64
    /// Whose name is next, and which of their names it is.
    private var mentions: [Mention] = []

    private struct Mention: Sendable, Hashable {
        var buyer: Int
        var kind: Int
    }

    /// - Parameters:
    ///   - words: what is said.
    ///   - names: for each buyer, the numbers that stand for them, as text. A number is found where no digit is beside it.
    package init(_ words: [[UInt8]], names: [[[UInt8]]] = []) {
        var digest = Digest()
        var mentions: [Mention] = []
        for word in words {
            digest.add(UInt64(word.count))
            // Digits in the hash of a script name nobody.
            guard !Self.isHash(word) else {
                digest.add(word)
                continue
            }
            var place = 0
            while place < word.count {
                let isDigit = Self.isDigit(word[place])
                var end = place
                while end < word.count, Self.isDigit(word[end]) == isDigit { end += 1 }
                let piece = word[place..<end]
                if isDigit, let mention = Self.mention(piece, names) {
                    mentions.append(mention)
                    digest.add(UInt64.max)
                } else {
                    digest.add(piece)
                }
                place = end
            }
        }
        rest = digest.value
        self.mentions = mentions
    }

    /// What is the same for everybody.
    package init(_ number: UInt64) { rest = number }

    /// Whether it is a SHA-1 in hexadecimal digits, as EVALSHA has it.
    private static func isHash(_ word: [UInt8]) -> Bool {
        word.count == 40
            && word.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func mention(_ piece: ArraySlice<UInt8>, _ names: [[[UInt8]]]) -> Mention? {
        for (buyer, own) in names.enumerated() {
            if let kind = own.firstIndex(where: { $0[...] == piece }) { return Mention(buyer: buyer, kind: kind) }
        }
        return nil
    }

    /// A digest, where each buyer is called what `naming` says.
    func digest(_ naming: [Int]) -> UInt64 {
        guard !mentions.isEmpty else { return rest }
        var digest = Digest()
        digest.add(rest)
        for mention in mentions {
            digest.add(UInt64(naming[mention.buyer]))
            digest.add(UInt64(mention.kind))
        }
        return digest.value
    }
}

/// What a program draws anew in each execution, such as the token of a lock or the time: named by whose it is and by the order in which
/// it came, so that one execution can be told to go as another one went.
///
/// Within an execution the same text always has the same name, and another one another name, so that nothing that programs compare for
/// being equal is lost. Numbers of 9 digits and more, UUIDs, and long mixtures of letters and digits are taken to be drawn.
struct DrawnNames {
    private var names: [ArraySlice<UInt8>: [UInt8]] = [:]
    private var counts: [Int: Int] = [:]

    init() {}

    /// The text with names in the place of what was drawn.
    ///
    /// - Parameters:
    ///   - buyer: who said it.
    ///   - sign: what stands for the buyer.
    mutating func named(_ text: [UInt8], saidBy buyer: Int, _ sign: [UInt8]) -> [UInt8] {
        guard text.count >= 9 else { return text }
        var named: [UInt8] = []
        var place = 0
        while place < text.count {
            var end = place
            let isWord = Self.isOfWord(text[place])
            while end < text.count, Self.isOfWord(text[end]) == isWord { end += 1 }
            let piece = text[place..<end]
            named += isWord && Self.isDrawn(piece) ? name(of: piece, saidBy: buyer, sign) : Array(piece)
            place = end
        }
        return named
    }

    private mutating func name(of piece: ArraySlice<UInt8>, saidBy buyer: Int, _ sign: [UInt8]) -> [UInt8] {
        if let name = names[piece] { return name }
        let count = counts[buyer, default: 0]
        counts[buyer] = count + 1
        // Letters stand around the number, so that it is found to be the buyer's.
        let name = Array("drawn-".utf8) + sign + Array("-\(Self.letters(count))".utf8)
        names[piece] = name
        return name
    }

    /// In letters, so that it is nobody's number.
    private static func letters(_ count: Int) -> String {
        String(count).map { String(UnicodeScalar(UInt8(ascii: "a") + UInt8($0.wholeNumberValue ?? 0))) }.joined()
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) }

    static func isDrawn(_ piece: ArraySlice<UInt8>) -> Bool {
        guard piece.count >= 9 else { return false }
        var digits = 0
        var run = 0
        var longest = 0
        var changes = 0
        for index in piece.indices {
            let isDigit = isDigit(piece[index])
            run = isDigit ? run + 1 : 0
            digits += isDigit ? 1 : 0
            longest = max(longest, run)
            if index > piece.startIndex, Self.isDigit(piece[index - 1]) != isDigit { changes += 1 }
        }
        return longest >= 9 || (piece.count >= 16 && digits >= 3 && changes >= 3)
    }
}

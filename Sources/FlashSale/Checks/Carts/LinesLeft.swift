/// What was told to be left of the item of each line of a cart, in the order of its lines: `7,12,0`. A line that nobody told
/// anything of is empty.
package enum LinesLeft {
    private static var comma: UInt8 { UInt8(ascii: ",") }
    private static var minus: UInt8 { UInt8(ascii: "-") }

    package static func text(_ left: [Int?]) -> String {
        left.map { $0.map(String.init) ?? "" }.joined(separator: ",")
    }

    /// Reads such a text.
    ///
    /// - Parameters:
    ///   - left: receives what was left, in memory for `lines` of them; whatever is there where the text is none.
    ///   - lines: of the cart.
    /// - Returns: whether it is such a text of so many lines.
    static func read(_ text: some Sequence<UInt8>, into left: UnsafeMutablePointer<Int?>, lines: Int) -> Bool {
        var line = 0
        var number: Int?
        var isNegative = false
        func told() -> Int? { isNegative ? number.map { -$0 } : number }
        for byte in text {
            if byte == comma {
                guard line < lines - 1, number != nil || !isNegative else { return false }
                left[line] = told()
                line += 1
                (number, isNegative) = (nil, false)
            } else if byte == minus, number == nil, !isNegative {
                isNegative = true
            } else {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), number ?? 0 < 1 << 56 else {
                    return false
                }
                number = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        guard line == lines - 1, number != nil || !isNegative else { return false }
        left[line] = told()
        return true
    }
}

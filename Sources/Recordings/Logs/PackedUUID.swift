/// A UUID as most programs write it, in lower case with four hyphens, in 16 bytes instead of 36.
struct PackedUUID: Equatable {
    /// Bytes of its text.
    static let textLength = 36

    /// The digits from the first on, two a byte; the first pair is the lowest byte.
    let first: UInt64
    let second: UInt64

    init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    /// Nil where the cell is anything else, so that ``text`` is always what the cell says.
    @inline(__always)
    init?(_ cell: UnsafeRawBufferPointer) {
        guard cell.count == Self.textLength, let start = cell.baseAddress else { return nil }
        func eight(_ place: Int) -> UInt64 {
            UInt64(littleEndian: (start + place).loadUnaligned(as: UInt64.self))
        }
        func four(_ place: Int) -> UInt64 {
            UInt64(UInt32(littleEndian: (start + place).loadUnaligned(as: UInt32.self)))
        }
        let hyphen = UInt8(ascii: "-")
        guard cell[8] == hyphen, cell[13] == hyphen, cell[18] == hyphen, cell[23] == hyphen,
            let a = Self.packed(eight(0)), let b = Self.packed(four(9) | four(14) << 32),
            let c = Self.packed(four(19) | four(24) << 32), let d = Self.packed(eight(28))
        else { return nil }
        first = a | b << 32
        second = c | d << 32
    }

    /// Eight digits at once; nil where one of them is none.
    @inline(__always)
    private static func packed(_ digits: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // Letters have the bit 0x40, and their values start at 10 where their low halves start at 1.
        let values = digits & (0x0F * ones) &+ ((digits >> 6) & ones) &* 9
        guard values & (0xF0 * ones) == 0, text(values) == digits else { return nil }
        let pairs = (values << 4 | values >> 8) & 0x00FF_00FF_00FF_00FF
        let fours = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF
        return (fours | fours >> 16) & 0xFFFF_FFFF
    }

    /// What eight values of hexadecimal digits are written as, at once.
    @inline(__always)
    private static func text(_ values: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let areLetters = ((values &+ 6 &* ones) >> 4) & ones
        return values &+ 0x30 &* ones &+ areLetters &* 0x27
    }

    var text: String {
        var text = ""
        for (index, half) in [first, second].enumerated() {
            for byte in 0..<8 {
                if [4, 6, 8, 10].contains(index * 8 + byte) { text += "-" }
                let pair = UInt8(truncatingIfNeeded: half >> UInt64(8 * byte))
                text += String(pair >> 4, radix: 16) + String(pair & 0xF, radix: 16)
            }
        }
        return text
    }
}

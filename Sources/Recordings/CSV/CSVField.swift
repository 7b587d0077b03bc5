/// How the cells of one column of a file are read: what of a ``CSVColumn`` is needed for each row, without its text.
struct CSVField: Sendable {
    enum Kind: UInt8, Sendable {
        case ignored
        case number
        case word
    }

    var kind = Kind.ignored
    /// Where the value goes in a ``CSVRow``: the column's index among those that the reader knows.
    var slot = 0
    var mayBeEmpty = true
    var isSigned = false
    var smallest: UInt64 = 0
    /// The largest magnitude, below 2^63.
    var largest: UInt64 = 0

    /// A column that nobody asks for.
    init() {}

    init(_ column: CSVColumn, slot: Int) {
        self.slot = slot
        mayBeEmpty = column.mayBeEmpty
        switch column.content {
        case .natural(let range):
            kind = .number
            smallest = UInt64(range.lowerBound)
            largest = UInt64(range.upperBound)
        case .signed(let magnitude):
            kind = .number
            isSigned = true
            largest = UInt64(magnitude)
        case .word: kind = .word
        }
    }
}

/// The values of one row, by the slots of their columns.
struct CSVRow: Sendable {
    /// Columns that a reader can know.
    static let slots = 16

    private var values = InlineArray<16, Int64>(repeating: 0)
    /// A bit for each slot that has a value.
    private var present: UInt32 = 0

    mutating func clear() { present = 0 }

    @inline(__always)
    mutating func set(_ slot: Int, _ value: Int64) {
        values[slot] = value
        present |= 1 << UInt32(truncatingIfNeeded: slot)
    }

    /// The value, or nil where the cell is empty or the file has no such column.
    @inline(__always)
    subscript(slot: Int) -> Int64? { present & 1 << UInt32(truncatingIfNeeded: slot) == 0 ? nil : values[slot] }
}

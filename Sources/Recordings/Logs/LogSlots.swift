/// The cells that may tell a field, of which the first that is not empty does.
///
/// Nearly always that is one, and a row is read without a look at the others.
struct LogSlots: Sendable {
    private let first: Int
    private let others: [Int]
    private let hasOthers: Bool

    init(_ slots: [Int]) {
        first = slots.first ?? -1
        others = Array(slots.dropFirst())
        hasOthers = slots.count > 1
    }

    /// Whether no column tells the field.
    var isEmpty: Bool { first < 0 }

    /// Nil where all are empty.
    @inline(__always)
    func cell(_ cells: borrowing LogCells) -> UnsafeRawBufferPointer? {
        guard first >= 0 else { return nil }
        let cell = cells[first]
        if cell.count > 0 { return cell }
        return hasOthers ? other(cells) : nil
    }

    @inline(never)
    private func other(_ cells: borrowing LogCells) -> UnsafeRawBufferPointer? {
        for slot in others where !cells[slot].isEmpty { return cells[slot] }
        return nil
    }
}

internal import FlashSale

/// The cells of a column of goods, row by row.
package struct GoodsCells: Sendable {
    /// The most items that one history may have; more speak for another column.
    package static let limit = 10_000

    /// Each item's name once, in the order of the rows.
    package private(set) var names: [String] = []
    /// Of each row the index of its item; empty where these are not kept.
    package private(set) var rows: [UInt32] = []
    /// Whether all that is told is kept; otherwise only whether cells differ.
    var areKept = false
    private(set) var differ = false

    private var written: [[UInt8]] = []
    private var indices: [Int: [UInt32]] = [:]
    private var last: UInt32?

    package init() {}

    /// Takes the cell of the next row.
    ///
    /// - Parameter cell: where it is in the piece, with its quotes.
    /// - Throws: ``CSVDamage`` for an empty cell, and for too many items.
    mutating func take(
        _ piece: UnsafeRawBufferPointer, _ cell: Range<Int>, line: Int, column: String
    ) throws(CSVDamage) {
        if differ, !areKept { return }
        let bytes = piece[cell]
        let isQuoted = bytes.count >= 2 && bytes.first == CSVSyntax.quote
        let inner = UnsafeRawBufferPointer(rebasing: isQuoted ? bytes.dropFirst().dropLast() : bytes)
        guard areKept else {
            if let first = written.first { differ = !first.elementsEqual(inner) } else { written = [Array(inner)] }
            return
        }
        guard !inner.isEmpty else {
            throw CSVDamage(
                line: line, column: column,
                "wanted the name of the item that this row is about, found an empty cell; complete it")
        }
        let index = index(of: inner, isQuoted: isQuoted)
        guard names.count <= Self.limit else {
            throw CSVDamage(
                line: line, column: column,
                "wanted at most \(Self.limit.grouped) items, found one more; does this column separate goods?")
        }
        rows.append(index)
    }

    private mutating func index(of bytes: UnsafeRawBufferPointer, isQuoted: Bool) -> UInt32 {
        // Rows of one item often follow each other.
        if let last, written[Int(last)].elementsEqual(bytes) { return last }
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        let hash = hasher.finalize()
        let known = indices[hash]?.first { written[Int($0)].elementsEqual(bytes) }
        let index = known ?? UInt32(names.count)
        if known == nil {
            written.append(Array(bytes))
            let text = UnitText.decoded(bytes)
            names.append(isQuoted ? text.replacing("\"\"", with: "\"") : text)
            indices[hash, default: []].append(index)
        }
        last = index
        return index
    }
}

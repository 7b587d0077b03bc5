internal import Strategies

/// What a store answered: rows of texts.
///
/// All texts lie in one buffer, because a million orders are nothing unusual.
package struct StoreTable: Sendable, Equatable {
    /// Bytes that the texts of one table may have: 1 GiB.
    static let byteLimit = 1 << 30
    /// Set in an end of `ends` whose cell is NULL.
    private static let nullMark: UInt32 = 1 << 31

    /// The names of the columns; empty where they have none.
    package let columns: [String]
    package let columnCount: Int
    private var text: [UInt8] = []
    /// Where each cell ends in `text`, row after row.
    private var ends: [UInt32] = []

    /// A table without rows. Cells are appended from left to right, row after row.
    package init(columns: [String] = [], columnCount: Int? = nil) {
        self.columns = columns
        self.columnCount = columnCount ?? columns.count
    }

    package var rowCount: Int { columnCount == 0 ? 0 : ends.count / columnCount }

    /// The text of a cell; nil for NULL.
    ///
    /// - Parameters:
    ///   - row: from 0, less than ``rowCount``.
    ///   - column: from 0, less than ``columnCount``.
    package func cell(_ row: Int, _ column: Int) -> ArraySlice<UInt8>? {
        precondition(column >= 0 && column < columnCount, "no such column")
        let index = row * columnCount + column
        let end = ends[index]
        guard end & Self.nullMark == 0 else { return nil }
        let start = index == 0 ? 0 : Int(ends[index - 1] & ~Self.nullMark)
        return text[start..<Int(end)]
    }

    /// The whole number that the answer is: exactly one cell, and in it such a number, perhaps with a fraction of zeros.
    package var number: Int? {
        guard rowCount == 1, columnCount == 1, let cell = cell(0, 0) else { return nil }
        return Self.number(cell)
    }

    /// The whole number that a text is; blanks around it mean nothing.
    package static func number(_ text: ArraySlice<UInt8>) -> Int? {
        let isBlank: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        var rest = text.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        if let point = rest.firstIndex(of: UInt8(ascii: ".")) {
            let fraction = rest[(point + 1)...]
            guard !fraction.isEmpty, fraction.allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
            rest = rest[..<point]
        }
        return Reply.integer(rest)
    }

    // MARK: Filling

    mutating func append(_ bytes: some Collection<UInt8>) {
        text.append(contentsOf: bytes)
        ends.append(UInt32(text.count))
    }

    mutating func appendNull() { ends.append(UInt32(text.count) | Self.nullMark) }

    /// Appends `bytes` to the cell that is being made; ``endCell()`` ends it.
    mutating func extend(_ bytes: some Collection<UInt8>) { text.append(contentsOf: bytes) }

    mutating func endCell() { ends.append(UInt32(text.count)) }
}

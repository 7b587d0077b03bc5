package import FlashSale

/// Reads the names of the units that were for sale, in pieces: a CSV file with the column `unit`, one name in a row.
package struct UnitsCSVReader: Sendable {
    private static let columns = [
        CSVColumn(name: "unit", content: .text, mayBeEmpty: false, advice: "give the name of a unit that was for sale")
    ]

    private var rows = CSVRows(columns: columns, needed: .all([0]))

    package init() {}

    /// Takes the names from a piece of the file.
    ///
    /// - Parameters:
    ///   - piece: what follows the bytes that were taken before; longer than a row unless the file is shorter.
    ///   - isLast: whether the file ends with these bytes.
    ///   - take: called for the names of each row.
    /// - Returns: how many bytes were taken: whole rows only, and all of them where `isLast`. The others have to come
    ///   again, at the start of the next piece.
    /// - Throws: ``CSVDamage`` for the first row that cannot be read; those before it were taken. Feed nothing more then.
    package mutating func feed(
        _ piece: UnsafeRawBufferPointer, isLast: Bool, take: (_ names: [String]) -> Void
    ) throws(CSVDamage) -> Int {
        var offset = 0
        while try rows.next(piece, at: &offset, isLast: isLast) {
            take(UnitText.names(in: rows.row.text(0, in: piece) ?? ""))
        }
        return offset
    }
}

/// Reads the names of the units that were for sale.
package enum UnitsFile {
    /// The names, in the order of the file; one that stands there twice is that of two units.
    ///
    /// - Throws: ``RunError`` if it cannot be read or is damaged.
    package static func read(_ path: String) throws(RunError) -> [String] {
        var reader = UnitsCSVReader()
        var names: [String] = []
        try FilePieces.each(of: path, size: 4 << 20) { piece, isLast throws(RunError) in
            do throws(CSVDamage) {
                return try reader.feed(piece, isLast: isLast) { names += $0 }
            } catch {
                throw RunError(.usage, "\(path), \(error)")
            }
        }
        return names
    }
}

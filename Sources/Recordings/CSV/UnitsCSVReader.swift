package import FlashSale

/// Reads the names of the units that were for sale: a CSV file with the column `unit`, one name in a row.
package enum UnitsFile {
    private static let columns = [
        CSVColumn(name: "unit", content: .text, mayBeEmpty: false, advice: "give the name of a unit that was for sale")
    ]

    /// The names, in the order of the file; one that stands there twice is that of two units.
    ///
    /// - Throws: ``RunError`` if it cannot be read or is damaged.
    package static func read(_ path: String) throws(RunError) -> [String] {
        var rows = CSVRows(columns: columns, needed: .all([0]))
        var names: [String] = []
        try FilePieces.each(of: path, size: 4 << 20) { piece, isLast throws(RunError) in
            var offset = 0
            do throws(CSVDamage) {
                while try rows.next(piece, at: &offset, isLast: isLast) {
                    names += UnitText.names(in: rows.row.text(0, in: piece) ?? "")
                }
            } catch {
                throw RunError(.usage, "\(path), \(error)")
            }
            return offset
        }
        return names
    }
}

internal import FlashSale

/// The first row of a file: which cell of a row is which column.
struct CSVHeader: Sendable {
    /// What the first line says, in its order.
    let names: [String]
    /// One for each cell of a row.
    let fields: [CSVField]
    /// A bit for each known column that the file has.
    let given: UInt32

    /// - Parameters:
    ///   - columns: the columns that the reader knows.
    ///   - needed: indices among `columns`, any or all of which a file needs.
    /// - Throws: ``CSVDamage`` if a needed column is missing or a known one is there twice.
    init(_ names: [String], columns: [CSVColumn], needed: CSVNeed) throws(CSVDamage) {
        var fields: [CSVField] = []
        var given: UInt32 = 0
        for (index, name) in names.enumerated() {
            guard let slot = columns.firstIndex(where: { $0.name == name }) else {
                fields.append(CSVField())
                continue
            }
            guard given & 1 << UInt32(slot) == 0 else {
                let first = names.firstIndex(of: name)! + 1
                throw CSVDamage(
                    line: 1, column: name,
                    "wanted each column once, found this one as the columns \(first) and \(index + 1); take one of them out"
                )
            }
            given |= 1 << UInt32(slot)
            fields.append(CSVField(columns[slot], slot: slot))
        }
        self.names = names
        self.fields = fields
        self.given = given
        let missing = needed.missing(given)
        guard missing.isEmpty else {
            throw Self.damage(names, missing: missing.map { columns[$0].name }, columns: columns, needed: needed)
        }
    }

    private static func damage(_ names: [String], missing: [String], columns: [CSVColumn], needed: CSVNeed) -> CSVDamage
    {
        let known = columns.map(\.name)
        let found = CSVExcerpt.quoted(names.prefix(CSVExcerpt.limit).joined(separator: ",").utf8)
        let start = "wanted a header with \(needed.inWords(known)), found \(found)"
        if let name = names.first {
            if names.count == 1, name.contains(where: { $0 == ";" || $0 == "\t" || $0 == "|" }) {
                return CSVDamage(line: 1, "\(start); separate the cells with commas")
            }
            if name.hasPrefix("{") || name.hasPrefix("[") {
                return CSVDamage(line: 1, "\(start), which seems to be JSON; export it as CSV")
            }
        }
        // Comparing takes time, which hundreds of columns or long names are not worth.
        let others = names.prefix(100).filter { !known.contains($0) && $0.utf8.count <= CSVExcerpt.limit }
        guard
            others.count < min(names.count, 100)
                || others.contains(where: { !NearestNames.of($0, among: known).isEmpty })
        else {
            return CSVDamage(line: 1, "\(start); put a line before the rows that names their columns")
        }
        let advice =
            NearestNames.of(missing[0], among: others).first
            .map { "rename the column \(CSVExcerpt.quoted($0.utf8)) if that is it" }
            ?? "add the column, or rename the one that holds it"
        return CSVDamage(line: 1, column: missing[0], "\(start); \(advice)")
    }
}

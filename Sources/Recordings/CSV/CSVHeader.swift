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

/// A column that a reader knows.
struct CSVColumn: Sendable {
    enum Content: Sendable {
        /// From 0 or 1 up.
        case natural(ClosedRange<Int64>)
        /// With a magnitude up to the number.
        case signed(Int64)
        /// One of these, of 16 bytes at most each.
        case word([String])
        /// Anything.
        case text
    }

    /// The largest id: up to it, every program that knows only doubles reads the same number.
    static let largestId: Int64 = 1 << 53

    var name: String
    var content: Content
    var mayBeEmpty: Bool
    /// How to mend a cell that is refused.
    var advice: String
    /// Whether nobody but this program writes it, so that nobody is told to.
    var isOurs = false

    /// What a cell of it has to be.
    var wanted: String {
        let content =
            switch content {
            case .natural(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .signed(let magnitude): "a whole number from -\(magnitude) to \(magnitude)"
            case .word(let words): "one of \(words.joined(separator: ", "))"
            case .text: "a text"
            }
        return mayBeEmpty ? "\(content), or nothing" : content
    }

    /// Why a cell of it is refused.
    ///
    /// - Parameter text: what the cell says.
    func refusal(of text: String) -> String {
        let found = text.isEmpty ? "an empty cell" : CSVExcerpt.quoted(text.utf8)
        var advice = advice
        // A long text is no typing error, and comparing takes time.
        if case .word(let words) = content, text.utf8.count <= CSVExcerpt.limit,
            let near = NearestNames.of(text, among: words).first
        {
            advice = "did you mean \(near)?"
        }
        return "wanted \(wanted), found \(found); \(advice)"
    }
}

/// Which columns a file cannot do without, as indices among those that its reader knows.
enum CSVNeed: Sendable {
    case all([Int])
    case any([Int])

    /// Those that a file lacks.
    ///
    /// - Parameter given: a bit for each column that it has.
    func missing(_ given: UInt32) -> [Int] {
        switch self {
        case .all(let columns): columns.filter { given & 1 << UInt32($0) == 0 }
        case .any(let columns): columns.contains { given & 1 << UInt32($0) != 0 } ? [] : columns
        }
    }

    /// "a, b and c", or "a, b or c".
    func inWords(_ names: [String]) -> String {
        let (columns, last) =
            switch self {
            case .all(let columns): (columns, "and")
            case .any(let columns): (columns, "or")
            }
        let wanted = columns.map { names[$0] }
        return "\(wanted.dropLast().joined(separator: ", ")) \(last) \(wanted[wanted.count - 1])"
    }
}

/// How the cells of one column of a file are read: what of a ``CSVColumn`` is needed for each row, without its text.
struct CSVField: Sendable {
    enum Kind: UInt8, Sendable {
        case ignored
        case number
        case word
        case text
        /// A text that is looked at as it stands, such as an item's name.
        case goods
    }

    var kind = Kind.ignored
    /// Where the value goes in a ``CSVRow``: the column's index among those that the reader knows.
    var slot = 0
    var mayBeEmpty = true
    var isSigned = false
    var smallest: UInt64 = 0
    /// The largest magnitude, below 2^63.
    var largest: UInt64 = 0

    /// A column that the reader does not know.
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
        case .text: kind = .text
        }
    }
}

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

    /// Keeps where the text of a cell is.
    @inline(__always)
    mutating func set(_ slot: Int, text: Range<Int>, isQuoted: Bool) {
        set(slot, Int64(text.lowerBound << 22 | text.count << 1 | (isQuoted ? 1 : 0)))
    }

    /// The text of a cell; nil where it is empty or the file has no such column.
    ///
    /// - Parameter file: the bytes from which the row was read.
    func text(_ slot: Int, in file: UnsafeRawBufferPointer) -> String? {
        guard let place = self[slot].map(Int.init) else { return nil }
        let start = place >> 22
        let cell = CSVSplitRow.Cell(range: start..<start + (place >> 1 & (1 << 21 - 1)), isQuoted: place & 1 == 1)
        return cell.text(in: file)
    }

    /// The value, or nil where the cell is empty or the file has no such column.
    @inline(__always)
    subscript(slot: Int) -> Int64? { present & 1 << UInt32(truncatingIfNeeded: slot) == 0 ? nil : values[slot] }
}

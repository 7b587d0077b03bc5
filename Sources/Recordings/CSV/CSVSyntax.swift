internal import FlashSale

/// The bytes that mean something in RFC 4180.
enum CSVSyntax {
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    /// Whether a cell without quotes ends before `byte`.
    @inline(__always)
    static func endsCell(_ byte: UInt8) -> Bool { byte == comma || byte == lineFeed || byte == carriageReturn }
}

/// One row of RFC 4180, split at its separators into cells, whatever these mean. It may be slow: it is for headers, and for rows
/// that ``CSVRows`` refused in its fast pass.
struct CSVSplitRow {
    enum Outcome {
        case whole(CSVSplitRow)
        /// The row's end is not here yet.
        case unfinished
        /// It is no row of RFC 4180. The cell is its index in the row; nil for the whole row.
        case damaged(cell: Int?, reason: String)
    }

    /// Bytes that a row may have, with its line end.
    static let limit = 1 << 20

    struct Cell {
        /// Without the quotes around it.
        var range: Range<Int>
        var isQuoted: Bool

        /// What it says.
        ///
        /// - Parameter file: the bytes in which it was found.
        func text(in file: UnsafeRawBufferPointer) -> String {
            let bytes = file[range]
            guard isQuoted else { return UnitText.decoded(bytes) }
            var text: [UInt8] = []
            var offset = bytes.startIndex
            while offset < bytes.endIndex {
                text.append(bytes[offset])
                // The second of two quotes is left out.
                offset += bytes[offset] == CSVSyntax.quote ? 2 : 1
            }
            return UnitText.decoded(text)
        }
    }

    private(set) var cells: [Cell] = []
    /// Where the next row starts.
    private(set) var end: Int
    private(set) var hasLineEnd = false

    /// Whether there is nothing before the line's end.
    var isEmptyLine: Bool { cells.count == 1 && cells[0].range.isEmpty && !cells[0].isQuoted }

    private init(start: Int) { end = start }

    /// Finds the cells of the row that starts at `start`. Bytes beyond the row, or beyond the limit, make no difference.
    ///
    /// - Parameter isLast: whether the file ends with these bytes.
    static func of(_ bytes: UnsafeRawBufferPointer, from start: Int, isLast: Bool) -> Outcome {
        let bound = min(bytes.count, start + limit)
        var splitRow = CSVSplitRow(start: start)
        var offset = start
        while true {
            if offset < bound, bytes[offset] == CSVSyntax.quote {
                guard let close = closingQuote(in: bytes[(offset + 1)..<bound]) else {
                    return splitRow.ended(at: bound, of: bytes.count, isLast: isLast, isQuoted: true)
                }
                splitRow.cells.append(Cell(range: offset + 1..<close, isQuoted: true))
                offset = close + 1
            } else {
                let cellEnd = bytes[offset..<bound].firstIndex(where: CSVSyntax.endsCell) ?? bound
                splitRow.cells.append(Cell(range: offset..<cellEnd, isQuoted: false))
                offset = cellEnd
            }
            guard offset < bound else { return splitRow.ended(at: bound, of: bytes.count, isLast: isLast) }
            switch bytes[offset] {
            case CSVSyntax.comma: offset += 1
            case CSVSyntax.lineFeed: return splitRow.ended(withLineEndTo: offset + 1)
            case CSVSyntax.carriageReturn:
                guard offset + 1 < bound else { return splitRow.ended(at: bound, of: bytes.count, isLast: isLast) }
                guard bytes[offset + 1] == CSVSyntax.lineFeed else {
                    return .damaged(
                        cell: splitRow.cells.count - 1,
                        reason:
                            "wanted LF or CR LF at the line's end, found a CR alone; convert the line ends, or quote "
                            + "the cell that holds it")
                }
                return splitRow.ended(withLineEndTo: offset + 2)
            default:
                return .damaged(
                    cell: splitRow.cells.count - 1,
                    reason: "wanted a comma or the line's end after the closing quote, found "
                        + "\(CSVExcerpt.quoted(CollectionOfOne(bytes[offset]))); write a quote within a quoted cell twice"
                )
            }
        }
    }

    /// The quote that closes a cell: the first that is not doubled.
    private static func closingQuote(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        var rest = bytes
        while let quote = rest.firstIndex(of: CSVSyntax.quote) {
            guard quote + 1 < bytes.endIndex, bytes[quote + 1] == CSVSyntax.quote else { return quote }
            rest = bytes[(quote + 2)...]
        }
        return nil
    }

    private consuming func ended(withLineEndTo end: Int) -> Outcome {
        self.end = end
        hasLineEnd = true
        return .whole(self)
    }

    /// There are no more bytes, or no more are allowed.
    private consuming func ended(at bound: Int, of count: Int, isLast: Bool, isQuoted: Bool = false) -> Outcome {
        guard bound == count else {
            return .damaged(
                cell: nil,
                reason:
                    "wanted a row of at most \(Self.limit) bytes, found no end of this one; it may hold a quote that is "
                    + "never closed")
        }
        guard isLast else { return .unfinished }
        guard !isQuoted else {
            return .damaged(
                cell: cells.count,
                reason:
                    "wanted a closing quote, found the end of the file; close the quote, or write the file again if "
                    + "it was cut off")
        }
        end = bound
        return .whole(self)
    }
}

internal import FlashSale

/// What is wrong with a CSV file, and where: enough to find the place in an editor and to mend it.
package struct CSVDamage: Error, Equatable, CustomStringConvertible {
    /// The line of the file in which the row starts, from 1.
    package var line: Int
    /// The column's name in the header, where one cell is at fault.
    package var column: String?
    /// A sentence without its full stop: what was wanted, what was found and what to do.
    package var reason: String

    package init(line: Int, column: String? = nil, _ reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }

    package var description: String { "line \(line)\(column.map { ", column \($0)" } ?? ""): \(reason)" }
}

/// Text from a file that anybody may have written, fit for one line of a terminal.
enum CSVExcerpt {
    /// Characters of the file that are shown.
    static let limit = 40

    /// The bytes in quotes, as ``FlashSale/ForeignText`` shows them.
    static func quoted(_ bytes: some Collection<UInt8>) -> String { "\"\(ForeignText.shown(bytes, limit: limit))\"" }
}

/// Files that somebody may give where CSV is wanted, known by their first bytes.
enum ForeignFormat {
    /// Bytes that are needed to tell.
    static let bytesNeeded = 8

    private static let formats: [(start: [UInt8], sentence: String)] = [
        (Array("STRSJRNL".utf8), "a journal of stress; give the folder of its run instead"),
        ([0x1F, 0x8B], "compressed with gzip; unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd; unpack it first"),
        (Array("PK\u{3}\u{4}".utf8), "a ZIP archive or a spreadsheet; export the table as CSV"),
        ([0xFF, 0xFE], "text in UTF-16; save it as UTF-8"),
        ([0xFE, 0xFF], "text in UTF-16; save it as UTF-8"),
    ]

    /// What a file that starts so seems to be and what to do, or nil where it may be CSV.
    static func sentence(_ bytes: some Sequence<UInt8>) -> String? {
        formats.first { bytes.starts(with: $0.start) }?.sentence
    }
}

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

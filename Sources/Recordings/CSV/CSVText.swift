/// The bytes that mean something in RFC 4180.
enum CSVByte {
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    /// Whether a cell without quotes ends before `byte`.
    @inline(__always)
    static func endsCell(_ byte: UInt8) -> Bool { byte == comma || byte == lineFeed || byte == carriageReturn }
}

/// Words of 16 bytes at most, to be found by their bytes.
struct CSVWords: Sendable {
    /// The bytes of each word as one number, the last byte lowest. No word begins with a NUL, so these differ.
    private var keys: [UInt128]

    /// - Parameter words: ASCII.
    init(_ words: [String]) {
        keys = words.map { word in
            precondition(1...16 ~= word.utf8.count, "a word of \(word.utf8.count) bytes")
            return word.utf8.reduce(0) { $0 << 8 | UInt128($1) }
        }
    }

    /// The index of the word with these bytes, or nil.
    ///
    /// - Parameter count: how many bytes there were.
    @inline(__always)
    func index(of key: UInt128, count: Int) -> Int? {
        // The bytes of a longer one do not all fit, and leading NULs do not show.
        guard count <= 16, key >> (8 * UInt128(truncatingIfNeeded: max(0, count - 1))) != 0 else { return nil }
        for index in keys.indices where keys[index] == key { return index }
        return nil
    }
}

/// Text from a file that anybody may have written, fit for one line of a terminal.
enum CSVExcerpt {
    /// Characters of the file that are shown.
    static let limit = 40

    /// The bytes in quotes, without what could move the cursor or hide text, and shortened.
    static func quoted(_ bytes: some Collection<UInt8>) -> String {
        // A character has four bytes at most. One more tells whether there are more.
        let scalars = String(decoding: bytes.prefix(4 * (limit + 1)), as: UTF8.self).unicodeScalars
        var text = "\""
        for scalar in scalars.prefix(limit) { text += escaped(scalar) }
        return text + (scalars.count > limit ? "…\"" : "\"")
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\"": return "\\\""
        case "\\": return "\\\\"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: return String(scalar)
        }
    }
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

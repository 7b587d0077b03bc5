/// A place in a file's bytes, and how to read a cell from there. It never goes back, and allocates nothing.
struct CSVCursor {
    /// What follows a cell.
    enum Delimiter {
        case comma
        /// A line's end or the file's, and it has been passed.
        case rowEnd
        /// Something else, or what is not here yet.
        case none
    }

    private let bytes: UnsafePointer<UInt8>
    private let end: Int
    /// Whether the file ends with these bytes.
    private let isLast: Bool
    private(set) var offset: Int
    /// Line feeds passed within quoted cells.
    private(set) var innerLines = 0

    /// - Parameter bytes: at least one byte.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int, isLast: Bool) {
        self.bytes = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        self.offset = offset
        self.isLast = isLast
        end = bytes.count
    }

    @inline(__always)
    private func isAt(_ byte: UInt8) -> Bool { offset < end && bytes[offset] == byte }

    /// Whether a quoted cell starts here.
    @inline(__always)
    var isAtQuote: Bool { isAt(CSVSyntax.quote) }

    /// Passes a quote that opens or closes a cell, and says whether there was one.
    @inline(__always)
    mutating func passQuote() -> Bool {
        guard isAt(CSVSyntax.quote) else { return false }
        offset &+= 1
        return true
    }

    /// Passes a cell of a column that the reader does not know.
    ///
    /// - Returns: false where its closing quote is not here.
    @inline(__always)
    mutating func passText() -> Bool {
        guard isAt(CSVSyntax.quote) else {
            while offset < end, !CSVSyntax.endsCell(bytes[offset]) { offset &+= 1 }
            return true
        }
        // A doubled quote closes the cell and opens it again.
        repeat {
            offset &+= 1
            while offset < end, bytes[offset] != CSVSyntax.quote {
                if bytes[offset] == CSVSyntax.lineFeed { innerLines &+= 1 }
                offset &+= 1
            }
            guard offset < end else { return false }
            offset &+= 1
        } while isAt(CSVSyntax.quote)
        return true
    }

    /// Reads decimal digits as far as they go.
    ///
    /// - Returns: the number, and how many digits it has; it is wrong from 20 digits on.
    @inline(__always)
    mutating func digits() -> (value: UInt64, count: Int) {
        let start = offset
        var value: UInt64 = 0
        while offset < end {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            value = value &* 10 &+ UInt64(digit)
            offset &+= 1
        }
        return (value, offset &- start)
    }

    /// Passes a minus, and says whether there was one.
    @inline(__always)
    mutating func passMinus() -> Bool {
        guard isAt(UInt8(ascii: "-")) else { return false }
        offset &+= 1
        return true
    }

    /// Reads what is before a delimiter or a quote.
    ///
    /// - Returns: its bytes as one number, for ``CSVWords``, and how many there are.
    @inline(__always)
    mutating func word() -> (key: UInt128, count: Int) {
        let start = offset
        var key: UInt128 = 0
        while offset < end {
            let byte = bytes[offset]
            guard !CSVSyntax.endsCell(byte), byte != CSVSyntax.quote else { break }
            key = key << 8 | UInt128(byte)
            offset &+= 1
        }
        return (key, offset &- start)
    }

    /// Passes what follows a cell.
    @inline(__always)
    mutating func delimiter() -> Delimiter {
        guard offset < end else { return isLast ? .rowEnd : .none }
        switch bytes[offset] {
        case CSVSyntax.comma:
            offset &+= 1
            return .comma
        case CSVSyntax.lineFeed:
            offset &+= 1
            return .rowEnd
        case CSVSyntax.carriageReturn:
            guard offset &+ 1 < end else {
                guard isLast else { return .none }
                offset &+= 1
                return .rowEnd
            }
            guard bytes[offset &+ 1] == CSVSyntax.lineFeed else { return .none }
            offset &+= 2
            return .rowEnd
        default: return .none
        }
    }
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

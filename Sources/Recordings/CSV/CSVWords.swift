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

internal import FlashSale

/// The digest of a `run.json` that stands in it: of its bytes, with a zero in the place of each digit of the digest.
///
/// Inside a string of JSON a quotation mark is escaped, so the key cannot be taken for text that looks like it.
enum RunJSONSeal {
    static let placeholder = String(repeating: "0", count: Digest.textLength)
    private static let key = Array("\"run_json\" : \"".utf8)

    /// Fills the digest in, where there is a place for it. A record without one does not pass for whole.
    static func seal(_ bytes: inout [UInt8]) {
        guard let place = place(in: bytes) else { return }
        bytes.replaceSubrange(place, with: bytes.withUnsafeBytes { Digest($0) }.text.utf8)
    }

    /// Whether the bytes are those that were sealed.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let place = place(in: bytes) else { return false }
        var blank = bytes
        blank.replaceSubrange(place, with: placeholder.utf8)
        return blank.withUnsafeBytes { Digest($0) }.text.utf8.elementsEqual(bytes[place])
    }

    /// Where the digits stand.
    private static func place(in bytes: [UInt8]) -> Range<Int>? {
        var start = bytes.startIndex
        while start + key.count + placeholder.utf8.count <= bytes.count {
            if bytes[start] == key[0], bytes[start..<start + key.count].elementsEqual(key) {
                let first = start + key.count
                return first..<first + placeholder.utf8.count
            }
            start += 1
        }
        return nil
    }
}

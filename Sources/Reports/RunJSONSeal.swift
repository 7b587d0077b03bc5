internal import FlashSale

/// The digest that a `run.json` holds of itself, computed with zeros in its own place.
///
/// Inside a string of JSON a quotation mark is escaped, so the key cannot be taken for text that looks like it.
enum RunJSONSeal {
    static let placeholder = String(repeating: "0", count: Digest.textLength)
    private static let key = Array("\"run_json\" : \"".utf8)

    /// Replaces the placeholder by the digest. A file without a placeholder stays as it is, and never counts as whole.
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

    /// Where the placeholder or the digest is.
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

/// 64 bits that tell whether the bytes of a file are still those that were written.
///
/// A file is digested in pieces of ``pieceSize`` bytes, of which only the last may be shorter; each is hashed with wyhash,
/// seeded with the digest of what came before it. It guards against damage: a bit that flipped, a file that was cut, mixed
/// up or edited. It does not guard against a forger, who can reckon it anew.
package struct Digest: Sendable, Equatable {
    /// Bytes; as large as a segment of a journal.
    package static let pieceSize = 65536

    private var value: UInt64 = 0

    /// The digest of no bytes at all.
    package init() {}

    /// Of bytes that are all there.
    package init(_ bytes: UnsafeRawBufferPointer) { update(bytes) }

    /// Adds what comes next: any number of whole pieces, or at the end of the file any number of bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Self.pieceSize)
            value = Wyhash.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), seed: value)
            start = end
        }
    }

    /// Sixteen hexadecimal digits.
    package var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: Self.textLength - digits.count) + digits
    }

    package static let textLength = 16
}

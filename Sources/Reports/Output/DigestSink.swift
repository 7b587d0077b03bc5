internal import FlashSale

/// Keeps only the size and the digest of what is appended.
struct DigestSink: ByteSink {
    private(set) var count = 0
    private var digest = Digest()
    /// Bytes that do not fill a piece yet.
    private var rest: [UInt8] = []

    init() { rest.reserveCapacity(Digest.pieceSize) }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        count += bytes.count
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let taken = bytes.prefix(Digest.pieceSize - rest.count)
            rest.append(contentsOf: taken)
            bytes = bytes.dropFirst(taken.count)
            guard rest.count == Digest.pieceSize else { continue }
            rest.withUnsafeBytes { digest.update($0) }
            rest.removeAll(keepingCapacity: true)
        }
    }

    /// Of everything that was appended.
    func fileDigest(_ file: String) -> FileDigest {
        var digest = digest
        rest.withUnsafeBytes { digest.update($0) }
        return FileDigest(file: file, bytes: count, digest: digest)
    }
}

import FlashSale
import Testing

/// The digest that tells whether a file was changed.
struct DigestTests {
    /// From the authors' test_vector.cpp, final version 4: the seed is the number of the row.
    private static let vectors: [(text: String, hash: UInt64)] = [
        ("", 0x9322_8a4d_e0ee_c5a2),
        ("a", 0xc5ba_c3db_1787_13c4),
        ("abc", 0xa97f_2f7b_1d9b_3314),
        ("message digest", 0x786d_1f1d_f380_1df4),
        ("abcdefghijklmnopqrstuvwxyz", 0xdca5_a813_8ad3_7c87),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0xb9e7_34f1_17cf_af70),
        (String(repeating: "1234567890", count: 8), 0x6cc5_eab4_9a92_d617),
    ]

    @Test(arguments: vectors.indices)
    func hashesAsItsAuthorsDo(_ seed: Int) {
        let (text, hash) = Self.vectors[seed]
        #expect(Array(text.utf8).withUnsafeBytes { Wyhash.hash($0, seed: UInt64(seed)) } == hash)
    }

    private static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 >> 8) }
    }

    private static func digest(_ bytes: some Collection<UInt8>) -> Digest {
        Array(bytes).withUnsafeBytes { Digest($0) }
    }

    @Test(arguments: [0, 1, 65535, 65536, 65537, 3 * 65536, 3 * 65536 + 100])
    func isTheSameInPieces(_ count: Int) {
        let bytes = Self.bytes(count)
        var digest = Digest()
        for start in stride(from: 0, to: count, by: Digest.pieceSize) {
            bytes[start..<min(count, start + Digest.pieceSize)].withUnsafeBytes { digest.update($0) }
        }
        #expect(digest == Self.digest(bytes))
        #expect(digest.text.utf8.count == Digest.textLength)
    }

    @Test func seesEveryBitOfARecordAndEveryLength() {
        var bytes = [UInt8](repeating: 0, count: JournalRecord.size * 3)
        let whole = Self.digest(bytes)
        for bit in 0..<bytes.count * 8 {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(Self.digest(bytes) != whole, "bit \(bit)")
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        let digests = (1...200).map { Self.digest([UInt8](repeating: 0, count: $0)).text }
        #expect(Set(digests).count == digests.count)
    }

    @Test func saysHowAFileDiffers() {
        let one = FileDigest(file: "a", bytes: 3, digest: Self.digest([1, 2, 3]))
        let other = FileDigest(file: "b", bytes: 3, digest: Self.digest([1, 2, 4]))
        let written = RunRecord.Digests(files: [one, other])
        #expect(one.problem(written) == nil)
        func problem(_ file: String, _ bytes: [UInt8]) -> String? {
            FileDigest(file: file, bytes: bytes.count, digest: Self.digest(bytes)).problem(written)
        }
        #expect(problem("a", [1, 2]) == "a is not what the run wrote: it has 2 bytes, and the run wrote 3")
        #expect(problem("a", [1, 2, 9])?.contains("its content was changed") == true)
        #expect(problem("a", [1, 2, 4]) == "a is what the run wrote as b")
        #expect(problem("c", [1, 9]) == "c is not among the files that the run wrote")
    }
}

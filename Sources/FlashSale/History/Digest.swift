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

/// wyhash, final version 4: Wang Yi's fast hash for 64 bits, in the public domain, with its default secret
/// (https://github.com/wangyi-fudan/wyhash, Wang Yi and others, "Modern Non-Cryptographic Hash Function and Pseudorandom
/// Number Generator"). Three lanes, each of which multiplies 64 by 64 bits and folds the product: about as fast as memory is
/// read.
package enum Wyhash {
    private static let secret: (UInt64, UInt64, UInt64, UInt64) = (
        0x2d35_8dcc_aa6c_78a5, 0x8bb8_4b93_962e_acc9, 0x4b33_a62e_d433_d4a3, 0x4d5a_2da5_1de1_aa47
    )

    package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        let count = bytes.count
        let secret = secret
        var seed = seed ^ mix(seed ^ secret.0, secret.1)
        var a: UInt64 = 0
        var b: UInt64 = 0
        if count > 16 {
            var place = 0
            if count >= 48 {
                var second = seed
                var third = seed
                while count - place >= 48 {
                    seed = mix(read8(bytes, place) ^ secret.1, read8(bytes, place + 8) ^ seed)
                    second = mix(read8(bytes, place + 16) ^ secret.2, read8(bytes, place + 24) ^ second)
                    third = mix(read8(bytes, place + 32) ^ secret.3, read8(bytes, place + 40) ^ third)
                    place += 48
                }
                seed ^= second ^ third
            }
            while count - place > 16 {
                seed = mix(read8(bytes, place) ^ secret.1, read8(bytes, place + 8) ^ seed)
                place += 16
            }
            a = read8(bytes, count - 16)
            b = read8(bytes, count - 8)
        } else if count >= 4 {
            let middle = (count >> 3) << 2
            a = read4(bytes, 0) << 32 | read4(bytes, middle)
            b = read4(bytes, count - 4) << 32 | read4(bytes, count - 4 - middle)
        } else if count > 0 {
            a = UInt64(bytes[0]) << 16 | UInt64(bytes[count >> 1]) << 8 | UInt64(bytes[count - 1])
        }
        let product = (a ^ secret.1).multipliedFullWidth(by: b ^ seed)
        return mix(product.low ^ secret.0 ^ UInt64(count), product.high ^ secret.1)
    }

    @inline(__always)
    private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    // The callers stay within the bytes.
    @inline(__always)
    private static func read8(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        UInt64(
            littleEndian: (bytes.baseAddress.unsafelyUnwrapped + place).loadUnaligned(as: UInt64.self))
    }

    @inline(__always)
    private static func read4(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        UInt64(
            UInt32(littleEndian: (bytes.baseAddress.unsafelyUnwrapped + place).loadUnaligned(as: UInt32.self)))
    }
}

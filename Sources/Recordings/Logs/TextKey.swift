internal import FlashSale

/// A text that is looked up among others.
struct TextKey {
    /// The bytes, which have to stay where they are as long as the key is used.
    let cell: UnsafeRawBufferPointer
    /// What the text is in fewer bytes; nil for most.
    let uuid: PackedUUID?
    let hash: UInt64

    /// Ids come from files, which shall not choose where they collide.
    private static let seeds = (UInt64.random(in: 0...(.max)), UInt64.random(in: 0...(.max)))

    @inline(__always)
    init(_ cell: UnsafeRawBufferPointer) {
        self.cell = cell
        uuid = PackedUUID(cell)
        hash =
            if let uuid {
                Self.mixed(Self.mixed(uuid.first ^ Self.seeds.0, uuid.second ^ Self.seeds.1), Self.seeds.0)
            } else {
                Wyhash.hash(cell, seed: Self.seeds.0)
            }
    }

    /// Both halves of the product, as wyhash mixes.
    @inline(__always)
    private static func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = (a ^ 0x2d35_8dcc_aa6c_78a5).multipliedFullWidth(by: b ^ 0x8bb8_4b93_962e_acc9)
        return product.high ^ product.low
    }
}

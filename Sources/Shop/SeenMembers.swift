/// The members that a scan has given: SCAN and its like may give one twice while a table grows or shrinks.
///
/// A member is known by 128 bits of two keyed hashes (SipHash), so that a million of them take little memory.
struct SeenMembers {
    private var seen: Set<UInt128> = []

    /// Whether it is given for the first time.
    mutating func isNew(_ member: ArraySlice<UInt8>) -> Bool {
        seen.insert(UInt128(Self.hash(member, 1)) << 64 | UInt128(Self.hash(member, 2))).inserted
    }

    private static func hash(_ member: ArraySlice<UInt8>, _ round: UInt8) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(round)
        member.withUnsafeBytes { hasher.combine(bytes: $0) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

extension JournalRecord {
    /// Writes what an attempt to buy a cart is to one of its items, for the history of that item. Its outcome is that of the whole cart.
    ///
    /// - Parameters:
    ///   - quantity: units of that item.
    ///   - remaining: what it was told to be left of it.
    ///   - isOfSeveral: whether the cart has another item, too.
    ///   - hasLines: whether it has another line, of whichever item.
    package static func storePart(
        of record: RecordView, quantity: Int, remaining: Int?, isOfSeveral: Bool, hasLines: Bool,
        to part: UnsafeMutableRawPointer
    ) {
        part.copyMemory(from: record.start, byteCount: size)
        var flags = part.load(fromByteOffset: Field.flags, as: UInt16.self)
        flags &= ~(Flag.hasRemaining | Flag.hasUnit | Flag.isPart | Flag.hasLines)
        if let remaining {
            flags |= Flag.hasRemaining
            part.storeBytes(of: Int64(remaining), toByteOffset: Field.remaining, as: Int64.self)
        }
        if isOfSeveral { flags |= Flag.isPart }
        if hasLines { flags |= Flag.hasLines }
        part.storeBytes(of: flags, toByteOffset: Field.flags, as: UInt16.self)
        part.storeBytes(of: UInt32(clamping: quantity), toByteOffset: Field.quantity, as: UInt32.self)
    }
}

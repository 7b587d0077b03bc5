/// The histories of the items of a sale of carts.
///
/// That of an item has a record of every attempt whose cart wants it, for the units of it and with what was told of it, in the order in
/// which the attempts lie. The outcome is that of the whole cart. Where the cart has other items, too, the record says so
/// (``RecordView/isPart``): then a refusal, and that something was given back, say nothing of this item for certain.
package struct CartParts {
    private let history: History
    private let reader: CartReader
    /// Of each item where its records start, and the end of the last.
    package let starts: [Int]

    /// - Parameter picker: says what is in each cart.
    package init(_ history: History, _ picker: CartPicker) {
        self.history = history
        reader = CartReader(picker, names: history.names)
        var starts = Array(repeating: 0, count: picker.count + 1)
        for (_, record) in history.records {
            for part in reader.parts(ofPurchase: record.purchase) { starts[part.item + 1] += 1 }
        }
        for item in 0..<picker.count { starts[item + 1] += starts[item] }
        self.starts = starts
    }

    /// Records in all.
    package var count: Int { starts[starts.count - 1] }

    /// Writes all records, those of one item after those of the one before. O(n) for all lines of all carts.
    ///
    /// - Parameter memory: for ``count`` records.
    package func write(to memory: UnsafeMutableRawPointer) {
        var places = starts
        for (position, record) in history.records {
            let parts = reader.parts(of: record, at: position)
            for part in parts {
                JournalRecord.storePart(
                    of: record, quantity: part.quantity, remaining: part.remaining, isOfSeveral: parts.count > 1,
                    hasLines: reader.lineCount > 1,
                    to: memory + places[part.item] * JournalRecord.size)
                places[part.item] += 1
            }
        }
    }

    /// The history of each item, in memory. Those of a run go through a file, whose pages the system may let go.
    package func histories() -> [History] {
        guard count > 0 else { return Array(repeating: History([]), count: starts.count - 1) }
        let size = JournalRecord.size
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count * size, alignment: size)
        if let start = bytes.baseAddress { write(to: start) }
        let whole = RecordMemory(UnsafeRawBufferPointer(bytes)) { $0.deallocate() }
        return zip(starts, starts.dropFirst()).map { start, end in
            guard start < end else { return History([]) }
            let own = UnsafeRawBufferPointer(rebasing: whole.bytes[start * size..<end * size])
            return History(RecordMemory(own) { _ in withExtendedLifetime(whole) {} }, count: end - start)
        }
    }
}

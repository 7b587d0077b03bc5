/// Ids that more than one attempt has.
enum RepeatedIDs {
    /// Ids are marked in a bit set as long as it takes no more than this many bits an attempt; otherwise they are sorted.
    private static var bitsPerAttempt: Int { 64 }

    static func all(in history: History) -> Set<Int> {
        var largest = 0
        for (_, record) in history.records { largest = max(largest, record.id) }
        return largest / bitsPerAttempt <= history.count ? bits(history, largest) : sorted(history)
    }

    private static func bits(_ history: History, _ largest: Int) -> Set<Int> {
        var seen = [UInt64](repeating: 0, count: largest / 64 + 1)
        var repeated: Set<Int> = []
        seen.withUnsafeMutableBufferPointer { seen in
            for (_, record) in history.records {
                let bit: UInt64 = 1 << UInt64(record.id % 64)
                if seen[record.id / 64] & bit != 0 { repeated.insert(record.id) }
                seen[record.id / 64] |= bit
            }
        }
        return repeated
    }

    private static func sorted(_ history: History) -> Set<Int> {
        var ids: [Int] = []
        ids.reserveCapacity(history.count)
        for (_, record) in history.records { ids.append(record.id) }
        ids.sort()
        var repeated: Set<Int> = []
        for index in ids.indices.dropFirst() where ids[index] == ids[index - 1] { repeated.insert(ids[index]) }
        return repeated
    }
}

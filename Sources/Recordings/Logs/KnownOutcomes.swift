internal import FlashSale

/// Outcomes of cells that were seen, so that few are looked up twice.
struct KnownOutcomes: Sendable {
    private static let limit = 32

    /// A cell of at most 16 bytes: its first and its last ones, which overlap or touch, and how many they are.
    private struct Word: Equatable {
        private var first: UInt64 = 0
        private var last: UInt64 = 0
        private let count: Int

        @inline(__always)
        init?(_ cell: UnsafeRawBufferPointer) {
            count = cell.count
            guard count <= 16 else { return nil }
            guard count >= 4, let start = cell.baseAddress else {
                for byte in cell { first = first << 8 | UInt64(byte) }
                return
            }
            if count >= 8 {
                first = start.loadUnaligned(as: UInt64.self)
                last = (start + (count - 8)).loadUnaligned(as: UInt64.self)
            } else {
                first = UInt64(start.loadUnaligned(as: UInt32.self))
                last = UInt64((start + (count - 4)).loadUnaligned(as: UInt32.self))
            }
        }
    }

    private var short: [(word: Word, outcome: Outcome)] = []
    private var long: [(cell: [UInt8], outcome: Outcome)] = []

    @inline(__always)
    func outcome(of cell: UnsafeRawBufferPointer) -> Outcome? {
        guard let word = Word(cell) else { return longOutcome(of: cell) }
        for index in 0..<short.count where short[index].word == word { return short[index].outcome }
        return nil
    }

    @inline(never)
    private func longOutcome(of cell: UnsafeRawBufferPointer) -> Outcome? {
        for (bytes, outcome) in long where cell.elementsEqual(bytes) { return outcome }
        return nil
    }

    mutating func note(_ cell: UnsafeRawBufferPointer, _ outcome: Outcome) {
        if let word = Word(cell) {
            if short.count < Self.limit { short.append((word, outcome)) }
        } else if cell.count <= 64, long.count < Self.limit {
            long.append((Array(cell), outcome))
        }
    }
}

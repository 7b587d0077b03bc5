/// Which epochs each operation can have taken its units in, as far as times tell.
///
/// What was called after a reset was over belongs to no epoch before it, and what had returned before it began to none after
/// it. Whatever was under way meanwhile, or has no known end, may belong to either: a call says nothing of when its first byte
/// was sent.
struct EpochRanges: Sendable {
    /// The first and the last epoch in which the operation can have taken effect.
    private(set) var low: [UInt16] = []
    private(set) var high: [UInt16] = []
    /// The last epoch in which one of its calls can have taken effect once more, if the server forgot the first.
    private(set) var last: [UInt16] = []
    /// The epoch that began with the last reset that may have taken orders with it; 0 where none did.
    private let afterLastLoss: Int
    /// Instants of the resets, ascending.
    private let started: [UInt64]
    private let ended: [UInt64]

    /// Beyond so many resets the epochs are not reckoned with.
    static let resetLimit = 100

    /// - Parameter hasGaps: whether the history lacks attempts.
    /// - Returns: nil where nothing was reset.
    init?(_ facts: RunFacts, _ operations: [Operation], hasGaps: Bool) {
        guard !facts.resets.isEmpty else { return nil }
        started = facts.resets.map(\.startedNs).sorted()
        ended = facts.resets.map(\.endedNs).sorted()
        let inOrder = facts.resets.sorted { ($0.startedNs, $0.endedNs) < ($1.startedNs, $1.endedNs) }
        // That one takes the stock alone.
        afterLastLoss = inOrder.lastIndex { $0.kind != .evictStock }.map { $0 + 1 } ?? 0
        low.reserveCapacity(operations.count)
        high.reserveCapacity(operations.count)
        last.reserveCapacity(operations.count)
        // A call that nobody recorded may have come first, or may repeat one.
        let isLoose = hasGaps && facts.rules.idempotency != .none
        for operation in operations {
            let range = epochs(from: isLoose ? 0 : operation.earliestEffect, to: operation.latestEffect)
            low.append(UInt16(clamping: range.lowerBound))
            high.append(UInt16(clamping: range.upperBound))
            last.append(UInt16(clamping: isLoose ? lastEpoch : lastCall(of: operation, range.upperBound)))
        }
    }

    var lastEpoch: Int { started.count }

    /// - Parameter end: nil where it is not known.
    func epochs(from call: UInt64, to end: UInt64?) -> ClosedRange<Int> {
        let first = ended.partitioningIndex { $0 >= call }
        let last = end.map { end in started.partitioningIndex { $0 > end } } ?? started.count
        return first...max(first, last)
    }

    private func lastCall(of operation: Operation, _ high: Int) -> Int {
        guard !operation.isSingle else { return high }
        return operation.attempts.lazy.filter { $0.outcome == .won || $0.outcome == .unknown }
            .map { epochs(from: $0.invokedNanoseconds, to: $0.returnedNanoseconds).upperBound }
            .reduce(high, max)
    }

    /// The only epoch that the operation can have taken effect in; nil where there are several.
    @inline(__always)
    func only(_ operation: Int) -> Int? { low[operation] == high[operation] ? Int(low[operation]) : nil }

    /// Whether it can have taken effect before the last reset that may have taken orders, so that what is missing of it at the end
    /// may have been lost then.
    @inline(__always)
    func isEarly(_ operation: Int) -> Bool { Int(low[operation]) < afterLastLoss }

    /// Whether it can have taken effect before the last reset, of whatever kind.
    func isBeforeReset(_ operation: Int) -> Bool { Int(low[operation]) < lastEpoch }

    /// Whether one of its calls can have taken effect in that epoch, for the first time or once more.
    @inline(__always)
    func mayBe(_ operation: Int, in epoch: Int) -> Bool {
        Int(low[operation]) <= epoch && epoch <= Int(last[operation])
    }

    /// Whether its calls reach into an epoch after the one in which it took effect.
    func mayRepeat(_ operation: Int) -> Bool { low[operation] < last[operation] }
}

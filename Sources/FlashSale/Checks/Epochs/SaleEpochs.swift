/// A sale cut at its resets: what each epoch began and ended with, and what belongs to it.
struct SaleEpochs: Sendable {
    /// One epoch.
    struct Part: Sendable {
        /// Units at its start; nil where they are not known.
        var start: Int?
        /// Units that were read at its end; nil where nobody could.
        var end: Int?
        /// What began it; nil for the first.
        var reset: StockReset?
        /// Whether the stock was gone at its start and came back by itself, with as many units as the scheme put there.
        var cameBack = false
        /// Units that may have come to it, or were missing before it, because attempts that sold nothing lasted across its start:
        /// they may have taken them before and given them back after.
        var strays = 0
        /// Of each quantity, the sold-out that returned first of those that were certainly told in it.
        var soldOuts: [Int: History.Position] = [:]
    }

    /// How one epoch's end and the next one's start belong together.
    enum Boundary: Sendable {
        /// Both were read.
        case read
        /// Units that the next begins with are those that the one before ended with, as far as the server knows.
        case through
        /// Nothing is known.
        case broken
    }

    let ranges: EpochRanges
    private(set) var parts: [Part]
    /// After each part but the last.
    private(set) var boundaries: [Boundary] = []

    /// Beyond this no sale can bring a counter, and sums of such numbers could overflow.
    private static let largest = 1 << 53

    init(_ facts: RunFacts, _ operations: [Operation], _ ranges: EpochRanges) {
        self.ranges = ranges
        let resets = facts.resets.sorted { ($0.startedNs, $0.endedNs) < ($1.startedNs, $1.endedNs) }
        parts =
            [Part(start: facts.epoch.units)] + resets.map { Part(start: Self.units($0.after, orGone: 0), reset: $0) }
        for (index, reset) in resets.enumerated() {
            let isGone = parts[index].reset?.after == .absent
            parts[index].end = reset.before.flatMap { Self.units($0, orGone: isGone ? 0 : nil) }
        }
        let isGone = resets.last?.after == .absent
        parts[parts.count - 1].end = Self.units(.init(facts.epoch.stock), orGone: isGone ? 0 : nil)
        lookForThoseThatCameBack(operations)
        boundaries = parts.indices.dropFirst().map { boundary(before: $0) }
        for (index, reset) in resets.enumerated() {
            // One that was lost may have given back what it took, where the scheme does.
            for operation in operations.indices
            where operations[operation].state == .open || operations[operation].state == .disproven {
                guard !reset.cutConnections, ranges.low[operation] <= index, ranges.last[operation] > index else {
                    continue
                }
                parts[index + 1].strays += operations[operation].mostQuantity
            }
        }
        takeOthers(facts, resets)
    }

    private static func units(_ reading: StockReset.Reading, orGone gone: Int?) -> Int? {
        switch reading {
        case .units(let units): units.magnitude <= largest ? units : nil
        case .absent: gone
        case .unreadable: nil
        }
    }

    /// A stock that was gone is 0 only as long as nobody sets it anew.
    private mutating func lookForThoseThatCameBack(_ operations: [Operation]) {
        for index in parts.indices where parts[index].reset?.after == .absent {
            let hasWins = operations.indices.contains { operation in
                ranges.only(operation) == index
                    && (operations[operation].state == .won || operations[operation].state == .proven)
            }
            guard hasWins || parts[index].end ?? 0 > 0 else { continue }
            parts[index].cameBack = true
            parts[index].start = nil
        }
    }

    private func boundary(before index: Int) -> Boundary {
        let (before, after) = (parts[index - 1], parts[index])
        if after.cameBack { return .through }
        guard after.start != nil else { return .broken }
        if before.end != nil { return .read }
        return after.reset?.after == .absent ? .broken : .through
    }

    /// Attempts that sold nothing: their sold-outs, and those that lasted across a reset.
    private mutating func takeOthers(_ facts: RunFacts, _ resets: [StockReset]) {
        let history = facts.recorded.history
        for (position, record) in history.records where record.outcome != .won && record.outcome != .unknown {
            let call = record.invokedNanoseconds
            let returned = record.returnedNanoseconds
            let range = ranges.epochs(from: call, to: returned)
            if range.lowerBound == range.upperBound {
                guard record.outcome == .soldOut, !record.isPart else { continue }
                keep(position, record, returned ?? .max, in: range.lowerBound, history)
                continue
            }
            for index in range where index > 0 {
                let reset = resets[index - 1]
                // Where every connection was cut, nobody goes on, unless a service does it for them.
                guard call <= (reset.cutConnections ? reset.startedNs : reset.endedNs),
                    returned ?? .max >= (reset.cutConnections ? reset.endedNs : reset.startedNs)
                else { continue }
                parts[index].strays += record.quantity
            }
        }
    }

    private mutating func keep(
        _ position: History.Position, _ record: RecordView, _ returned: UInt64, in part: Int, _ history: History
    ) {
        if let known = parts[part].soldOuts[record.quantity] {
            let earliest = history.record(at: known)
            let first = earliest.returnedNanoseconds ?? .max
            guard returned < first || (returned == first && record.id < earliest.id) else { return }
        }
        parts[part].soldOuts[record.quantity] = position
    }

    // MARK: In words

    /// Why the epochs cannot be reckoned with, as a sentence without its end; nil where they can.
    var problem: String? {
        if parts.count > EpochRanges.resetLimit + 1 { return "the stock was reset too often to reckon with it" }
        let overlap = parts.dropFirst(2).indices.contains { index in
            parts[index].reset?.startedNs ?? .max <= parts[index - 1].reset?.endedNs ?? 0
        }
        return overlap ? "the stock was reset twice at once, so that nobody knows in which order" : nil
    }

    /// `before crash-redis`, `after crash-redis`, `between evict-stock and crash-redis`.
    func name(_ part: Int) -> String { name(part, to: part) }

    func name(_ first: Int, to last: Int) -> String {
        let (before, after) = (parts[first].reset, last + 1 < parts.count ? parts[last + 1].reset : nil)
        switch (before, after) {
        case (let before?, let after?): return "between \(before.kind.rawValue) and \(after.kind.rawValue)"
        case (let before?, nil): return "after \(before.kind.rawValue)"
        case (nil, let after?): return "before \(after.kind.rawValue)"
        case (nil, nil): return "in all"
        }
    }

    /// The kinds of the resets after an epoch, each once.
    func resetNames(after part: Int = 0) -> String {
        var kinds: [String] = []
        for part in parts[(part + 1)...] {
            if let kind = part.reset?.kind.rawValue, !kinds.contains(kind) { kinds.append(kind) }
        }
        return kinds.joined(separator: " and ")
    }

    /// Whether the only resets are restarts of a server that came back with a stock that could be counted: then what it has is
    /// what is left of the whole sale, as far as it knows.
    var isOneStock: Bool {
        boundaries.allSatisfy { $0 == .through } && parts.allSatisfy { !$0.cameBack && $0.start != nil }
            && parts.dropFirst().allSatisfy { $0.reset?.mayForget == true }
    }
}

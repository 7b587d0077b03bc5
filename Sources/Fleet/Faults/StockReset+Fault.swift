internal import FlashSale
internal import Shop

extension StockReset {
    /// Between two commands of buyers, who stay connected.
    init(_ kind: FaultKind, _ around: Sale.Around) {
        self.init(
            kind, startedNs: around.startedNs, endedNs: around.endedNs, before: around.before, after: around.after,
            cutConnections: false, mayForget: false)
    }

    /// - Parameter before: nil where nobody could read it.
    init(
        _ kind: FaultKind, startedNs: UInt64, endedNs: UInt64, before: StockReadings?, after: StockReadings,
        cutConnections: Bool, mayForget: Bool
    ) {
        self.init(
            kind, startedNs: startedNs, endedNs: endedNs, before: before.map { Reading($0.inAll) },
            after: Reading(after.inAll), cutConnections: cutConnections, mayForget: mayForget)
        guard !after.items.isEmpty else { return }
        items = after.items.enumerated().map { index, own in
            OfItem(
                own.item,
                before: before.flatMap { $0.items.indices.contains(index) ? Reading($0.items[index].stock) : nil },
                after: Reading(own.stock))
        }
    }

    /// One that may have happened, or may happen later: its answer never came. Whatever follows accuses nobody.
    static func unknown(_ kind: FaultKind, since started: UInt64, because reason: String) -> StockReset {
        StockReset(
            kind, startedNs: started, endedNs: .max, before: Reading?.none, after: Reading.unreadable(reason),
            cutConnections: false,
            mayForget: kind.description.place == .topology || [.crashRedis, .stopRedis, .powerCut].contains(kind))
    }
}

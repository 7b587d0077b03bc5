internal import FlashSale
internal import Shop

extension StockReset {
    /// Between two commands of buyers, who stay connected.
    init(_ kind: FaultKind, _ around: Sale.Around) {
        self.init(
            kind, startedNs: around.startedNs, endedNs: around.endedNs, before: Reading(around.before),
            after: Reading(around.after), cutConnections: false, mayForget: false)
    }

    /// One that may have happened, or may happen later: its answer never came. Whatever follows accuses nobody.
    static func unknown(_ kind: FaultKind, since started: UInt64, because reason: String) -> StockReset {
        StockReset(
            kind, startedNs: started, endedNs: .max, before: nil, after: .unreadable(reason), cutConnections: false,
            mayForget: kind.description.place == .topology || [.crashRedis, .stopRedis, .powerCut].contains(kind))
    }
}

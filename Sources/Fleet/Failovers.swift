internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Shop

/// Changes of the primary that nobody of ours made: each ends an epoch of the sale, since the new primary may lack what the old one
/// had acknowledged, and the stock that it has is read as soon as it is seen.
struct Failovers {
    private let watch: PrimaryWatch?
    let nodes: [String]
    private var seen: [(change: PrimaryWatch.Change, reset: StockReset?)] = []

    /// - Parameter nodes: `host:port` of those that attempts are recorded with.
    init(_ watch: PrimaryWatch?, nodes: [String]) {
        self.watch = watch
        self.nodes = nodes
    }

    /// Reads what a new primary has, if there is one.
    mutating func look(_ sale: inout Sale) {
        for change in watch?.takeChanges() ?? [] {
            guard change.isFailover else {
                seen.append((change, nil))
                continue
            }
            sale.renewConnection()
            let stock = (try? sale.stockOrGone()) ?? StockReadings(.unread)
            var reset = StockReset(
                .failover, startedNs: change.startedNs, endedNs: Clock.nanoseconds(), before: nil,
                after: stock, cutConnections: false, mayForget: true)
            (reset.from, reset.to) = (change.from.description, change.to.description)
            seen.append((change, reset))
        }
    }

    /// Looks for the last time, once the sale is where it stays.
    mutating func close(_ sale: inout Sale) {
        // What is still asked may name who was primary before.
        watch?.close()
        if let primary = sale.primary { watch?.found(primary, since: Clock.nanoseconds()) }
        look(&sale)
    }

    /// Whether the counters at the end are another server's than those at the start.
    var areAny: Bool { !seen.isEmpty }

    /// What ends epochs, but for what a planned fault has told already.
    ///
    /// - Parameter planned: resets of faults.
    func resets(beside planned: [StockReset], in history: History) -> [StockReset] {
        let found = unplanned(planned).compactMap(\.reset)
        let all = (planned + found).sorted { $0.startedNs < $1.startedNs }
        return found.map { reset in
            let before = all.last { $0.endedNs < reset.startedNs }?.endedNs ?? 0
            let after = all.first { $0.startedNs > reset.endedNs }?.startedNs ?? .max
            return NodeTimes.widened(reset, nodes: nodes, within: before...after, history)
        }
    }

    private func unplanned(_ planned: [StockReset]) -> [(change: PrimaryWatch.Change, reset: StockReset?)] {
        seen.filter { found in
            let (started, ended) = (found.change.startedNs, found.reset?.endedNs ?? found.change.seenNs)
            return !planned.contains { $0.mayForget && $0.startedNs <= ended && $0.endedNs >= started }
        }
    }

    /// - Parameter opened: CLOCK_MONOTONIC.
    func findings(beside planned: [StockReset], opened: UInt64) -> [Finding] {
        unplanned(planned).map { found in
            let change = found.change
            let moment = Double(max(change.seenNs, opened) - opened) / 1e9
            let when = "\(moment.fixed(places: 1) ?? "?") s after the doors opened"
            guard change.isFailover else {
                return Finding(
                    .slotMoved,
                    "The sale's slot went from \(change.from) to \(change.to), as was seen \(when). Its keys went with it, and nothing is forgotten by that."
                )
            }
            return Finding(
                .failover,
                "The primary changed from \(change.from) to \(change.to), as was seen \(when), and this run did not do it. What the old one had "
                    + "acknowledged and the new one lacks is forgotten: acknowledged-sales-kept tells of it.")
        }
    }
}

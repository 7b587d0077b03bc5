/// When attempts were at which node.
package enum NodeTimes {
    /// What a node is called that has no number of its own.
    private static let other = "other"

    /// How reports call the node that an attempt was made at; nil where nobody knows.
    package static func name(_ node: Int, of nodes: [String]) -> String? {
        guard node > 0 else { return nil }
        return node <= nodes.count ? nodes[node - 1] : other
    }

    /// A change of the primary, widened by what attempts show: whoever was answered by the new one before it was seen, or by the old
    /// one after that, was there. Then nothing that is certainly before it or after it was at the wrong node.
    ///
    /// - Parameters:
    ///   - nodes: those that attempts are recorded with, from 1.
    ///   - span: from the end of the change before to the start of the one after.
    package static func widened(
        _ reset: StockReset, nodes: [String], within span: ClosedRange<UInt64>, _ history: History
    ) -> StockReset {
        guard let from = reset.from.flatMap({ nodes.firstIndex(of: $0) }).map({ $0 + 1 }),
            let to = reset.to.flatMap({ nodes.firstIndex(of: $0) }).map({ $0 + 1 })
        else { return reset }
        var reset = reset
        for (_, record) in history.records where record.node > 0 && record.outcome != .failed {
            if record.node == to, record.invokedNanoseconds >= span.lowerBound {
                reset.startedNs = min(reset.startedNs, record.invokedNanoseconds)
            } else if record.node == from, let returned = record.returnedNanoseconds, returned <= span.upperBound {
                reset.endedNs = max(reset.endedNs, returned)
            }
        }
        return reset
    }
}

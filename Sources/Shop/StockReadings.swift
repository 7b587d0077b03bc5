package import FlashSale

/// What the probe found, of each item where there are several.
package struct StockReadings: Sendable {
    /// Of all items together.
    package var inAll: FinalStock
    /// By the items' names, in the order of the scenario; empty where there is one.
    package var items: [(item: String, stock: FinalStock)] = []

    /// - Parameter stocks: with the name of each item; nil for the only one.
    init(_ stocks: [(item: String?, stock: FinalStock)]) {
        inAll = .ofAll(stocks.map(\.stock))
        items = stocks.compactMap { own in own.item.map { ($0, own.stock) } }
    }

    /// Where nobody could read it.
    package init(_ stock: FinalStock) { inAll = stock }

    /// For sentences.
    package var inWords: String {
        guard !items.isEmpty else { return inAll.inWords }
        guard case .units = inAll else {
            let counted = items.count { if case .units = $0.stock { true } else { false } }
            return counted == 0
                ? inAll.inWords : "a number for \(counted.grouped) of \(items.count.counted("item"))"
        }
        return "\(inAll.inWords) of all items"
    }
}

package import FlashSale
internal import Strategies

/// Several goods, each with keys, a stock and orders of its own: the sale is at one of them at a time, usually at the first.
extension Sale {
    /// What is there once for each item.
    struct ItemState {
        var commands: SaleCommands
        var units: Int
        /// What each ledger held when the doors opened; nil where nobody looked.
        var ledgersAtOpening: [Ledger?] = []
        var forSale: UnitsForSale?
        /// Keys that were there when it opened; nobody looks on a private server.
        var keysAtOpening: [SaleCommands.OnShelf<[UInt8]>] = []
        var stockBelowZero: Int?

        init(_ commands: SaleCommands, units: Int) {
            self.commands = commands
            self.units = units
        }

        /// - Parameter items: nil where there is one.
        static func all(_ strategy: Strategy, tag: String, units: Int, _ items: ItemsForSale?) -> [ItemState] {
            guard let items else {
                return [ItemState(SaleCommands(strategy, saleTag: tag, units: units), units: units)]
            }
            return items.items.enumerated().map { index, item in
                ItemState(
                    SaleCommands(
                        strategy, saleTag: strategy.tag(ofItem: item.item, saleTag: tag), units: item.units,
                        item: item.item, isFirst: index == 0), units: item.units)
            }
        }
    }

    package var commands: SaleCommands { items[item].commands }
    /// Of the item that it is at.
    var units: Int { items[item].units }
    var ledgersAtOpening: [Ledger?] {
        get { items[item].ledgersAtOpening }
        set { items[item].ledgersAtOpening = newValue }
    }
    /// The names of the units that were for sale when it opened; nil where the file does not list them.
    package internal(set) var forSale: UnitsForSale? {
        get { items[item].forSale }
        set { items[item].forSale = newValue }
    }
    var keysAtOpening: [SaleCommands.OnShelf<[UInt8]>] {
        get { items[item].keysAtOpening }
        set { items[item].keysAtOpening = newValue }
    }
    /// What the probe found where the file says that a number below 0 means sold out.
    package internal(set) var stockBelowZero: Int? {
        get { items[item].stockBelowZero }
        set { items[item].stockBelowZero = newValue }
    }

    /// Does something at each item, one after the other, and is at the first one again afterwards.
    package mutating func onEachItem<Value>(
        _ body: (inout Sale) throws(RunError) -> Value
    ) throws(RunError) -> [Value] {
        defer { item = 0 }
        var values: [Value] = []
        for index in items.indices {
            item = index
            values.append(try body(&self))
        }
        return values
    }

    package func forSale(item: Int) -> UnitsForSale? { items[item].forSale }

    /// What the probes found of all items where the file says that a number below 0 means sold out; nil where none did.
    package var lowestStock: Int? {
        let below = items.compactMap(\.stockBelowZero)
        return below.isEmpty ? nil : below.reduce(0, +)
    }

    /// What gives units to any of the items while the doors are open, in the order of their times.
    package var restocks: [Restocking] {
        items.enumerated().flatMap { index, own in
            own.commands.restocks.map { step in
                var step = step
                step.item = index
                return step
            }
        }.enumerated().sorted { ($0.element.atNanoseconds, $0.offset) < ($1.element.atNanoseconds, $1.offset) }
            .map(\.element)
    }
}

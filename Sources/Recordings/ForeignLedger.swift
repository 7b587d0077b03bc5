package import FlashSale

/// Reads the orders that another system recorded.
package enum LedgerFile {
    package struct Contents {
        package var orders: [Ledger.Order]
        package var columns: LedgerCSVReader.Columns
        /// Of what each order is, where that was asked for.
        package var goods: GoodsCells

        package init(orders: [Ledger.Order], columns: LedgerCSVReader.Columns, goods: GoodsCells = GoodsCells()) {
            self.orders = orders
            self.columns = columns
            self.goods = goods
        }
    }

    /// - Parameter itemColumn: the column that separates goods; nil where nobody asks.
    /// - Throws: ``RunError`` if it cannot be read or is damaged.
    package static func read(_ path: String, itemColumn: String? = nil) throws(RunError) -> Contents {
        var reader = LedgerCSVReader(itemColumn: itemColumn)
        var orders: [Ledger.Order] = []
        try FilePieces.each(of: path, size: 4 << 20) { piece, isLast throws(RunError) in
            do throws(CSVDamage) {
                return try reader.feed(piece, isLast: isLast) { (order, _) throws(CSVDamage) in orders.append(order) }
            } catch {
                throw RunError(.usage, "\(path), \(error)")
            }
        }
        return Contents(orders: orders, columns: reader.columns, goods: reader.goods)
    }
}

/// The orders of another system, fitted to what its history tells.
package enum ForeignLedger {
    /// Orders are compared by what both files name: an attempt, or else a purchase, or else a buyer. Nothing is known of how
    /// they were written, so a missing one proves nothing about a lost answer; and where no id repeats, the server may keep
    /// one order for each.
    ///
    /// - Throws: ``RunError`` where an order names nothing that the history could have.
    package static func ledger(
        _ contents: LedgerFile.Contents, path: String, columns: AttemptsCSVReader.Columns, history: String
    ) throws(RunError) -> Ledger {
        var orders = contents.orders
        for index in orders.indices {
            if !columns.contains(.purchase) { orders[index].purchase = nil }
            if !columns.contains(.buyer) { orders[index].buyer = nil }
            if !columns.contains(.quantity), let quantity = orders[index].quantity {
                // Without the column, each attempt is for one.
                guard quantity == 1 else {
                    throw RunError(
                        .usage,
                        "\(path), order \(index + 1), is of \(quantity.counted("unit")), but \(history) has no column quantity, so that each attempt "
                            + "would count for one unit; add it, or take the column out of the orders")
                }
                orders[index].quantity = nil
            }
            guard orders[index].attempt == nil, orders[index].purchase == nil, orders[index].buyer == nil else {
                continue
            }
            let missing = contents.orders[index].purchase != nil ? "purchase" : "buyer"
            if contents.orders[index].purchase == nil, contents.orders[index].buyer == nil {
                throw RunError(
                    .usage, "\(path), order \(index + 1): it names no attempt, purchase or buyer; give it one of them")
            }
            throw RunError(
                .usage,
                "\(path) names orders by their \(missing), but \(history) has no column \(missing), or one with empty cells; complete it, or give the orders' attempts"
            )
        }
        var ledger = Ledger(orders: orders, isAtomic: false, mergesRepeats: !repeats(orders))
        // Several orders of one id that each name a unit: there is one for each unit.
        ledger.unitsAreKeys = orders.allSatisfy { $0.unit != nil } && namesAgain(orders)
        if ledger.unitsAreKeys { ledger.mergesRepeats = false }
        return ledger
    }

    /// Whether some id has two orders.
    private static func namesAgain(_ orders: [Ledger.Order]) -> Bool {
        var attempts: Set<Int> = []
        return orders.contains { $0.attempt.map { !attempts.insert($0).inserted } ?? false } || repeats(orders)
    }

    /// Whether some id has two orders, so that the server does not keep one for each.
    private static func repeats(_ orders: [Ledger.Order]) -> Bool {
        let keys = orders.lazy.filter { $0.attempt == nil }.map {
            [$0.purchase ?? 0, $0.purchase == nil ? $0.buyer ?? 0 : 0]
        }
        var seen: Set<[Int]> = []
        return keys.contains { !seen.insert($0).inserted }
    }
}

internal import FlashSale
internal import Fleet
internal import Recordings
internal import Reports

/// `stress verify --history --item-column`: a history of several goods, each judged by itself.
extension VerifyCommand {
    /// - Parameter units: a number for each item, or the path of a CSV file.
    func verify(
        history path: String, units: String, itemColumn: String, _ files: GateFiles
    ) throws(RunError) -> ExitStatus {
        var contents = try log.read(path, itemColumn: itemColumn)
        try checkIDs(contents, path)
        guard !CartCells.are(contents.goods, in: contents.history) else {
            throw RunError(
                .usage,
                "\(path): --item-column \(itemColumn): its rows have carts of several items, such as \(ForeignText.shown(contents.goods.names[0])); "
                    + "carts are judged from the folder of their run: stress verify FOLDER")
        }
        let stocks = try stocks(units, itemColumn, of: contents.goods.names, path)
        let orders = try orders(itemColumn, &contents, path)
        let histories = try ItemHistories.split(contents.history, by: contents.goods)
        var items: [RunRecord.Item] = []
        for (name, history) in zip(contents.goods.names, histories) {
            items.append(judge(name, history, contents, stocks[name], orders: orders.map { $0[name] ?? .empty }))
        }
        var unasked: [String] = []
        for (name, stock) in stocks.sorted(by: { $0.key < $1.key }) where !contents.goods.names.contains(name) {
            // What nobody asked for is all there still, or else somebody took it unseen.
            let hasOrders = orders?[name]?.orders.isEmpty == false
            if hasOrders || stock.remaining ?? stock.units != stock.units || histories.isEmpty {
                items.append(judge(name, History([]), contents, stock, orders: orders.map { $0[name] ?? .empty }))
            } else {
                unasked.append(name)
            }
        }
        if let stranger = orders?.keys.sorted().first(where: { stocks[$0] == nil }) {
            throw RunError(
                .usage,
                "\(ledger ?? "") has orders of the item \(UnitText.shown(stranger)), which nobody asked for and \(units) does not name"
            )
        }
        guard !items.isEmpty else { return try verify(history: path, units: Int(units) ?? 1, files) }
        var findings: [Finding] = []
        if !unasked.isEmpty {
            findings.append(
                Finding(
                    .itemsUnasked,
                    "Nobody asked for \(unasked.count.counted("item")) of \(units): \(unasked.prefix(3).map(UnitText.shown).joined(separator: ", "))"
                        + (unasked.count > 3 ? " …" : "")))
        }
        if let rounding = contents.log?.rounding { findings.append(rounding) }
        let record = HistoryRecord(
            history: path, tellsBuyers: contents.columns.contains(.buyer), items: items, findings: findings)
        return try show(record, since: items.isEmpty ? nil : contents.history.firstInvoked, contents.log, files)
    }

    private func judge(
        _ name: String, _ history: History, _ contents: HistoryFile.Contents, _ stock: ItemUnits.Stock?, orders: Ledger?
    ) -> RunRecord.Item {
        let facts = RunFacts(
            recorded(history, contents), rules: rules,
            epoch: Epoch(
                units: stock?.units ?? 0, stock: stock?.remaining.map { .units($0) } ?? .unread, ledger: orders))
        return RunRecord.Item(name, facts: facts, verdict: Judging.verdict(facts))
    }

    /// What was in stock of each item.
    ///
    /// - Throws: ``RunError`` where an item of the history has no units.
    private func stocks(
        _ units: String, _ itemColumn: String, of names: [String], _ history: String
    ) throws(RunError) -> [String: ItemUnits.Stock] {
        if let number = Int(units) {
            return Dictionary(
                names.map { ($0, ItemUnits.Stock(units: number, remaining: remaining)) }, uniquingKeysWith: { $1 })
        }
        let stocks = try ItemUnits.read(units, itemColumn: itemColumn)
        if remaining != nil {
            throw RunError(
                .usage,
                "--remaining is one number; what was left of each item stands in \(units), in a column remaining")
        }
        let missing = names.filter { stocks[$0] == nil }
        guard missing.isEmpty else {
            throw RunError(
                .usage,
                "\(units) has no units for \(missing.count.counted("item")) of \(history): \(missing.prefix(3).map(UnitText.shown).joined(separator: ", "))"
                    + (missing.count > 3 ? " …" : ""))
        }
        return stocks
    }

    /// The orders of each item; nil where there is no file of them.
    private func orders(
        _ itemColumn: String, _ contents: inout HistoryFile.Contents, _ history: String
    ) throws(RunError) -> [String: Ledger]? {
        guard let path = ledger else { return nil }
        let read = try ledgerContents(path, itemColumn: itemColumn, &contents)
        var ledgers: [String: [Ledger.Order]] = [:]
        for (order, item) in zip(read.orders, read.goods.rows) {
            ledgers[read.goods.names[Int(item)], default: []].append(order)
        }
        var orders: [String: Ledger] = [:]
        for (name, own) in ledgers {
            let part = LedgerFile.Contents(orders: own, columns: read.columns)
            orders[name] = try ForeignLedger.ledger(part, path: path, columns: contents.columns, history: history)
        }
        return orders
    }
}

extension Ledger {
    /// A file of orders in which an item has none.
    fileprivate static var empty: Ledger { Ledger(orders: [], isAtomic: false) }
}

extension History {
    /// When the first attempt was invoked; nil where there is none.
    fileprivate var firstInvoked: UInt64? { self.lazy.map(\.invokedNanoseconds).min() }
}

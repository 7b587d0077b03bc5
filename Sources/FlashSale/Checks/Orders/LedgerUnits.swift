/// The units that the ledger's orders stand for, where that can be told.
enum LedgerUnits {
    /// An order says its quantity itself, or has that of its attempt, or the one that all the operations share that it can
    /// be of, or the one that all attempts of the run share.
    ///
    /// Where the server keeps one order for each buyer, an order may stand for several of the buyer's units, so that nothing
    /// can be told unless a buyer can have one purchase's units only: by `limit: 1` (units or purchases), by `idempotent: buyer`, or because
    /// nobody made two purchases; or unless every order says its quantity, which is then all that the buyer has. One order for each purchase is no such case: a purchase takes effect once, and where one
    /// took two, the difference to the stock is what shows it.
    ///
    /// - Returns: nil where an order could not be read, or its quantity is not known.
    static func count(_ facts: RunFacts, _ resolution: Resolution) -> Int? {
        guard let ledger = facts.epoch.ledger, ledger.unreadable.isEmpty else { return nil }
        let mergesBuyers = ledger.mergesRepeats && Scope(ledger) >= .buyer
        // An entry that tells a quantity tells what its id has bought in all.
        let tellsAll = !ledger.orders.isEmpty && ledger.orders.allSatisfy { $0.quantity != nil }
        let buysOnce =
            tellsAll || facts.rules.limit == 1 || facts.rules.purchaseLimit == 1 || facts.rules.idempotency == .buyer
        guard !mergesBuyers || buysOnce || (!resolution.historyHasGaps && buyersBuyOnce(facts)) else { return nil }
        let book = resolution.book
        // What a gap hides may have had any quantity.
        let common = resolution.historyHasGaps ? nil : facts.recorded.survey.commonQuantity
        var sum = Sum()
        for pool in book.pools where book.orderCount(pool) > 0 {
            var silent = pool.ordersTold == 0 ? book.orderCount(pool) : 0
            for index in book.orderIndices(pool).lazy.map({ Int($0) }) {
                if let quantity = book.orders[index].quantity ?? quantity(ofAttemptOf: index, in: facts, book) {
                    sum.add(quantity)
                } else {
                    silent += 1
                }
            }
            if silent > 0 { sum.add(shared(pool, resolution) ?? common, times: silent) }
        }
        for index in book.outsidePools {
            sum.add(book.orders[index].quantity ?? quantity(ofAttemptOf: index, in: facts, book) ?? common)
        }
        return sum.units
    }

    /// The quantity of all the operations that the pool's orders can be of; nil if they differ, or some may be missing.
    private static func shared(_ pool: OrderPool, _ resolution: Resolution) -> Int? {
        let operations = resolution.wins(of: pool) + resolution.unknowns(of: pool)
        let quantities = Set(operations.flatMap(\.quantities))
        return quantities.count == 1 && !resolution.historyHasGaps ? quantities.first : nil
    }

    /// nil once something was added that is not known, or too large for any sale.
    private struct Sum {
        var units: Int? = 0

        mutating func add(_ quantity: Int?, times count: Int = 1) {
            guard let quantity, let before = units else {
                units = nil
                return
            }
            let product = quantity.multipliedReportingOverflow(by: count)
            let sum = before.addingReportingOverflow(product.partialValue)
            units = product.overflow || sum.overflow || sum.partialValue.magnitude > 1 << 53 ? nil : sum.partialValue
        }
    }

    /// Where a buyer's calls are one operation, one that repeats another may write the order, of the first one's quantity.
    private static func quantity(ofAttemptOf order: Int, in facts: RunFacts, _ book: OrderBook) -> Int? {
        facts.rules.idempotency == .buyer ? nil : book.quantity(ofAttemptOfOrder: order)
    }

    private static func buyersBuyOnce(_ facts: RunFacts) -> Bool {
        if facts.recorded.scenario?.purchasesPerBuyer == 1, facts.recorded.survey.purchases.isRegular { return true }
        var purchases: [Int: Int] = [:]
        for (_, record) in facts.recorded.history.records {
            if let known = purchases.updateValue(record.purchase, forKey: record.buyer), known != record.purchase {
                return false
            }
        }
        return true
    }
}

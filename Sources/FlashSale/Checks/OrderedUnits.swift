/// The units that the ledger's orders stand for, where that can be told.
enum OrderedUnits {
    /// An order says its quantity itself, or has that of its attempt, or the one that all the operations share that it can
    /// be of, or the one that all attempts of the run share.
    ///
    /// Where the server keeps one order for each buyer, an order may stand for several of the buyer's units, so that nothing
    /// can be told unless a buyer can have one purchase's units only: by `limit: 1`, by `idempotent: buyer`, or because
    /// nobody made two purchases. One order for each purchase is no such case: a purchase takes effect once, and where one
    /// took two, the difference to the stock is what shows it.
    ///
    /// - Returns: nil where an order could not be read, or its quantity is not known.
    static func count(_ facts: RunFacts, _ resolution: Resolution) -> Int? {
        guard let ledger = facts.ledger, ledger.unreadable.isEmpty else { return nil }
        let mergesBuyers = ledger.mergesRepeats && Scope(ledger) >= .buyer
        guard !mergesBuyers || facts.limit == 1 || facts.idempotency == .buyer || buyersBuyOnce(facts) else {
            return nil
        }
        let book = resolution.book
        // What a gap hides may have had any quantity.
        let common = resolution.historyHasGaps ? nil : commonQuantity(facts.history)
        var sum = Sum()
        for pool in book.pools where pool.orderCount > 0 {
            let quantities = Set((pool.won + pool.unknown).flatMap { resolution.operations[$0].quantities })
            let shared = quantities.count == 1 && !resolution.historyHasGaps ? quantities.first : common
            for order in pool.orders { sum.add(order.quantity ?? quantity(ofAttemptIn: order, facts, book) ?? shared) }
            if pool.orders.isEmpty { sum.add(shared, times: pool.orderCount) }
        }
        for order in book.denied + book.strays {
            sum.add(order.quantity ?? quantity(ofAttemptIn: order, facts, book) ?? common)
        }
        return sum.units
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
    private static func quantity(ofAttemptIn order: Ledger.Order, _ facts: RunFacts, _ book: OrderBook) -> Int? {
        facts.idempotency == .buyer ? nil : order.attempt.flatMap { book.attempts[$0]?.quantity }
    }

    private static func commonQuantity(_ history: [Attempt]) -> Int? {
        guard let first = history.first?.quantity else { return nil }
        return history.allSatisfy { $0.quantity == first } ? first : nil
    }

    private static func buyersBuyOnce(_ facts: RunFacts) -> Bool {
        var purchases: [Int: Int] = [:]
        return facts.history.allSatisfy { attempt in
            let known = purchases[attempt.buyer]
            purchases[attempt.buyer] = attempt.purchase
            return known == nil || known == attempt.purchase
        }
    }
}

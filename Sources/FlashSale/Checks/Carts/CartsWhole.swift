/// Nobody has a part of a cart: no order is for some of its items only, or for other numbers of units, and no cart that was refused keeps an
/// item.
///
/// - Orders tell of a cart where they name its attempt or its purchase. Where they name buyers only, an item is missing if each cart of the
///   buyer that wants the one that is there wants it, too. Where they name nobody they tell nothing.
/// - An item is kept if more of it left the stock than its buyers hold and lost answers can explain, and carts that were refused wanted it.
/// - It is upheld only where the accounts of all items are exact: what is missing may be a part that somebody keeps.
/// - Where no cart of several items was won, or none was refused of which some item was there, it was not put to the test.
struct CartsWhole {
    static let name = CheckName.cartsWhole

    private let sale: CartSale
    private let facts: RunFacts
    private let resolution: Resolution
    private let items: [ItemVerdict]

    init(_ sale: CartSale, _ facts: RunFacts, _ resolution: Resolution, _ items: [ItemVerdict]) {
        self.sale = sale
        self.facts = facts
        self.resolution = resolution
        self.items = items
    }

    var result: CheckResult {
        if let loss = facts.doubts.serverLoss {
            return CheckResult(Self.name, .inconclusive, "what was there at the end proves nothing: \(loss.reason)")
        }
        guard facts.resets.isEmpty else {
            return CheckResult(
                Self.name, .inconclusive,
                "the stock was reset, and with it what carts had taken may have gone or come back")
        }
        var orders = OrdersOfCarts(facts, sale)
        orders.compare()
        let kept = kept
        let evidence = orders.parts + kept
        guard evidence.isEmpty else {
            var found: [String] = []
            if !orders.parts.isEmpty {
                found.append("\(orders.parts.count.counted("order is", "orders are")) not for what the cart wanted")
            }
            if !kept.isEmpty {
                found.append(
                    "of \(kept.count.counted("item")) units are gone that nobody bought, and carts wanted them that were refused"
                )
            }
            return CheckResult(Self.name, .violated, found.joined(separator: "; "), evidence: evidence)
        }
        if let doubt = doubt(orders) { return doubt }
        if let untested { return CheckResult(Self.name, .notApplicable, "not put to the test: \(untested)") }
        return CheckResult(
            Self.name, .upheld,
            "no unit is missing of any item that refused carts wanted"
                + (orders.carts == 0
                    ? ""
                    : "; \(orders.carts.counted("order", "orders")) of carts \(orders.carts == 1 ? "is" : "are") for all of their items")
        )
    }

    /// What nobody tried.
    private var untested: String? {
        guard sale.wasWon else { return "no cart of several items was won" }
        guard sale.wasRefused else { return "no cart of several items was refused" }
        return sale.wasRefusedWithStock ? nil : "no cart was refused of which some item was certainly there"
    }

    /// Why nothing is proved.
    private func doubt(_ orders: OrdersOfCarts) -> CheckResult? {
        if !orders.open.isEmpty {
            return CheckResult(
                Self.name, .inconclusive,
                "\(orders.open.count.counted("cart")) without a clear answer \(orders.open.count == 1 ? "has" : "have") an order for some items, "
                    + "and it is not known whether the others are still to come", evidence: orders.open)
        }
        var unclear: [String] = []
        for item in items {
            let account = item.verdict.checks.first { $0.name == ExactAccounting.name }
            guard let account, account.result != .upheld else { continue }
            unclear.append("item \(item.item): \(account.detail)")
        }
        guard let first = unclear.first else { return nil }
        return CheckResult(
            Self.name, .inconclusive,
            "whether somebody keeps a part of a cart is not known, since \(unclear.count.counted("item has", "items have")) no exact account; "
                + first)
    }

    // MARK: Items that are kept

    /// For each item of which units are certainly gone, carts that wanted it and were refused.
    private var kept: [CheckResult.Evidence] {
        guard facts.rules.lapsesNanoseconds == nil, !facts.hasStragglers, !resolution.historyHasGaps else { return [] }
        var evidence: [CheckResult.Evidence] = []
        for (index, item) in items.enumerated() where sale.isRefused[index] {
            let epoch = facts.items[index].epoch
            guard case .units(let final) = epoch.stock, epoch.restockedInDoubt == 0,
                item.verdict.checks.contains(where: { $0.name == ExactAccounting.name && $0.result == .violated })
            else { continue }
            let gone = epoch.totalUnits - final - item.verdict.soldToBuyers - item.verdict.inDoubt
            guard gone > sale.repeatedUnits[index] else { continue }
            evidence.append(
                .init(
                    "\(gone.counted("unit")) of item \(item.item) \(gone == 1 ? "is" : "are") gone that no win and no lost answer explains; "
                        + "these carts wanted it and were refused", attempts: refused(wanting: index), tellsWhen: false)
            )
        }
        return evidence
    }

    /// How many carts are shown for an item.
    private static var shownCarts: Int { 3 }

    private func refused(wanting item: Int) -> [Attempt] {
        var shown: [Attempt] = []
        for (position, record) in facts.recorded.history.records {
            switch record.outcome {
            case .soldOut, .returned, .conflict, .failed: break
            case .won, .unknown, .duplicate, .held: continue
            }
            let parts = sale.reader.parts(ofPurchase: record.purchase)
            guard parts.contains(where: { $0.item == item }) else { continue }
            shown.append(facts.recorded.history[position])
            if shown.count == Self.shownCarts { break }
        }
        return shown
    }
}

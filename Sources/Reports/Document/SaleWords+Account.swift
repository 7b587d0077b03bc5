internal import FlashSale

extension SaleWords {
    static let accountTitle = "Where the units are"

    /// Where each unit is.
    var account: ReportDocument.Section {
        let remaining = sale.remaining == nil ? noStockNote : leftNote
        let rows: [(label: String, number: Int?, note: String)] = [
            ("opened with", sale.units, ""),
            ("restocked with", sale.restocked, "while the doors were open"),
            ("sold, as buyers were told", sale.soldToBuyers, unknownNote),
            (sale.held == nil ? "left on the server" : "left or held on the server", sale.remaining, remaining),
            (
                "held", sale.held,
                sale.held ?? 0 < 0
                    ? "more holds were ended than there were" : "of these, on hold: neither sold nor for sale"
            ),
            ("difference", difference, differenceNote),
            ("orders in the ledger", sale.ledgerOrders, ledgerNote),
        ]
        return .init(
            Self.accountTitle,
            // Few sales are restocked.
            rows: rows.filter { !["restocked with", "held"].contains($0.label) || $0.number != nil }.map {
                .init($0.label, figures: [NumberText.grouped($0.number)], qualifier: $0.note)
            })
    }

    /// How every single attempt ended.
    var attempts: ReportDocument.Section {
        Self.shares(
            "Attempts", of: totals.attempts,
            outcomes: [
                ("won", totals.won, "told that the unit is theirs"),
                ("sold-out", totals.soldOut, "told that nothing is left"),
                ("conflict", totals.conflict, "told that another buyer was quicker"),
                ("duplicate", totals.duplicate, "told that they already have what they may have"),
                ("returned", totals.returned, "had it and gave it back"),
                ("held", totals.held, "told that it is on hold for them"),
                ("failed", totals.failed, "an error, certainly without effect"),
                ("unknown", totals.unknown, "no clear answer: a unit may be taken or not"),
            ])
    }

    /// A total divided into outcomes. Those that did not occur are only named.
    static func shares(
        _ title: String, of total: Int, outcomes: [(word: String, count: Int, note: String)]
    ) -> ReportDocument.Section {
        let rows = outcomes.filter { $0.count != 0 }.map { outcome in
            ReportDocument.Row(
                outcome.word, figures: [outcome.count.grouped, NumberText.share(outcome.count, of: total)],
                qualifier: outcome.note)
        }
        // Few sales take units back, and the others need not hear of it.
        let absent = outcomes.filter {
            $0.count == 0
                && ![Outcome.returned.word, Outcome.held.word, Purchase.Ending.lapsed.rawValue].contains($0.word)
        }.map(\.word)
        return .init(
            title, total: total.grouped, rows: rows,
            parts: total > 0 && !absent.isEmpty ? [.remarks(["none: \(absent.joined(separator: ", "))"])] : [])
    }

    /// Units that neither a buyer nor the server has; negative where a unit was sold twice.
    private var difference: Int? {
        guard let sold = sale.soldByServer else { return nil }
        let difference = sold.subtractingReportingOverflow(sale.soldToBuyers)
        return difference.overflow ? nil : difference.partialValue
    }

    private var unknownNote: String {
        let unknown = sale.inDoubt
        return unknown == 0 ? "" : "and up to \(unknown.grouped) more, whose attempts had no clear answer"
    }

    private var noStockNote: String {
        stockIsUnread ? "not told (--remaining)" : "the stock could not be counted"
    }

    private var leftNote: String {
        guard let remaining = sale.remaining else { return "" }
        if remaining < 0 { return "below zero" }
        guard remaining > 0, gaveUp > 0 else { return "" }
        return "unsold, although \(gaveUp.counted("purchase")) gave up"
    }

    private var differenceNote: String {
        guard let difference else { return "cannot be told without the units left" }
        if difference != 0, serverWasLost {
            return "the server was started again, and may have forgotten what it sold"
        }
        if difference == 0 {
            return "sold and left make up what the sale opened with" + (sale.restocked == nil ? "" : " and got")
        }
        let isViolated = judged.checks.contains { $0.name == .exactAccounting && $0.result == .violated }
        if difference < 0 {
            return isViolated
                ? "sold, but never taken from the stock" : "told more than once for the same sale; see exact-accounting"
        }
        let unknown = sale.inDoubt
        if unknown == 0 || (isViolated && difference <= unknown) { return "left the stock, but no buyer was told" }
        return difference <= unknown
            ? "left the stock; attempts without a clear answer can explain it"
            : "left the stock; attempts without a clear answer explain at most \(unknown.grouped)"
    }

    private var ledgerNote: String {
        guard let orders = sale.ledgerOrders else { return "no orders to compare with" }
        let difference = orders.subtractingReportingOverflow(sale.soldToBuyers)
        guard !difference.overflow, !serverWasLost || difference.partialValue == 0 else { return "" }
        let isUpheld = judged.checks.contains { $0.name == .ledger && $0.result == .upheld }
        switch difference.partialValue {
        case 0: return "as many as were sold"
        case _ where isUpheld: return "each a buyer's who won"
        case let more where more > 0: return "\(more.grouped) more than buyers were told"
        case let fewer: return "\((-fewer).grouped) fewer than buyers were told"
        }
    }
}

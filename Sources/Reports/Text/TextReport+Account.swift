internal import FlashSale

extension TextReport {
    /// Where each unit is.
    static func account(_ record: RunRecord, _ paint: Paint) -> [String] {
        let sale = record.sale
        let difference = difference(record)
        let rows: [(label: String, number: Int?, note: String)] = [
            ("opened with", sale.units, ""),
            ("sold, as buyers were told", sale.soldToBuyers, unknownNote(record)),
            (
                "left on the server", sale.remaining,
                sale.remaining == nil ? noStockNote(record) : leftNote(record)
            ),
            ("difference", difference, differenceNote(record, difference)),
            ("orders in the ledger", sale.ledgerOrders, ledgerNote(record)),
        ]
        return [paint.heading("Where the units are")] + counts(rows)
    }

    /// What became of the buyers' wishes.
    static func purchases(_ record: RunRecord, _ paint: Paint) -> [String] {
        let purchases = record.purchases
        let gaveUp = record.scenario.attempts == 1 ? "another buyer was quicker" : "another buyer was quicker each time"
        return outcomes(
            "Purchases", record.totals.purchases,
            [
                ("won", purchases.won, "the buyer has it"),
                ("sold-out", purchases.soldOut, "told that nothing is left"),
                ("gave-up", purchases.gaveUp, gaveUp),
                ("refused", purchases.refused, "told that they already have what they may have"),
                ("failed", purchases.failed, "an error, certainly without effect"),
                ("unknown", purchases.unknown, "no clear answer: it may be sold or not"),
                ("not-started", purchases.notStarted, "no attempt was made"),
            ], paint)
    }

    /// What became of every single try.
    static func attempts(_ record: RunRecord, _ paint: Paint) -> [String] {
        let tally = record.totals.tally
        return outcomes(
            "Attempts", tally.attempts,
            [
                ("won", tally.won, "told that the unit is theirs"),
                ("sold-out", tally.soldOut, "told that nothing is left"),
                ("conflict", tally.conflict, "another buyer was quicker; nothing taken"),
                ("duplicate", tally.duplicate, "told that they already have what they may have"),
                ("failed", tally.failed, "an error, certainly without effect"),
                ("unknown", tally.unknown, "no clear answer: a unit may be taken or not"),
            ], paint)
    }

    private static func outcomes(
        _ heading: String, _ total: Int, _ rows: [(word: String, count: Int, note: String)], _ paint: Paint
    ) -> [String] {
        let shown = rows.filter { $0.count != 0 }
        let cells =
            [[heading, Figures.grouped(total), ""]]
            + shown.map { ["  " + $0.word, Figures.grouped($0.count), Figures.share($0.count, of: total)] }
        let figures = TextLines.table(cells, left: [0], indent: 0)
        var lines = [paint.heading(figures[0])]
        for (figure, row) in zip(figures.dropFirst(), shown) { lines += TextLines.hanging(figure + "  ", row.note) }
        let absent = rows.filter { $0.count == 0 }.map(\.word)
        guard total > 0, !absent.isEmpty else { return lines }
        return lines + TextLines.hanging("  ", "none: \(absent.joined(separator: ", "))").map(paint.faint)
    }

    private static func counts(_ rows: [(label: String, number: Int?, note: String)]) -> [String] {
        let labels = rows.map(\.label.count).max() ?? 0
        let numbers = rows.map { Figures.grouped($0.number).count }.max() ?? 0
        return rows.flatMap { row in
            let number = TextLines.padded(left: Figures.grouped(row.number), numbers)
            return TextLines.hanging("  \(TextLines.padded(row.label, labels))  \(number)  ", row.note)
        }
    }

    /// Units that neither a buyer nor the server has; negative where a unit was sold twice.
    private static func difference(_ record: RunRecord) -> Int? {
        guard let sold = record.sale.soldByServer else { return nil }
        let difference = sold.subtractingReportingOverflow(record.sale.soldToBuyers)
        return difference.overflow ? nil : difference.partialValue
    }

    private static func unknownNote(_ record: RunRecord) -> String {
        let unknown = record.sale.inDoubt
        return unknown == 0 ? "" : "and up to \(Figures.grouped(unknown)) more, whose attempts had no clear answer"
    }

    private static func noStockNote(_ record: RunRecord) -> String {
        record.observed.stock == .unread ? "not told (--remaining)" : "the stock could not be counted"
    }

    private static func leftNote(_ record: RunRecord) -> String {
        guard let remaining = record.sale.remaining else { return "" }
        if remaining < 0 { return "below zero" }
        guard remaining > 0, record.purchases.gaveUp > 0 else { return "" }
        return "unsold, although \(record.purchases.gaveUp.counted("purchase")) gave up"
    }

    private static func differenceNote(_ record: RunRecord, _ difference: Int?) -> String {
        guard let difference else { return "cannot be told without the units left" }
        if difference != 0, record.observed.serverLoss != nil {
            return "the server was started again, and may have forgotten what it sold"
        }
        if difference == 0 { return "sold and left make up what the sale opened with" }
        let isViolated = record.checks.contains { $0.name == .exactAccounting && $0.result == .violated }
        if difference < 0 {
            return isViolated
                ? "sold, but never taken from the stock" : "told more than once for the same sale; see exact-accounting"
        }
        let unknown = record.sale.inDoubt
        if unknown == 0 { return "left the stock, but no buyer was told" }
        return difference <= unknown
            ? "left the stock; attempts without a clear answer can explain it"
            : "left the stock; attempts without a clear answer explain at most \(Figures.grouped(unknown))"
    }

    private static func ledgerNote(_ record: RunRecord) -> String {
        guard let orders = record.sale.ledgerOrders else { return "no orders to compare with" }
        let difference = orders.subtractingReportingOverflow(record.sale.soldToBuyers)
        guard !difference.overflow, record.observed.serverLoss == nil || difference.partialValue == 0 else { return "" }
        let isUpheld = record.checks.contains { $0.name == .ledger && $0.result == .upheld }
        switch difference.partialValue {
        case 0: return "as many as were sold"
        case _ where isUpheld: return "each a buyer's who won"
        case let more where more > 0: return "\(Figures.grouped(more)) more than buyers were told"
        case let fewer: return "\(Figures.grouped(-fewer)) fewer than buyers were told"
        }
    }
}

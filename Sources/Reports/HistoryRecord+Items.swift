package import FlashSale

extension HistoryRecord {
    /// Several goods, each judged by itself: the worst verdict is that of all.
    ///
    /// - Parameter items: at least one.
    package init(history: String, tellsBuyers: Bool, items: [RunRecord.Item], findings: [Finding] = []) {
        version = Version.current
        self.history = history
        self.tellsBuyers = tellsBuyers
        self.items = items
        checks = Self.combined(items)
        verdict = max(items.map(\.verdict).max() ?? .inconclusive, checks.map(\.result).max() ?? .inconclusive)
        exitCode = ExitStatus(verdict)
        func sum(_ figure: (RunRecord.Sale) -> Int?) -> Int? {
            var sum = 0
            for item in items {
                guard let number = figure(item.sale) else { return nil }
                let next = sum.addingReportingOverflow(number)
                guard !next.overflow else { return nil }
                sum = next.partialValue
            }
            return sum
        }
        sale = RunRecord.Sale(
            units: sum(\.units) ?? 0, remaining: sum(\.remaining), soldToBuyers: sum(\.soldToBuyers) ?? 0,
            inDoubt: sum(\.inDoubt) ?? 0, ledgerOrders: sum(\.ledgerOrders))
        totals = Tally()
        for item in items { totals.add(item.totals) }
        self.findings =
            findings
            + items.flatMap { item in
                item.findings.map { Finding($0.name, "item \(item.item): \($0.detail)") }
            }
    }

    /// Of each check the worst result, the items that have it, and what shows it.
    private static func combined(_ items: [RunRecord.Item]) -> [RunRecord.Check] {
        // An item may have a check that another one has not.
        let names = CheckName.allCases.filter { name in items.contains { $0.checks.contains { $0.name == name } } }
        return names.map { name in
            let all = items.compactMap { item in
                item.checks.first { $0.name == name }.map { (item.item, $0) }
            }
            var check = all[0].1
            let isOfAll = check.name == .meaningful
            let worst = all.map(\.1.result).max() ?? check.result
            let own = all.filter { $0.1.result == worst }
            check = own[0].1
            if isOfAll, worst == .notApplicable {
                // Nothing shows that a race over any of the goods would have been seen.
                check.result = .inconclusive
            } else {
                check.result = worst
            }
            check.detail =
                "\(own.count.grouped) of \(items.count.counted("item")), such as \(own[0].0): \(own[0].1.detail)"
            let evidence = own.flatMap { item, check in
                check.evidence.map { piece in
                    var piece = piece
                    piece.detail = "item \(item): \(piece.detail)"
                    return piece
                }
            }
            check.furtherEvidence =
                own.reduce(0) { $0 + $1.1.furtherEvidence } + max(0, evidence.count - CheckResult.evidenceLimit)
            check.evidence = Array(evidence.prefix(CheckResult.evidenceLimit))
            return check
        }
    }
}

extension SaleWords {
    /// The sale of one of several goods.
    init(_ item: RunRecord.Item) {
        subject = "item \(item.item)"
        judged = JudgedSale(
            verdict: item.verdict, exitCode: ExitStatus(item.verdict), sale: item.sale, checks: item.checks,
            findings: item.findings)
        totals = item.totals
        stockIsUnread = true
    }
}

extension ReportDocument {
    /// The most items that the table of a history's report has; `--format json` has all.
    private static var itemLimit: Int { 30 }
    /// The most findings of items that a report has.
    private static var findingLimit: Int { 10 }

    /// The report on a history of several goods.
    init(_ record: HistoryRecord, items: [RunRecord.Item], originNanoseconds: UInt64?) {
        var record = record
        if record.findings.count > Self.findingLimit { record.findings.removeSubrange(Self.findingLimit...) }
        let words = SaleWords(record)
        let sections: [Section?] = [
            Self.items(items, atMost: Self.itemLimit), words.attempts, words.checks, Self.thresholds(record.thresholds),
            words.evidence(since: originNanoseconds, namesBuyers: record.tellsBuyers), words.findings,
        ]
        self.init(
            verdict: record.verdict,
            headline: Self.headline(Self.headline(record, items), record.verdict, record.thresholds),
            sections: sections.compactMap { $0 })
        identity = "history \(record.history), stress \(record.version)"
    }

    private static func headline(_ record: HistoryRecord, _ items: [RunRecord.Item]) -> String {
        let own = items.filter { $0.verdict == record.verdict }
        let sold = "\(record.sale.soldToBuyers.grouped) of \(record.sale.units.counted("unit"))"
        guard record.verdict != .upheld, let first = own.first else {
            let all = "the sale of \(items.count.counted("item")) sold \(sold)"
            guard record.verdict == .upheld else {
                return "\(all), but nothing shows that buyers raced for any of them"
            }
            return all
                + (record.sale.remaining == nil
                    ? ", of each no more than there was, and no answer contradicts another"
                    : " and every one is accounted for")
        }
        let others = own.count == 1 ? "" : " (and \((own.count - 1).counted("other item")))"
        return "\(SaleWords(first).headline)\(others)"
    }

    /// The worst items first.
    static func items(_ items: [RunRecord.Item], atMost limit: Int) -> Section {
        let rows = items.byWorst.prefix(limit).map { item in
            Table.Row(
                UnitText.shown(item.item),
                cells: [
                    .text(item.verdict.word), .text(item.sale.units.grouped), .text(item.sale.soldToBuyers.grouped),
                    .text(NumberText.grouped(item.sale.remaining)), .text(item.totals.attempts.grouped),
                ])
        }
        let hidden = items.count - rows.count
        return Section(
            "Items",
            parts: [
                .table(
                    Table(
                        columns: [
                            .init("verdict", isText: true), .init("units"), .init("sold"),
                            .init(items.contains { $0.sale.held != nil } ? "left or held" : "left"),
                            .init("attempts", isOptional: true),
                        ], rows: rows))
            ] + (hidden > 0 ? [.remarks(["and \(hidden.counted("more item")) (--format json has all)"])] : []))
    }
}

extension [RunRecord.Item] {
    /// Those first that have the worst verdict, and otherwise as the scenario has them.
    var byWorst: [RunRecord.Item] {
        enumerated().sorted { ($1.element.verdict, $0.offset) < ($0.element.verdict, $1.offset) }.map(\.element)
    }
}

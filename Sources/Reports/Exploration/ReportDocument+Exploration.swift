package import FlashSale

extension ReportDocument {
    /// An exploration for a page: the order that goes wrong has a column for each buyer, as lincheck and Porcupine draw them.
    package init(_ record: ExplorationRecord) {
        self.init(verdict: record.verdict, headline: ExplorationText.sentence(record), sections: [])
        if let counterexample = record.counterexample {
            sections += [Self.order(counterexample), Self.meaning(counterexample)]
        }
        sections.append(Self.phases(record))
        if !record.findings.isEmpty {
            sections.append(Section("Findings", parts: [.points(record.findings.map(\.detail))]))
        }
        identity = "\(record.subject), \(record.started), stress \(record.version)"
    }

    private static func order(_ counterexample: ExplorationRecord.Counterexample) -> Section {
        let buyers = Set(counterexample.steps.compactMap(\.buyer)).sorted()
        let columns =
            buyers.map { Table.Column("buyer \($0)", isText: true, isLong: true) } + [
                Table.Column("beside", isText: true, isLong: true), Table.Column("stock"), Table.Column("orders"),
            ]
        let rows = counterexample.steps.map { step in
            let words = ExplorationText.whatHappens(step)
            return Table.Row(
                "\(step.step)" + (step.step == counterexample.wrongStep ? " ◄ wrong from here on" : ""),
                cells: buyers.map { .text(step.buyer == $0 ? words : "") } + [
                    .text(step.buyer == nil ? words : step.note ?? ""), .text(step.stock.map(\.grouped) ?? ""),
                    .text(step.orders.map(\.grouped) ?? ""),
                ])
        }
        return Section(
            "The order", text: "From top to bottom, one command after the other.",
            parts: [.table(Table(columns: columns, rows: rows))])
    }

    private static func meaning(_ counterexample: ExplorationRecord.Counterexample) -> Section {
        Section(
            "What happened",
            parts: [
                .points(counterexample.story),
                .checks(
                    counterexample.checks.map { Check(name: $0.name.rawValue, result: $0.result, detail: $0.detail) }),
                .remarks(["Again: \(counterexample.again)"]),
            ])
    }

    private static func phases(_ record: ExplorationRecord) -> Section {
        Section(
            "What was tried",
            parts: [
                .table(
                    Table(
                        columns: [
                            .init("orders"), .init("begun"), .init("commands"), .init("seconds"),
                            .init("result", isText: true),
                        ],
                        rows: record.phases.map { phase in
                            .init(
                                phase.title,
                                cells: [
                                    .text(phase.orders.grouped), .text(phase.executions.grouped),
                                    .text(phase.commands.grouped), .text(ExplorationText.seconds(phase.seconds)),
                                    .text(ExplorationText.words(phase)),
                                ])
                        }))
            ])
    }
}

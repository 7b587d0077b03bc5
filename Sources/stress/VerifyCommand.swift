internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host
internal import Recordings
internal import Reports

/// `stress verify`: judges what was recorded, without Redis.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judge a run again, or a history that another system recorded. No Redis is needed.",
        discussion: """
            A run is named by its folder, such as results/latest. A history is a CSV file with the columns attempt, \
            invoked_ns, returned_ns and outcome, and if it has them purchase, buyer, worker, thread, client, number, quantity, \
            remaining and unit; others are ignored. An empty returned_ns means that the attempt may still happen. See \
            docs/checks.md.
            """)

    @Argument(help: ArgumentHelp("A run's folder.", valueName: "run"), completion: .directory)
    var folder: String?

    @Option(help: ArgumentHelp("A history of any system.", valueName: "attempts.csv"), completion: .file())
    var history: String?

    @Option(
        help: ArgumentHelp(
            "With --history: units of stock when the doors opened; with --item-column of each item, or a CSV file with the columns item, units and perhaps remaining.",
            valueName: "n|units.csv"),
        completion: Completion.csv)
    var units: String?

    @Option(
        help: ArgumentHelp(
            "With --history: the column that separates goods, such as sku; each item is judged by its own units.",
            valueName: "name"))
    var itemColumn: String?

    // The stock may have fallen below 0.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("With --history: units that were left at the end.", valueName: "n"))
    var remaining: Int?

    @Option(
        help: ArgumentHelp(
            "With --history: the orders that the sale wrote, with one of the columns attempt, purchase and buyer at least.",
            valueName: "ledger.csv"),
        completion: Completion.csv)
    var ledger: String?

    @Option(
        help: ArgumentHelp(
            "With --history: units that one buyer may have; without it nobody looks for more.", valueName: "n"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "With --history: whose repeated calls give what the first one got: purchase or buyer; without it every win is a sale.",
            valueName: "whose"),
        completion: Completion.idempotency)
    var idempotent: String?

    @Option(
        help: ArgumentHelp(
            "With --history: the least time after its call at which units that were not bought come back by themselves, such as 5s; without it nobody knows when a hold lapses.",
            valueName: "time"))
    var lapses: String?

    @Option(
        help: ArgumentHelp(
            "With --history: the names of the units that were for sale, in a column unit; each row is one unit.",
            valueName: "units.csv"),
        completion: Completion.csv)
    var unitNames: String?

    @OptionGroup(title: "Logs of other systems")
    var log: LogOptions

    @Option(help: "What is printed: text, or json (as run.json).")
    var format = ResultsOptions.Format.text

    @OptionGroup(title: "Gate") var gate: GateOptions

    func validate() throws {
        switch (folder, history) {
        case (nil, nil):
            throw ValidationError("a run's folder is wanted, such as results/latest, or --history FILE.csv --units N")
        case (_?, _?): throw ValidationError("a run's folder or --history is wanted; found both")
        case (_?, nil):
            for (flag, isGiven) in [
                ("--units", units != nil), ("--remaining", remaining != nil), ("--ledger", ledger != nil),
                ("--limit", limit != nil), ("--item-column", itemColumn != nil), ("--unit-names", unitNames != nil),
                ("--idempotent", idempotent != nil), ("--lapses", lapses != nil),
            ]
            where isGiven {
                throw ValidationError("\(flag) is for --history; a run's folder says it itself")
            }
            if let flag = log.given.first { throw ValidationError("\(flag) is for --history, not for a run's folder") }
        case (nil, _?):
            guard let units else { throw ValidationError("--history needs --units N: the units of stock at the start") }
            if let number = Int(units) {
                if !Scenario.Bounds.units.contains(number) {
                    throw ValidationError(
                        "--units \(units): a number from \(Scenario.Bounds.units.lowerBound) to \(Scenario.Bounds.units.upperBound) is wanted"
                    )
                }
            } else if itemColumn == nil {
                throw ValidationError(
                    "--units \(units): a number is wanted; a file with the units of each item goes with --item-column NAME"
                )
            }
            if let itemColumn, itemColumn.isEmpty || AttemptsCSVReader.columnNames.contains(itemColumn) {
                throw ValidationError(
                    "--item-column \(itemColumn): the name of a column of goods is wanted, such as sku")
            }
            if let idempotent, !["purchase", "buyer"].contains(idempotent) {
                throw ValidationError("--idempotent \(idempotent): purchase or buyer is wanted")
            }
            if let limit, !Scenario.Bounds.units.contains(limit) {
                throw ValidationError(
                    "--limit \(limit): a number from \(Scenario.Bounds.units.lowerBound) to \(Scenario.Bounds.units.upperBound) is wanted"
                )
            }
            _ = try lapseNanoseconds()
            if let remaining, remaining.magnitude > 1 << 53 {
                throw ValidationError("--remaining \(remaining): a number of units is wanted")
            }
        }
    }

    mutating func run() throws {
        let command = self
        let files = GateFiles(gate, place: folder.map { "\($0)/\(RunLayout.record)" } ?? history ?? "")
        try CommandLineEnd.with { () throws(RunError) in
            try files.surround { () throws(RunError) in try command.execute(files) }
        }
    }

    private func execute(_ files: GateFiles) throws(RunError) -> ExitStatus {
        if let folder { return try verify(folder: folder, files) }
        // validate() has seen to it that there is one of the two.
        guard let history, let units else { return .usage }
        if let itemColumn { return try verify(history: history, units: units, itemColumn: itemColumn, files) }
        return try verify(history: history, units: Int(units) ?? 0, files)
    }

    // MARK: A run

    private func verify(folder: String, _ files: GateFiles) throws(RunError) -> ExitStatus {
        let (recorded, isAsWritten) = try RecordOfRun.read(
            in: folder, instead: ", or --history \(folder) --units N for a CSV file")
        let facts = try RecordedFiles(folder: folder, record: recorded, isAsWritten: isAsWritten).facts
        try Self.expectMemory(facts)
        let verdict = Judging.verdict(facts)
        var record = recorded.judged(facts, verdict)
        record.requireAgain(and: gate.thresholds)
        let document = ReportDocument(
            record, resultsPath: folder, originNanoseconds: facts.recorded.survey.firstInvoked)
        let unwritten = files.write(document, suites: [GateSuite(record, document)])
        try gate.show(document, format, exitCode: record.exitCode, thresholds: record.thresholds) {
            RunJSON.write(record, to: &$0)
        }
        if let unwritten { throw unwritten }
        return record.exitCode
    }

    /// - Throws: ``RunError`` with 69 if there is too little memory to check so many attempts.
    private static func expectMemory(_ facts: RunFacts) throws(RunError) {
        let attempts = facts.recorded.history.count
        try CheckingMemory.need(attempts: attempts, purpose: "to check \(attempts.counted("attempt")) takes").check()
    }

    // MARK: A history

    func verify(history path: String, units: Int, _ files: GateFiles) throws(RunError) -> ExitStatus {
        var contents = try log.read(path, itemColumn: nil)
        try checkIDs(contents, path)
        let orders = try orders(for: &contents, path)
        var facts = RunFacts(
            recorded(contents.history, contents),
            rules: rules,
            epoch: Epoch(
                units: units, stock: remaining.map { .units($0) } ?? .unread,
                ledger: orders))
        facts.epoch.forSale = try forSale(for: contents.columns, path, units: units)
        try Self.expectMemory(facts)
        var verdict = Judging.verdict(facts)
        if let column = contents.goodsColumn {
            verdict.findings.append(
                Finding(
                    .itemsNotSeparated,
                    "The history has a column \(column) with several items, which was not looked at: all attempts were judged as one item's. "
                        + "--item-column \(column) judges each by its own units."))
        }
        if let finding = repeatsUnasked(facts) { verdict.findings.append(finding) }
        if let rounding = contents.log?.rounding { verdict.findings.append(rounding) }
        let record = HistoryRecord(
            history: path, tellsBuyers: contents.columns.contains(.buyer), facts: facts, verdict: verdict)
        return try show(record, since: facts.recorded.survey.firstInvoked, contents.log, files)
    }

    /// What the sale promises, as far as the flags say.
    var rules: SaleRules {
        var rules = SaleRules(limit: limit, idempotency: idempotent.flatMap(Idempotency.init) ?? .none)
        // validate() has read it once.
        rules.lapsesNanoseconds = (try? lapseNanoseconds()) ?? nil
        return rules
    }

    private func lapseNanoseconds() throws(ValidationError) -> UInt64? {
        guard let lapses else { return nil }
        let microseconds: Int
        do throws(DurationText.Problem) {
            microseconds = try DurationText.microseconds(lapses, atMostDays: 30)
        } catch {
            throw ValidationError("--lapses: \(error.message)")
        }
        guard microseconds > 0 else {
            throw ValidationError(
                "--lapses: the least time for which units are held that are not sold is wanted, such as 5s; found 0")
        }
        return UInt64(microseconds) * 1000
    }

    /// Purchases that were won more than once, where nobody said that such calls only repeat.
    private func repeatsUnasked(_ facts: RunFacts) -> Finding? {
        guard idempotent == nil, facts.recorded.tellsPurchases else { return nil }
        let repeated = facts.recorded.purchasesWonAgain
        guard repeated > 0 else { return nil }
        return Finding(
            .repeatsUnasked,
            "\(repeated.counted("purchase")) \(repeated == 1 ? "was" : "were") won more than once, and each win was judged as a sale of "
                + "its own. If a repeated call gives what the first one got, say so: --idempotent purchase.")
    }

    /// - Throws: ``RunError`` where a flag needs ids that nobody knows.
    func checkIDs(_ contents: HistoryFile.Contents, _ path: String) throws(RunError) {
        if let idempotent, !contents.columns.contains(idempotent == "buyer" ? .buyer : .purchase) {
            throw RunError(
                .usage,
                "--idempotent \(idempotent): \(path) has no column \(idempotent), or one with empty cells, so that nobody knows which calls repeat another; complete it"
            )
        }
        guard limit != nil, !contents.columns.contains(.buyer) else { return }
        throw RunError(
            .usage,
            "--limit: \(path) has no column buyer, or one with empty cells, so that nobody's units can be counted; complete it"
        )
    }

    func show(
        _ record: HistoryRecord, since origin: UInt64?, _ log: LogFacts?, _ files: GateFiles
    ) throws(RunError) -> ExitStatus {
        var record = record
        if let log { record.name(ids: log.ids.text, sentences: log.ids.named) }
        record.require(gate.thresholds)
        let document = ReportDocument(record, originNanoseconds: origin)
        let unwritten = files.write(document, suites: [GateSuite(record, document)])
        try gate.show(document, format, exitCode: record.exitCode, thresholds: record.thresholds) {
            record.write(json: &$0)
        }
        if let unwritten { throw unwritten }
        return record.exitCode
    }

    /// The names of the units that were for sale.
    private func forSale(
        for columns: AttemptsCSVReader.Columns, _ history: String, units: Int
    ) throws(RunError) -> UnitsForSale? {
        guard let path = unitNames else { return nil }
        guard columns.contains(.unit) else {
            throw RunError(
                .usage, "--unit-names: \(history) has no column unit, so that no unit that was sold has a name; add it")
        }
        let names = try UnitsFile.read(path)
        guard names.count == units else {
            throw RunError(
                .usage,
                "--unit-names: \(path) has \(names.count.counted("name")), but the sale opened with \(units.counted("unit")) (--units); a name for each is wanted"
            )
        }
        return .listed(names)
    }

    /// The orders, as far as the history has what they name.
    private func orders(
        for contents: inout HistoryFile.Contents, _ history: String
    ) throws(RunError) -> Ledger? {
        guard let path = ledger else { return nil }
        return try ForeignLedger.ledger(
            try ledgerContents(path, &contents), path: path, columns: contents.columns, history: history)
    }
}

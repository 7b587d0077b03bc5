internal import FlashSale

/// The words on a sale that are the same whether a run of ours or another system recorded it.
struct SaleWords {
    /// Subject of the sentences: the strategy's name, or `the sale`.
    let subject: String
    let judged: JudgedSale
    let totals: Tally
    /// Purchases whose every attempt met a quicker buyer.
    var gaveUp = 0
    var isInterrupted = false
    /// Whether nobody asked for the units that are left.
    var stockIsUnread: Bool
    /// Whether the server was lost while buyers bought.
    var serverWasLost = false

    var sale: RunRecord.Sale { judged.sale }

    init(_ record: RunRecord) {
        subject = record.strategy
        judged = JudgedSale(
            verdict: record.verdict, exitCode: record.exitCode, sale: record.sale, checks: record.checks,
            findings: record.findings)
        totals = record.totals.tally
        gaveUp = record.purchases.gaveUp
        isInterrupted = record.interrupted
        stockIsUnread = record.observed.stock == .unread
        serverWasLost = record.observed.serverLoss != nil
    }

    init(_ record: HistoryRecord) {
        subject = "the sale"
        judged = JudgedSale(
            verdict: record.verdict, exitCode: record.exitCode, sale: record.sale, checks: record.checks,
            findings: record.findings)
        totals = record.totals
        stockIsUnread = true
    }
}

extension SaleWords {
    /// The most pieces of evidence of one check that are shown; `run.json` has ten.
    private static let evidenceLimitOfCheck = 3

    /// Every check with its result and its figures.
    var checks: ReportDocument.Section {
        let made = judged.checks.count { $0.result != .notApplicable }
        return .init(
            "Checks: \(made) of \(judged.checks.count) could be made",
            parts: [
                .checks(
                    judged.checks.map {
                        .init(name: $0.name.rawValue, result: $0.result, detail: $0.detail + Self.since($0))
                    })
            ])
    }

    /// `; wrong since +12.250 ms, attempt 41`, counted from the first attempt.
    private static func since(_ check: RunRecord.Check) -> String {
        guard check.result == .violated, let since = check.sinceNs, let attempt = check.sinceAttempt else { return "" }
        return "; wrong since +\(NumberText.grouped(Double(since) / 1e6, places: 3)) ms, attempt "
            + (check.sinceAttemptName.map(UnitText.shown) ?? "\(attempt)")
    }

    /// The attempts that show each violation by themselves; nil where nothing needs to be shown.
    ///
    /// - Parameters:
    ///   - originNanoseconds: CLOCK_MONOTONIC from which the times count; nil counts from the first attempt that is shown.
    ///   - namesBuyers: whether it is known which attempts are whose.
    func evidence(since originNanoseconds: UInt64?, namesBuyers: Bool = true) -> ReportDocument.Section? {
        // An incomplete record excuses what is not proven, but not a violation.
        let ordered = judged.verdict == .inconclusive ? checksByCause : judged.checks
        let checks = ordered.filter {
            ($0.result == .violated || $0.result == .inconclusive) && !$0.evidence.isEmpty
        }
        guard !checks.isEmpty else { return nil }
        let pieces = checks.map { check in Self.shown(of: check) }
        let shown = pieces.flatMap { $0 }.flatMap { $0.attempts.prefix(EvidenceTimeline.rowLimit) }
        let origin = originNanoseconds ?? shown.map(\.invokedNs).min() ?? 0
        let since = originNanoseconds == nil ? "the first attempt shown" : "the first attempt of the run"
        let evidence = zip(checks, pieces).map { check, own in
            let further = check.evidence.count - own.count + check.furtherEvidence
            return ReportDocument.Evidence(
                check: check.name.rawValue,
                pieces: own.map {
                    .init(
                        detail: $0.detail,
                        timeline: EvidenceTimeline($0.attempts, since: origin, namesBuyers: namesBuyers),
                        commands: Self.lines($0.commands, since: origin))
                },
                further: further > 0 ? "and \(further.grouped) more like that" : nil)
        }
        return .init("Evidence", text: shown.isEmpty ? nil : "(times since \(since))", parts: [.evidence(evidence)])
    }

    /// What a service sent to its Redis meanwhile.
    private static func lines(_ commands: RunRecord.ServiceCommands?, since origin: UInt64) -> [String] {
        guard let commands else { return [] }
        let lines = commands.shown.map { command in
            let milliseconds = (Double(command.sentNs) - Double(origin)) / 1e6
            return "\(NumberText.grouped(milliseconds, places: 3)) ms  connection \(command.connection): "
                + "\(ForeignText.shown(command.command)) gave \(ForeignText.shown(command.reply))"
                + (command.fault.map { " (\($0))" } ?? "")
        }
        return ["the service sent meanwhile:"] + lines.map { "  " + $0 }
            + (commands.further > 0 ? ["  and \(commands.further.grouped) more, in \(RunLayout.serviceCommands)"] : [])
    }

    /// The first pieces, and among them the one that says since when.
    private static func shown(of check: RunRecord.Check) -> [RunRecord.Check.Evidence] {
        var shown = Array(check.evidence.prefix(evidenceLimitOfCheck))
        guard let attempt = check.sinceAttempt, check.evidence.count > shown.count else { return shown }
        func tells(_ piece: RunRecord.Check.Evidence) -> Bool { piece.attempts.contains { $0.attempt == attempt } }
        if !shown.contains(where: tells), let first = check.evidence.first(where: tells) {
            shown[shown.count - 1] = first
        }
        return shown
    }

    /// What the figures alone do not show; nil where there is nothing.
    var findings: ReportDocument.Section? {
        guard !judged.findings.isEmpty else { return nil }
        return .init("What you should know", parts: [.points(judged.findings.map { Self.sentence($0.detail) })])
    }

    /// `detail` with a capital and a full stop.
    private static func sentence(_ detail: String) -> String {
        let text = detail.prefix(1).uppercased() + detail.dropFirst()
        return ".!?".contains(text.last ?? ".") ? text : text + "."
    }
}

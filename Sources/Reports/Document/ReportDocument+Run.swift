package import FlashSale

extension ReportDocument {
    /// What a run has to say: the verdict first, then the account that it rests on, then everything else, for an engineer
    /// in a hurry and for their manager.
    ///
    /// - Parameters:
    ///   - resultsPath: where the run's files are; nil if none were written.
    ///   - originNanoseconds: CLOCK_MONOTONIC of the run's first invocation, from which the evidence counts its times;
    ///     nil counts from the first attempt of the evidence.
    package init(_ record: RunRecord, resultsPath: String?, originNanoseconds: UInt64?) {
        let words = SaleWords(record)
        let sections: [Section?] = [
            Self.rehearsal(record), Self.claims(record), words.account,
            record.items.map { Self.items($0, atMost: 5) }, Self.purchases(record), words.attempts,
            Self.speed(record), Self.machines(record), Self.faults(record), words.checks,
            Self.thresholds(record.thresholds),
            Self.untested(record), words.evidence(since: originNanoseconds), words.findings,
        ]
        self.init(
            verdict: record.verdict,
            headline: Self.headline(words.headline, record.verdict, record.thresholds),
            sections: sections.compactMap { $0 })
        reason = words.reason
        problem = Self.problem(record)
        setting = Self.setting(record)
        results = resultsPath.map { Results(path: $0, note: Self.completeness(record)) }
        identity =
            "run \(record.run), started \(record.started), seed \(record.scenario.seed), stress \(record.version)"
    }

    /// What came of each planned fault; nil where none was planned.
    static func faults(_ record: RunRecord) -> Section? {
        guard let faults = record.faults, !faults.isEmpty else { return nil }
        return Section(
            "Faults",
            parts: [
                .points(
                    faults.map { fault in
                        let opened = record.observed.openedNs
                        let since = fault.beganNs.flatMap { began in opened.map { began >= $0 ? began - $0 : 0 } }
                        let seconds = since.flatMap { (Double($0) / 1e9).fixed(places: 3) }
                        let struck = fault.struck.map { ", struck \($0.grouped)" } ?? ""
                        return
                            "\(fault.fault): \(fault.effect.rawValue)\(seconds.map { " at \($0) s" } ?? "")\(struck): \(fault.proof)"
                    })
            ])
    }

    /// What the rehearsal before the run gave reason to doubt; nil where there is nothing.
    static func rehearsal(_ record: RunRecord) -> Section? {
        guard let rehearsal = record.rehearsal else { return nil }
        var text: [String] = []
        if !rehearsal.broken.isEmpty {
            text.append(
                "one buyer after the other, without any race, breaks \(rehearsal.broken.map(\.rawValue).joined(separator: ", "))"
            )
        }
        if let problem = rehearsal.problem { text.append(problem) }
        let points = rehearsal.warnings.map { warning in
            "\(warning.name): " + (warning.place.map { "\($0): " } ?? "") + warning.message
        }
        guard !text.isEmpty || !points.isEmpty else { return nil }
        if text.isEmpty { text.append("\(points.count.counted("warning")), seen with one buyer after the other") }
        return Section("Rehearsal", text: text.joined(separator: "; "), parts: points.isEmpty ? [] : [.points(points)])
    }

    /// The report on a run that has just ended.
    package init(_ results: RunResults, resultsPath: String?) {
        self.init(results.record, resultsPath: resultsPath, originNanoseconds: results.firstInvoked)
    }

    /// What is wrong beside the sale, with the exit code that tells it: a green verdict alone would hide it.
    private static func problem(_ record: RunRecord) -> String? {
        var reasons: [String] = []
        if record.findings.contains(where: { $0.name == .endedEarly }) {
            reasons.append("the run could not go on to its end")
        }
        if let missing = record.missingFiles {
            reasons.append("the results are incomplete (\(missing.joined(separator: ", ")) could not be written)")
        }
        guard !reasons.isEmpty else { return nil }
        // A verdict of later says nothing of how the run ended.
        let code = record.exitCode.isVerdict ? "" : " (exit code \(record.exitCode.rawValue))"
        return "But \(reasons.joined(separator: ", and "))\(code); see what you should know."
    }

    private static func setting(_ record: RunRecord) -> String {
        let scenario = record.scenario
        var fleet = [
            scenario.procs.counted("process", "processes"), scenario.threads.counted("thread"),
        ]
        if scenario.clients != 1 { fleet.append(scenario.clients.counted("client")) }
        let buyers = record.totals.buyers.counted("buyer")
        let connections = scenario.totalClients.counted("connection")
        let purchases = record.totals.purchases.counted("purchase")
        let attempts = scenario.attempts.counted("attempt")
        let server = record.server
        let sale =
            "\(buyers) on \(connections) (\(fleet.joined(separator: " x "))), \(purchases) of up to \(attempts), "
        if let service = scenario.service {
            return sale + "against the service \(record.startedService == nil ? "" : "that it started: ")\(service)"
        }
        let kind = server.kind.prefix(1).uppercased() + server.kind.dropFirst()
        return sale
            + "against \(kind) \(server.version) (\(server.url), \(server.mode), persistence \(server.persistence))"
    }

    /// How the purchases ended.
    static func purchases(_ record: RunRecord) -> Section {
        let purchases = record.purchases
        let gaveUp =
            record.scenario.attempts == 1
            ? "told that another buyer was quicker" : "told each time that another buyer was quicker"
        return SaleWords.shares(
            "Purchases", of: record.totals.purchases,
            outcomes: [
                ("won", purchases.won, "the buyer has it"),
                ("sold-out", purchases.soldOut, "told that nothing is left"),
                ("gave-up", purchases.gaveUp, gaveUp),
                ("refused", purchases.refused, "told that they already have what they may have"),
                ("returned", purchases.returned, "had it and gave it back"),
                ("lapsed", purchases.lapsed ?? 0, "had it on hold, and neither paid nor gave it back"),
                ("failed", purchases.failed, "an error, certainly without effect"),
                ("unknown", purchases.unknown, "no clear answer: it may be sold or not"),
                ("not-started", purchases.notStarted, "no attempt was made"),
            ])
    }

    private static func completeness(_ record: RunRecord) -> String {
        let missing = record.missingFiles ?? []
        if missing.contains(RunFiles.runJSONName) { return "run.json could not be written" }
        return missing.isEmpty ? "run.json has everything" : "not complete"
    }
}

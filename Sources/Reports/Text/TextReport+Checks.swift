internal import FlashSale

extension TextReport {
    /// The most evidence of one check, and the most attempts of one piece of it, that a terminal gets; the rest is in
    /// `run.json`.
    private static let evidenceLimit = 3
    private static let attemptLimit = 6

    /// Every check with its result and its figures.
    static func checks(_ record: RunRecord, _ paint: Paint) -> [String] {
        let made = record.checks.count { $0.result != "not-applicable" }
        let names = record.checks.map { TextLines.plain($0.name).count }.max() ?? 0
        let results = record.checks.map { TextLines.plain($0.result).count }.max() ?? 0
        let heading = "Checks: \(made) of \(record.checks.count) could be made"
        return [paint.heading(heading)]
            + record.checks.flatMap { check in
                let name = "  \(TextLines.padded(TextLines.plain(check.name), names))  "
                let result = TextLines.padded(TextLines.plain(check.result), results)
                return TextLines.hanging(
                    "\(name)\(result)  ", painted: "\(name)\(paint.result(result, check.result))  ", check.detail)
            }
    }

    /// The attempts that show each violation by themselves.
    static func evidence(_ record: RunRecord, _ originNanoseconds: UInt64?, _ paint: Paint) -> [String] {
        let checks = record.checks.filter {
            ($0.result == "violated" || $0.result == "inconclusive") && !$0.evidence.isEmpty
        }
        guard !checks.isEmpty else { return [] }
        let shown = checks.flatMap { $0.evidence.prefix(evidenceLimit) }.flatMap { $0.attempts.prefix(attemptLimit) }
        let origin = originNanoseconds ?? shown.map(\.invokedNs).min() ?? 0
        let since = originNanoseconds == nil ? "the first attempt shown" : "the first attempt of the run"
        var lines = [paint.heading("Evidence") + (shown.isEmpty ? "" : "  (times since \(since))")]
        for check in checks {
            for evidence in check.evidence.prefix(evidenceLimit) {
                lines += TextLines.hanging("  \(TextLines.plain(check.name)): ", evidence.detail)
                lines += rows(evidence.attempts, origin)
            }
            let further = max(0, check.evidence.count - evidenceLimit) + check.furtherEvidence
            if further > 0 {
                lines.append("  \(TextLines.plain(check.name)): and \(Figures.grouped(further)) more like that")
            }
        }
        return lines
    }

    private static func rows(_ attempts: [RunRecord.EvidenceAttempt], _ origin: UInt64) -> [String] {
        guard !attempts.isEmpty else { return [] }
        var rows = [["attempt", "buyer", "worker/thread", "started ms", "ended ms", "outcome", "remaining"]]
        for attempt in attempts.prefix(attemptLimit) {
            rows.append([
                "\(attempt.attempt)", "\(attempt.buyer)", "\(attempt.worker)/\(attempt.thread)",
                milliseconds(attempt.invokedNs, since: origin),
                attempt.returnedNs.map { milliseconds($0, since: origin) } ?? "no reply",
                TextLines.plain(attempt.outcome), Figures.grouped(attempt.remaining),
            ])
        }
        let lines = TextLines.table(rows, left: [5], indent: 4)
        let hidden = attempts.count - attemptLimit
        return hidden > 0 ? lines + ["    and \(hidden.counted("more attempt"))"] : lines
    }

    /// Milliseconds with a thousandth; negative for what was before the origin.
    private static func milliseconds(_ time: UInt64, since origin: UInt64) -> String {
        let isEarlier = time < origin
        let distance = Double(isEarlier ? origin - time : time - origin) / 1e6
        return Figures.grouped(isEarlier ? -distance : distance, places: 3)
    }
}

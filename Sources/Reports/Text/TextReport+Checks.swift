internal import FlashSale

extension TextReport {
    /// The most evidence that a terminal gets, and the most of one check; `run.json` has ten of each.
    private static let evidenceLimit = 10
    private static let evidenceLimitOfCheck = 3

    /// Every check with its result and its figures.
    static func checks(_ record: RunRecord, _ paint: Paint) -> [String] {
        let made = record.checks.count { $0.result != .notApplicable }
        let names = record.checks.map { $0.name.rawValue.count }.max() ?? 0
        let results = record.checks.map { $0.result.word.count }.max() ?? 0
        let heading = "Checks: \(made) of \(record.checks.count) could be made"
        return [paint.heading(heading)]
            + record.checks.flatMap { check in
                let name = "  \(TextLines.padded(check.name.rawValue, names))  "
                let result = TextLines.padded(check.result.word, results)
                return TextLines.hanging(
                    "\(name)\(result)  ", painted: "\(name)\(paint.result(result, check.result))  ", check.detail)
            }
    }

    /// The attempts that show each violation by themselves.
    ///
    /// - Parameter namesBuyers: whether it is known which attempts are whose.
    static func evidence(
        _ record: RunRecord, _ originNanoseconds: UInt64?, _ paint: Paint, namesBuyers: Bool = true
    ) -> [String] {
        // What was violated needs no excuse.
        let ordered = record.verdict == .inconclusive ? byCause(record.checks) : record.checks
        let checks = ordered.filter {
            ($0.result == .violated || $0.result == .inconclusive) && !$0.evidence.isEmpty
        }
        guard !checks.isEmpty else { return [] }
        // Where one check has little to show, the others may show more.
        let perCheck = max(evidenceLimitOfCheck, evidenceLimit / checks.count)
        var room = evidenceLimit
        let pieces = checks.map { check in
            let shown = check.evidence.prefix(min(room, perCheck))
            room -= shown.count
            return shown
        }
        let shown = pieces.flatMap { $0 }.flatMap { $0.attempts.prefix(EvidenceTimeline.rowLimit) }
        let origin = originNanoseconds ?? shown.map(\.invokedNs).min() ?? 0
        let since = originNanoseconds == nil ? "the first attempt shown" : "the first attempt of the run"
        var lines = [paint.heading("Evidence") + (shown.isEmpty ? "" : "  (times since \(since))")]
        for (check, own) in zip(checks, pieces) {
            for evidence in own {
                lines += TextLines.hanging("  \(check.name.rawValue): ", evidence.detail)
                lines += EvidenceTimeline.lines(evidence.attempts, since: origin, namesBuyers: namesBuyers)
            }
            let further = check.evidence.count - own.count + check.furtherEvidence
            if further > 0 {
                lines.append("  \(check.name.rawValue): and \(Figures.grouped(further)) more like that")
            }
        }
        return lines
    }
}

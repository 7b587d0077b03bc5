internal import FlashSale

/// What a trial says of one claim. Pure.
enum ClaimJudgement {
    /// A small sale that is over and judged.
    struct Outcome {
        var verdict: Verdict
        var faults: [FaultRecord]

        func violated(preferring judge: CheckName) -> CheckResult? {
            let violated = verdict.checks.filter { $0.result == .violated }
            return violated.first { $0.name == judge } ?? violated.first
        }
    }

    /// Whether all that a claim names was proven to strike.
    static func struck(_ claim: Claim, _ outcome: Outcome) -> Bool {
        let proven = proven(claim, outcome)
        return claim.kinds.allSatisfy { kind in proven.contains { $0.kind == kind } }
    }

    /// - Returns: whether it certainly held: all that it names struck, the check that judges it was made, and nothing was left open.
    static func held(_ claim: Claim, _ outcome: Outcome) -> RunRecord.Claim? {
        let struck = proven(claim, outcome)
        guard Self.struck(claim, outcome), outcome.verdict.result == .upheld,
            let judge = outcome.verdict.checks.first(where: { $0.name == claim.judge }), judge.result == .upheld
        else { return nil }
        return RunRecord.Claim(
            claim.text, .held, shown(struck), fault: texts(struck))
    }

    /// What the trial of one claim alone says of it.
    ///
    /// - Parameter withoutFaults: the same sale with nothing that the claim names; nil where nobody needed it.
    static func record(_ claim: Claim, _ outcome: Outcome, withoutFaults: Outcome?) -> RunRecord.Claim {
        if let held = held(claim, outcome) { return held }
        let struck = proven(claim, outcome)
        if let check = outcome.violated(preferring: claim.judge) {
            return violated(claim, check, struck, withoutFaults)
        }
        let fault = struck.isEmpty ? nil : texts(struck)
        func notTested(_ reason: String) -> RunRecord.Claim {
            RunRecord.Claim(claim.text, .notTested, reason, fault: fault)
        }
        for kind in claim.kinds where !struck.contains(where: { $0.kind == kind }) {
            guard let record = outcome.faults.first(where: { $0.kind == kind }) else {
                return notTested("\(kind.rawValue) was not planned")
            }
            return notTested("\(record.fault) had no proven effect: \(record.proof)")
        }
        // What explains the others first, as in a report.
        let open = outcome.verdict.checks.filter { $0.result == .inconclusive }
        let causes: [CheckName] = [.completeHistory, .meaningful]
        if let check = open.first(where: { causes.contains($0.name) }) ?? open.first {
            return notTested("under \(texts(struck)), \(check.name.rawValue) stayed open: \(check.detail)")
        }
        let judge = outcome.verdict.checks.first { $0.name == claim.judge }
        return notTested("\(claim.judge.rawValue) could not be made: \(judge?.detail ?? "it does not apply")")
    }

    /// Of a claim under which a check was violated.
    private static func violated(
        _ claim: Claim, _ check: CheckResult, _ struck: [FaultRecord], _ withoutFaults: Outcome?
    ) -> RunRecord.Claim {
        let words = "\(check.name.rawValue): \(check.detail)"
        let also = withoutFaults?.violated(preferring: claim.judge)
        let fault = struck.isEmpty ? nil : texts(struck)
        if case .idempotent = claim {
            // Repeated calls are no reason for what goes wrong without them, too.
            if let also, check.name != claim.judge {
                return RunRecord.Claim(
                    claim.text, .notTested,
                    "\(also.name.rawValue) is violated without repeated calls, too: \(also.detail)",
                    fault: fault, check: also.name)
            }
            return RunRecord.Claim(
                claim.text, .broken, "\(struck.isEmpty ? "asked again" : "under \(texts(struck))"), \(words)",
                fault: fault,
                check: check.name)
        }
        guard !struck.isEmpty else {
            return RunRecord.Claim(
                claim.text, .notTested, "\(words), and nothing shows that it struck", check: check.name)
        }
        return RunRecord.Claim(
            claim.text, .broken,
            "under \(texts(struck)), \(words)"
                + (also == nil ? "" : "; without it \(also?.name.rawValue ?? "") is violated, too"),
            fault: fault, check: check.name)
    }

    private static func proven(_ claim: Claim, _ outcome: Outcome) -> [FaultRecord] {
        outcome.faults.filter { claim.kinds.contains($0.kind) && $0.effect == .proven }
    }

    private static func texts(_ faults: [FaultRecord]) -> String { faults.map(\.fault).joined(separator: ", ") }

    private static func shown(_ faults: [FaultRecord]) -> String {
        faults.map { "under \($0.fault) (\($0.proof))" }.joined(separator: ", ")
    }
}

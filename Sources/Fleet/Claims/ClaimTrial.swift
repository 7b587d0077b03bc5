package import FlashSale
internal import Host
package import Strategies

/// Puts what a strategy file claims of itself to the test, in small sales on private servers, before the run.
package struct ClaimTrial {
    private let sale: ClaimSale
    private let executable: String

    /// - Parameters:
    ///   - scenario: of the run that follows.
    ///   - executable: our own binary, which workers are started from.
    package init(_ strategy: Strategy, _ scenario: Scenario, executable: String = OwnBinary.path) {
        sale = ClaimSale(strategy: strategy, scenario: scenario)
        self.executable = executable
    }

    private var strategy: Strategy { sale.strategy }

    /// What is said of each claim where nobody wanted a trial; nil where there is none.
    package static func untested(_ strategy: Strategy, because reason: String) -> [RunRecord.Claim]? {
        let claims = Claim.all(of: strategy)
        return claims.isEmpty ? nil : claims.map { RunRecord.Claim($0.text, .notTested, reason) }
    }

    /// Makes the trial. To be called on the main thread. Nothing is left of it.
    ///
    /// - Returns: what came of each claim, in the order of the file; nil where it has none.
    /// - Throws: ``RunError`` with 130 if somebody asked to stop. What else goes wrong leaves claims untested.
    package func run() throws(RunError) -> [RunRecord.Claim]? {
        guard strategy.usesServer, strategy.canBeRehearsed else {
            return Self.untested(
                strategy,
                because: "buyers or stores are beyond a private server of the trial, and what they do would be done")
        }
        var records: [Claim: RunRecord.Claim] = [:]
        var testable: [Claim] = []
        for claim in Claim.all(of: strategy) {
            if let problem = problem(of: claim) {
                records[claim] = RunRecord.Claim(claim.text, .notTested, problem)
            } else {
                testable.append(claim)
            }
        }
        do throws(RunError) {
            try test(testable, &records)
        } catch {
            guard error.status != .interrupted else { throw error }
            for claim in testable where records[claim] == nil {
                records[claim] = RunRecord.Claim(
                    claim.text, .notTested, "the trial could not be made: \(error.message)")
            }
        }
        let all = Claim.all(of: strategy).compactMap { records[$0] }
        return all.isEmpty ? nil : all
    }

    /// Once while there is stock, and where that may differ, once more when nothing is left.
    private func test(_ claims: [Claim], _ records: inout [Claim: RunRecord.Claim]) throws(RunError) {
        for phase in sale.phases {
            guard phase != .stocked else {
                try test(claims, in: phase, &records)
                continue
            }
            // What is broken is; the others may not hold there.
            let open = claims.filter { $0.hasMoment && records[$0]?.result == .held }
            var later: [Claim: RunRecord.Claim] = [:]
            try test(open, in: phase, &later)
            records.merge(later) { $1 }
        }
    }

    /// All together first, which is quick; what that does not show to hold has a sale of its own, so that nothing is put down to
    /// the wrong claim.
    ///
    /// - Parameter records: what came of each, but for those that could not strike once all was sold.
    private func test(
        _ claims: [Claim], in phase: ClaimSale.Phase, _ records: inout [Claim: RunRecord.Claim]
    ) throws(RunError) {
        // Where the stock is set back, something else may stay open: then the others need not be tried one by one.
        for group in [claims, claims.filter { !$0.setsStockBack }] {
            let open = group.filter { records[$0] == nil }
            guard open.count > 1, group.count == claims.count || open.count < claims.count else { continue }
            let outcome = try outcome(of: sale.scenario(for: open, in: phase))
            for claim in open { records[claim] = ClaimJudgement.held(claim, outcome) }
        }
        var withoutFaults: ClaimJudgement.Outcome?
        for claim in claims where records[claim] == nil {
            let outcome = try outcome(of: sale.scenario(for: [claim], in: phase))
            if outcome.verdict.result == .violated, withoutFaults == nil {
                withoutFaults = try self.outcome(of: sale.scenario(for: [claim], in: phase, struck: false))
            }
            let record = ClaimJudgement.record(claim, outcome, withoutFaults: withoutFaults)
            // An empty list of units is no key that could be evicted: what held before is not open for that.
            if phase == .stocked || record.check != nil || ClaimJudgement.struck(claim, outcome) {
                records[claim] = record
            }
        }
    }

    private func problem(of claim: Claim) -> String? {
        for kind in claim.kinds {
            let fault = Fault(kind, at: .time(nanoseconds: 0))
            if let problem = FaultPlaces.problem(
                of: fault, strategy, .embedded,
                topology: Claim.topology(for: [kind], waitedReplicas: strategy.waitedReplicas), allowsDestructive: true)
            {
                return "\(kind.rawValue): \(problem)"
            }
        }
        return nil
    }

    private func outcome(of scenario: Scenario) throws(RunError) -> ClaimJudgement.Outcome {
        let run = try PassingRun(scenario, strategy, executable: executable)
        return ClaimJudgement.Outcome(verdict: run.verdict, faults: run.completed.facts.faults)
    }
}

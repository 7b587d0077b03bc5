import FlashSale
import Testing

/// What the trial before a run found out counts for the verdict.
@Suite struct ClaimsHeldTests {
    private static let held = RunRecord.Claim("safe-under: power-cut", .held, "it struck", fault: "power-cut@80ms")
    private static let untested = RunRecord.Claim("safe-under: kill-service", .notTested, "there is none")
    private static let broken = RunRecord.Claim(
        "idempotent: purchase", .broken,
        "under lose-replies@0s:5%, one-unit-per-purchase: 3 purchases got more than one unit",
        fault: "lose-replies@0s:5%", check: .oneUnitPerPurchase)

    private static func judged(_ claims: [RunRecord.Claim], _ change: (inout RunFacts) -> Void = { _ in }) -> Verdict {
        var facts = ForgedSale().facts
        facts.claims = claims
        change(&facts)
        return Checks.judge(facts)
    }

    private static func check(_ verdict: Verdict) -> CheckResult? { verdict.checks.first { $0.name == .claimsHeld } }

    @Test("nothing is said where nothing was tested, and the verdict stays")
    func untested() {
        #expect(Self.check(Self.judged([])) == nil && Self.check(Self.judged([Self.untested])) == nil)
        #expect(Self.judged([Self.untested]).result == Self.judged([]).result)
        #expect(Self.judged([]).result == .upheld)
    }

    @Test("what held is upheld, and what was not tested is named")
    func held() {
        let verdict = Self.judged([Self.held, Self.untested])
        #expect(verdict.result == .upheld && Self.check(verdict)?.result == .upheld)
        #expect(
            Self.check(verdict)?.detail
                == "safe-under: power-cut held in a trial before the run; not tested: safe-under: kill-service")
    }

    @Test("a broken claim is a violation, whatever else held")
    func broken() throws {
        let verdict = Self.judged([Self.held, Self.broken])
        #expect(verdict.result == .violated && ExitStatus(verdict.result) == .violated)
        let check = try #require(Self.check(verdict))
        #expect(check.result == .violated)
        #expect(
            check.detail.hasPrefix("idempotent: purchase: broken: under lose-replies@0s:5%, one-unit-per-purchase: 3"))
    }

    /// Nobody knows whose fault it is, but it went wrong.
    @Test("a check that was violated in the trial counts, also where it says nothing of the claim")
    func violatedOtherwise() {
        let claim = RunRecord.Claim(
            "idempotent: purchase", .notTested, "no-oversell is violated without repeated calls, too",
            check: .noOversell)
        #expect(Self.judged([claim]).result == .violated)
    }

    /// The claims of a run that is judged again stand in a file that may have been changed.
    @Test("a record that may be wrong accuses nobody")
    func doubted() {
        let verdict = Self.judged([Self.broken]) { $0.doubts.reason = "run.json was changed" }
        #expect(Self.check(verdict)?.result == .inconclusive)
    }
}

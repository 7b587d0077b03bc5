import FlashSale
import Testing

/// What the checks say where the record beside the history may be wrong, or tells when the run took place.
@Suite struct DoubtTests {
    private static func facts(_ change: (inout ForgedSale) -> Void = { _ in }) -> RunFacts {
        var sale = ForgedSale()
        change(&sale)
        return sale.facts
    }

    @Test("nobody is accused in doubt, and nothing is green")
    func doubt() {
        var wrong = Self.facts { $0.change(3) { $0.remaining = 4 } }
        #expect(Checks.judge(wrong).result == .violated)
        wrong.doubts.reason = "the units may be wrong"
        let verdict = Checks.judge(wrong)
        #expect(verdict.result == .inconclusive)
        #expect(
            verdict.checks.contains { $0.name == .uniqueUnits && $0.detail.hasSuffix("; but the units may be wrong") }
        )
        var right = Self.facts()
        #expect(Checks.judge(right).result == .upheld)
        right.doubts.reason = "the units may be wrong"
        #expect(Checks.judge(right).result == .inconclusive)
    }

    @Test("a changed file beside the journals makes no gap")
    func otherFiles() {
        var wrong = Self.facts { $0.change(3) { $0.remaining = 4 } }
        wrong.doubts.recordProblems = ["ledger.csv is not what the run wrote"]
        #expect(Checks.judge(wrong).result == .violated)
        var right = Self.facts()
        right.doubts.recordProblems = wrong.doubts.recordProblems
        let check = Checks.judge(right).checks.first { $0.name == .completeHistory }
        #expect(check?.result == .inconclusive && check?.detail == wrong.doubts.recordProblems[0])
    }

    /// The sale goes from 100 to 800.
    @Test(
        "times are within the run",
        arguments: [
            (UInt64(100), UInt64(800), nil), (101, 900, "before the doors opened"), (0, 799, "after the run was over"),
        ] as [(UInt64, UInt64, String?)])
    func span(_ opened: UInt64, _ ended: UInt64, _ fault: String?) {
        var facts = Self.facts()
        facts.epoch.span = opened...ended
        let check = Checks.judge(facts).checks.first { $0.name == .completeHistory }
        #expect(check?.result == (fault == nil ? .upheld : .inconclusive))
        if let fault {
            #expect(check?.evidence.contains { $0.detail.contains(fault) && $0.attempts.count == 1 } == true)
        }
    }
}

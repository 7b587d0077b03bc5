import FlashSale
import Testing

@testable import Fleet

/// What a trial says of a claim: held only with proof, broken only with a violation, and otherwise why nothing is known.
@Suite struct ClaimJudgementTests {
    private static func outcome(
        _ results: [CheckName: CheckResult.Result], _ effects: [FaultKind: FaultRecord.Effect]
    ) -> ClaimJudgement.Outcome {
        let names: [CheckName] = [.noOversell, .exactAccounting, .oneUnitPerPurchase, .completeHistory, .meaningful]
        let checks = names.map { CheckResult($0, results[$0] ?? .upheld, "what \($0.rawValue) says") }
        let faults = effects.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, effect in
            FaultRecord(
                Fault(kind, at: .time(nanoseconds: 0)), effect: effect,
                proof: effect == .proven ? "3 were struck" : "none was")
        }
        return .init(verdict: Verdict(checks: checks, findings: []), faults: faults)
    }

    private static let both: [FaultKind: FaultRecord.Effect] = [.loseReplies: .proven, .repeatRequests: .proven]
    private static let idempotent = Claim.idempotent(.purchase)
    private static let safe = Claim.safeUnder(.flushScripts)

    private static func record(
        _ claim: Claim, _ results: [CheckName: CheckResult.Result] = [:], _ effects: [FaultKind: FaultRecord.Effect],
        without: [CheckName: CheckResult.Result]? = nil
    ) -> RunRecord.Claim {
        ClaimJudgement.record(
            claim, outcome(results, effects), withoutFaults: without.map { outcome($0, [:]) })
    }

    @Test("held, where all of it struck and the check that judges it was upheld")
    func held() {
        let idempotent = Self.record(Self.idempotent, [:], Self.both)
        #expect(idempotent.result == .held && idempotent.check == nil)
        #expect(idempotent.fault == "lose-replies@0s, repeat-requests@0s")
        let safe = Self.record(Self.safe, [.oneUnitPerPurchase: .notApplicable], [.flushScripts: .proven])
        #expect(safe.result == .held && safe.claim == "safe-under: flush-scripts")
        #expect(safe.detail == "under flush-scripts@0s (3 were struck)")
    }

    @Test("not tested, where one of them had no effect", arguments: [FaultRecord.Effect.unproven, .missed])
    func unproven(_ effect: FaultRecord.Effect) {
        let record = Self.record(Self.idempotent, [:], [.loseReplies: .proven, .repeatRequests: effect])
        #expect(record.result == .notTested)
        #expect(record.detail == "repeat-requests@0s had no proven effect: none was")
        #expect(Self.record(Self.safe, [:], [:]).result == .notTested)
    }

    @Test("not tested, where the check that judges it was not made, or something stayed open")
    func open() {
        let unmade = Self.record(Self.idempotent, [.oneUnitPerPurchase: .notApplicable], Self.both)
        #expect(unmade.result == .notTested && unmade.detail.hasPrefix("one-unit-per-purchase could not be made"))
        let open = Self.record(
            Self.safe, [.exactAccounting: .inconclusive, .meaningful: .inconclusive], [.flushScripts: .proven])
        #expect(open.result == .notTested && open.detail.contains("meaningful stayed open: what meaningful says"))
    }

    @Test("broken, with the check that judges it before the others")
    func broken() {
        let record = Self.record(
            Self.idempotent, [.noOversell: .violated, .oneUnitPerPurchase: .violated], Self.both, without: [:])
        #expect(record.result == .broken && record.check == .oneUnitPerPurchase)
        #expect(
            record.detail
                == "under lose-replies@0s, repeat-requests@0s, one-unit-per-purchase: what one-unit-per-purchase says"
        )
        // A purchase that is asked for again after it was won is a repeated call, too.
        let asked = Self.record(
            Self.idempotent, [.oneUnitPerPurchase: .violated], [.loseReplies: .unproven], without: [:])
        #expect(asked.result == .broken && asked.detail.hasPrefix("asked again, ") && asked.fault == nil)
    }

    @Test("what goes wrong without any fault is not put down to repeated calls")
    func otherwise() {
        let wrong = Self.record(
            Self.idempotent, [.noOversell: .violated], Self.both, without: [.noOversell: .violated])
        #expect(wrong.result == .notTested && wrong.check == .noOversell)
        let late = Self.record(Self.idempotent, [.noOversell: .violated], Self.both, without: [:])
        #expect(late.result == .broken)
        // Who says that it is safe under a fault says that it is safe.
        let safe = Self.record(
            Self.safe, [.noOversell: .violated], [.flushScripts: .proven], without: [.noOversell: .violated])
        #expect(safe.result == .broken && safe.detail.hasSuffix("; without it no-oversell is violated, too"))
        // A violation is not hidden because nothing struck.
        let unstruck = Self.record(Self.safe, [.noOversell: .violated], [.flushScripts: .missed], without: [:])
        #expect(unstruck.result == .notTested && unstruck.check == .noOversell)
    }
}

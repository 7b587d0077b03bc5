import FlashSale
import Testing

/// What follows holds.
@Suite struct PhasePlanTests {
    private static let plan = PhasePlan(
        pay: .init(share: 6000, afterMicroseconds: .init(min: 20, max: 200), repeated: 1000),
        cancel: .init(share: 2000, afterMicroseconds: .init(min: 5, max: 5), repeated: 10_000), crossing: 500)

    private static func later(_ purchase: Int, seed: UInt64 = 7) -> [LaterAttempt] {
        var all: [LaterAttempt] = []
        plan.forEach(ofPurchase: purchase, seed: seed) { all.append($0) }
        return all
    }

    @Test("shares are kept, and the same seed draws the same")
    func shares() {
        var (paid, cancelled, both, again, none) = (0, 0, 0, 0, 0)
        for purchase in 1...10_000 {
            let later = Self.later(purchase)
            #expect(later == Self.later(purchase))
            #expect(later.count == Self.plan.count(ofPurchase: purchase, seed: 7))
            let (pays, cancels) = (later.filter { $0.phase == .pay }, later.filter { $0.phase == .cancel })
            if !pays.isEmpty { paid += 1 } else if !cancels.isEmpty { cancelled += 1 } else { none += 1 }
            if !pays.isEmpty, !cancels.isEmpty { both += 1 }
            if pays.count == 2 { again += 1 }
            #expect(cancels.isEmpty || cancels.count == 2)
            #expect(pays.allSatisfy { (20_000...200_000).contains($0.afterNanoseconds) })
            #expect(cancels.allSatisfy { $0.afterNanoseconds == 5000 })
            #expect(Set(later.map(\.place)).count == later.count)
            #expect(later.allSatisfy { LaterAttempt.phase(ofPlace: $0.place) == $0.phase })
        }
        #expect((5800...6200).contains(paid) && (1850...2150).contains(cancelled) && (1850...2150).contains(none))
        #expect((220...380).contains(both) && (520...680).contains(again))
    }

    @Test("another seed draws otherwise")
    func seeds() {
        #expect((1...100).contains { Self.later($0) != Self.later($0, seed: 8) })
    }
}

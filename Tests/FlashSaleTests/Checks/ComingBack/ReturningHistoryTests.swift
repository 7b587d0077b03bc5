import FlashSale
import Testing

/// The checks against a brute-force search, over small random sales to which units come back.
@Suite struct ReturningHistoryTests {
    private static func violated(_ history: ReturningHistory) -> [CheckResult] {
        Checks.ofSale(history.facts).filter { $0.result == .violated }
    }

    /// Ten parts of 10,000 histories.
    @Test("a right sale is never accused, whatever came back", arguments: 0..<10)
    func noFalseAlarm(part: Int) {
        var present = (returned: 0, lapses: 0, restocks: 0, unknown: 0, soldOut: 0, told: 0, orders: 0)
        for number in 0..<10_000 {
            let seed = UInt64(part * 10_000 + number)
            let history = ReturningHistory(seed: seed)
            let violated = Self.violated(history)
            #expect(violated.isEmpty, "seed \(seed): \(violated) \(history)")
            guard violated.isEmpty else { break }
            if part == 0 { #expect(history.isValid, "seed \(seed): \(history)") }
            if history.attempts.contains(where: { $0.outcome == .returned }) { present.returned += 1 }
            if history.lapses != nil { present.lapses += 1 }
            if !history.restocks.isEmpty { present.restocks += 1 }
            if history.attempts.contains(where: { $0.outcome == .unknown }) { present.unknown += 1 }
            if history.attempts.contains(where: { $0.outcome == .soldOut }) { present.soldOut += 1 }
            if history.attempts.contains(where: { $0.remaining != nil }) { present.told += 1 }
            if history.orders != nil { present.orders += 1 }
        }
        for count in [
            present.returned, present.lapses, present.restocks, present.unknown, present.soldOut, present.told,
            present.orders,
        ] { #expect(count > 1500, "\(present)") }
    }

    @Test("nor where the calls of a purchase are one operation", arguments: 0..<2)
    func noFalseAlarmWithRepeats(part: Int) {
        for number in 0..<10_000 {
            let seed = UInt64(part * 10_000 + number)
            let history = ReturningHistory(seed: seed, idempotent: true)
            let violated = Self.violated(history)
            #expect(violated.isEmpty, "seed \(seed): \(violated) \(history)")
            if !violated.isEmpty { break }
        }
    }

    /// Bounds are necessary conditions: what they miss is written down in docs/checks.md, and may not grow.
    @Test("what some order explains is not accused, and most of what none does is found", arguments: 0..<4)
    func mistakes(part: Int) {
        var counts = (valid: 0, found: 0, missed: 0)
        for number in 0..<10_000 {
            let seed = UInt64(1_000_000 + part * 10_000 + number)
            var history = ReturningHistory(seed: seed)
            history.perturb()
            guard history.comesBack else { continue }
            let violated = Self.violated(history)
            if history.isValid {
                counts.valid += 1
                #expect(violated.isEmpty, "seed \(seed): \(violated) \(history)")
                if !violated.isEmpty { break }
            } else if violated.isEmpty {
                counts.missed += 1
            } else {
                counts.found += 1
            }
        }
        let share = Double(counts.missed) / Double(counts.missed + counts.found)
        print("returning histories: \(counts), missed \(share)")
        #expect(counts.valid > 2000 && counts.found > 1000, "\(counts)")
        #expect(share < 0.25, "\(counts)")
    }
}

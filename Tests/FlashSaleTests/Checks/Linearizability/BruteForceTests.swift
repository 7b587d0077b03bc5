import FlashSale
import Testing

/// The checks against a brute-force search, over small random histories of which about half are valid.
@Suite struct BruteForceTests {
    struct Counts {
        var valid = 0
        var invalid = 0
        var features: [String: (valid: Int, invalid: Int)] = [:]

        mutating func count(_ history: SmallHistory, isValid: Bool) {
            if isValid { valid += 1 } else { invalid += 1 }
            let attempts = history.attempts
            let wins = attempts.filter { $0.outcome == .won }
            let present: [(String, Bool)] = [
                ("unknown", attempts.contains { $0.outcome == .unknown }),
                ("open end", attempts.contains { $0.returnedNanoseconds == nil }),
                ("unknown that was told", attempts.contains { $0.outcome == .unknown && $0.remaining != nil }),
                ("sold-out", attempts.contains { $0.outcome == .soldOut }),
                ("silent win", wins.contains { $0.remaining == nil }),
                ("told win", wins.contains { $0.remaining != nil }),
                ("both", Set(wins.map { $0.remaining == nil }).count == 2),
                ("quantities", Set(attempts.map(\.quantity)).count > 1),
                ("final", history.final != nil), ("no final", history.final == nil),
                ("atomic ledger", history.orders != nil && history.isAtomic),
                ("other ledger", history.orders != nil && !history.isAtomic), ("no ledger", history.orders == nil),
                ("idempotent", history.isIdempotent),
            ]
            for (name, isPresent) in present where isPresent {
                let known = features[name] ?? (0, 0)
                features[name] = isValid ? (known.valid + 1, known.invalid) : (known.valid, known.invalid + 1)
            }
        }
    }

    /// Twelve parts of 10,000 histories.
    @Test("a history is violated if and only if no order explains it", arguments: 0..<12)
    func agrees(part: Int) {
        var counts = Counts()
        for number in 0..<10_000 {
            let seed = UInt64(part * 10_000 + number)
            let history = SmallHistory(seed: seed)
            let isValid = history.isValid
            counts.count(history, isValid: isValid)
            let checks = Checks.ofSale(history.facts)
            let violated = checks.filter { $0.result == .violated }
            #expect(violated.isEmpty == isValid, "seed \(seed): \(violated) \(history)")
            // Without a ledger the order of events alone decides.
            let linearizable = checks.first { $0.name == .linearizable }
            if history.orders == nil, !history.isIdempotent, linearizable?.result != .notApplicable {
                #expect(
                    linearizable?.result == (isValid ? .upheld : .violated),
                    "seed \(seed): \(history.attempts.map { "\($0.outcome) \($0.invokedNanoseconds)-\($0.returnedNanoseconds ?? 0) q\($0.quantity) r\($0.remaining ?? -9)" }) of \(history.units) final \(history.final ?? -1)"
                )
            }
            #expect(linearizable?.result != .inconclusive, "seed \(seed)")
            if violated.isEmpty != isValid { break }
        }
        #expect((3_500...6_500).contains(counts.valid), "\(counts.valid) of 10,000 are valid")
        for (name, feature) in counts.features {
            #expect(feature.valid > 150 && feature.invalid > 150, "\(name): \(feature)")
        }
        #expect(counts.features.count == 14)
    }
}

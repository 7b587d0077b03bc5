import FactsTestSupport
import FlashSale
import Testing

/// What does not change a sale does not change its verdict.
@Suite struct RetoldHistoryTests {
    /// Four parts of 2,500 histories.
    @Test("the origin of time, the ids and the order of rows change no check", arguments: 0..<4)
    func isTheSame(part: Int) {
        var verdicts: [String: Int] = [:]
        var differences = 0
        for number in 0..<2500 {
            let seed = UInt64(part * 2500 + number)
            let history = RetoldHistory(seed: seed)
            let said = history.said
            verdicts[said["verdict"]!, default: 0] += 1
            var random = SeededNumbers(state: seed)
            let origin = UInt64.random(in: 2...1 << 62, using: &random)
            let all = history.permuted(&random).starting(at: origin)
            let moved = [
                ("later by one", history.starting(at: 1)), ("at \(origin)", history.starting(at: origin)),
                ("up to the last instant", history.ending(at: .max)),
            ][number % 3]
            let retold: [(String, RetoldHistory?)] = [
                moved, ("renamed", history.renamed(&random)), ("permuted", history.permuted(&random)),
                ("all of it", all.renamed(&random) ?? all),
            ]
            for case (let how, let other?) in retold {
                let different = other.said.filter { $0.value != said[$0.key] }
                #expect(different.isEmpty, "seed \(seed), \(how): was \(said.filter { different[$0.key] != nil })")
                if !different.isEmpty { differences += 1 }
            }
            // Enough to see what is wrong.
            if differences > 9 { return }
        }
        for verdict in ["upheld", "violated", "inconclusive"] {
            #expect(verdicts[verdict, default: 0] > 150, "\(verdicts)")
        }
    }

    private static func attempt(_ id: Int, _ invoked: UInt64, _ returned: UInt64?, _ outcome: Outcome = .won) -> Attempt
    {
        Attempt(
            id: id, purchase: id, buyer: id, invokedNanoseconds: invoked, returnedNanoseconds: returned,
            outcome: outcome)
    }

    private static let overlaps: [(String, [Attempt], Int)] = [
        ("none", [], 0), ("one", [attempt(1, 0, 0)], 0),
        ("one after the other", [attempt(1, 0, 1), attempt(2, 2, 3)], 0),
        ("equal times are concurrent", [attempt(1, 0, 1), attempt(2, 1, 3)], 1),
        ("at one instant", [attempt(1, 0, 0), attempt(2, 0, 0), attempt(3, 0, 0)], 2),
        ("without an end", [attempt(1, 0, nil, .unknown), attempt(2, 1, 2)], 0),
        ("without an end, at one instant", [attempt(1, 0, nil, .unknown), attempt(2, 0, 2)], 1),
        ("the other way round", [attempt(2, 0, nil, .unknown), attempt(1, 0, 2)], 1),
        ("failed", [attempt(1, 0, 9, .failed), attempt(2, 0, 2)], 0),
    ]

    @Test("attempts that met are counted from any origin", arguments: overlaps)
    func overlap(_ name: String, attempts: [Attempt], count: Int) {
        for origin in [0, 1, 1 << 63, UInt64.max - 9] {
            let moved = attempts.map { attempt in
                Self.attempt(
                    attempt.id, attempt.invokedNanoseconds + origin, attempt.returnedNanoseconds.map { $0 + origin },
                    attempt.outcome)
            }
            let facts = RunFacts(
                units: 1, history: History(asTheyLie: moved), ledger: nil, finalStock: nil, tellsPurchases: true)
            #expect(Checks.overlapping(facts) == count, "from \(origin)")
        }
    }
}

/// When a sale was sold out.
package enum SellOut {
    /// Seconds from the opening of the doors until the buyer who got the last unit was told so.
    ///
    /// - Parameters:
    ///   - attempts: in any order.
    ///   - units: that there were, with those that came while the doors were open.
    ///   - idempotency: whose repeated wins are one.
    ///   - openedNanoseconds: CLOCK_MONOTONIC.
    /// - Returns: infinity where fewer units were sold.
    package static func seconds(
        _ attempts: some Sequence<Attempt>, units: Int, idempotency: Idempotency, openedNanoseconds: UInt64
    ) -> Double {
        var wins: [(told: UInt64, attempt: Attempt)] = []
        for attempt in attempts where attempt.outcome == .won {
            wins.append((attempt.returnedNanoseconds ?? attempt.invokedNanoseconds, attempt))
        }
        wins.sort { $0.told < $1.told }
        var served: Set<Int> = []
        var sold = 0
        for (told, attempt) in wins {
            switch idempotency {
            case .none: break
            case .purchase: guard served.insert(attempt.purchase).inserted else { continue }
            case .buyer: guard served.insert(attempt.buyer).inserted else { continue }
            }
            sold += attempt.quantity
            if sold >= units { return told > openedNanoseconds ? Double(told - openedNanoseconds) / 1e9 : 0 }
        }
        return .infinity
    }
}

import FlashSale
import Testing

/// Units with names against a search that tries everything, over small random histories of which about half are right.
@Suite struct NamedBruteForceTests {
    /// Ten parts of 10,000 histories.
    @Test("no right history is accused, and no wrong one is missed that orders can tell apart", arguments: 0..<10)
    func agrees(part: Int) {
        var (right, wrong, beyond) = (0, 0, 0)
        for number in 0..<10_000 {
            let seed = UInt64(part * 10_000 + number)
            let history = NamedHistory(seed: seed)
            let isValid = history.isValid
            let violated = Checks.ofSale(history.facts).filter { $0.result == .violated }
            if isValid {
                right += 1
                #expect(violated.isEmpty, "seed \(seed): \(violated) \(history)")
                if !violated.isEmpty { break }
            } else {
                wrong += 1
                guard violated.isEmpty else { continue }
                // Of a buyer who wanted several units in several purchases, one of which was lost, only the sum is known.
                #expect(history.addsUp, "seed \(seed): missed: \(history)")
                if !history.addsUp { break }
                beyond += 1
            }
        }
        #expect(right > 3000 && wrong > 3000, "\(right) right, \(wrong) wrong")
        // In all ten parts together 40 of 31,734.
        #expect(beyond <= 10, "\(beyond) of \(wrong) were missed")
    }
}

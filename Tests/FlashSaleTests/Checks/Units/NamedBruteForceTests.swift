import FlashSale
import Testing

/// Units with names against a search that tries everything, over small random histories of which about half are right.
@Suite struct NamedBruteForceTests {
    /// Ten parts of 10,000 histories.
    @Test("no right history is accused, and few wrong ones are missed", arguments: 0..<10)
    func agrees(part: Int) {
        var (right, wrong, missed) = (0, 0, 0)
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
                if violated.isEmpty {
                    missed += 1
                    if missed <= 3 { print("missed seed \(seed): \(history)") }
                }
            }
        }
        #expect(right > 3000 && wrong > 3000, "\(right) right, \(wrong) wrong")
        #expect(missed == 0, "\(missed) of \(wrong) were missed")
    }
}

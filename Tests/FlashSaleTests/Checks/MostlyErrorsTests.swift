import FlashSale
import Testing

/// A run in which most attempts met an error is no sale, whatever the others show.
@Suite struct MostlyErrorsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var what: String
        var isMeaningful: Bool
        var forge: @Sendable (inout ForgedSale) -> Void
        var testDescription: String { what }

        init(_ what: String, isMeaningful: Bool, _ forge: @escaping @Sendable (inout ForgedSale) -> Void) {
            self.what = what
            self.isMeaningful = isMeaningful
            self.forge = forge
        }
    }

    /// Twenty attempts, of which nine failed.
    private static func end(_ sale: inout ForgedSale, _ purchases: [Int], as outcome: Outcome, returned: UInt64? = 800)
    {
        for purchase in purchases {
            sale.change(purchase, number: 3) {
                $0.outcome = outcome
                $0.returnedNanoseconds = returned
            }
        }
    }

    private static let cases = [
        Case("fewer than half of them failed", isMeaningful: true) { _ in },
        Case("half of them failed", isMeaningful: true) { end(&$0, [5], as: .failed) },
        Case("more than half of them failed", isMeaningful: false) { end(&$0, [5, 6], as: .failed) },
        Case("some failed, others had no end", isMeaningful: false) { end(&$0, [5, 6], as: .unknown, returned: nil) },
        Case("most met a conflict, which the scheme knows", isMeaningful: true) { sale in
            for purchase in 5...8 { sale.change(purchase) { $0.outcome = .conflict } }
        },
        Case("it was interrupted", isMeaningful: true) { sale in
            end(&sale, [5, 6], as: .unknown, returned: nil)
            sale.wasInterrupted = true
        },
        Case("a worker died with its attempts", isMeaningful: true) { sale in
            end(&sale, [5, 6], as: .unknown, returned: nil)
            sale.lost = [0: "it was killed", 1: "it was killed"]
        },
    ]

    @Test(arguments: cases) func aRun(_ wanted: Case) throws {
        var sale = ForgedSale()
        wanted.forge(&sale)
        let check = try #require(sale.verdict.checks.first { $0.name == .meaningful })
        #expect(check.result == (wanted.isMeaningful ? .upheld : .inconclusive), "\(check.detail)")
        guard !wanted.isMeaningful else { return }
        #expect(check.detail == "11 of 20 attempts failed or had no clear end")
        sale.firstError = "(error) OOM"
        let named = sale.verdict.checks.first { $0.name == .meaningful }
        #expect(named?.detail == "11 of 20 attempts met an error: (error) OOM")
    }

    /// What violates a rule does so however many errors there were.
    @Test func aViolationStays() {
        var sale = ForgedSale()
        Self.end(&sale, [5, 6], as: .failed)
        sale.change(3) { $0.remaining = 4 }
        #expect(sale.verdict.result == .violated)
    }
}

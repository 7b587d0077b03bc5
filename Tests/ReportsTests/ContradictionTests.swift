import FlashSale
import Testing

@testable import Reports

/// The headline tells what the checks tell, also where orders show that buyers hold more than they were told.
struct ContradictionTests {
    private static func headline(
        won: Int, held: Int? = nil, remaining: Int, _ checks: [CheckResult]
    ) -> String {
        var record = Samples.violated
        record.sale = RunRecord.Sale(
            units: 100, remaining: remaining, soldToBuyers: won, inDoubt: 10, heldByBuyers: held, ledgerOrders: nil)
        record.checks = checks.map { RunRecord.Check($0) }
        return SaleWords(record).headline
    }

    private static let oversold = CheckResult(
        .noOversell, .violated, "300 units were sold to buyers, but the sale opened with 100: 200 too many")
    private static let twice = CheckResult(
        .exactAccounting, .violated,
        "buyers were sold 150 units, but only 120 left the stock: 30 sold without being taken")

    @Test func nobodyWasToldButTheOrdersTell() {
        #expect(
            Self.headline(won: 0, held: 300, remaining: -200, [Self.oversold])
                == "naive sold more than there was: 300 units were sold to buyers, but the sale opened with 100: 200 too many"
        )
    }

    @Test func theOversellComesFirst() {
        let headline = Self.headline(won: 0, held: 300, remaining: 60, [Self.twice, Self.oversold])
        #expect(headline.hasPrefix("naive sold more than there was: 300 units"))
    }

    /// By what buyers were told alone, units would be lost.
    @Test func someWereTold() {
        let headline = Self.headline(won: 100, held: 150, remaining: -20, [Self.twice])
        #expect(headline.contains("buyers were sold 150 units, but only 120 left") && !headline.contains("lost units"))
    }

    @Test func otherwiseTheFiguresAreTold() {
        #expect(
            Self.headline(won: 112, remaining: 0, [Self.oversold])
                == "naive oversold: buyers were promised 112 units, but there were only 100")
        #expect(Self.headline(won: 100, remaining: -20, [Self.twice]).contains("lost units"))
    }
}

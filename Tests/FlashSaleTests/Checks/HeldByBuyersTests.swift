import FlashSale
import Testing

/// What buyers hold by the orders, beside what they were told.
struct HeldByBuyersTests {
    @Test func ordersTellOfLostAnswers() {
        var sale = ServedSale()
        // Each took a unit, and only its order tells.
        for purchase in 1...12 { sale.lose(purchase, takes: true) }
        let verdict = Checks.judge(sale.facts)
        #expect(verdict.soldToBuyers == 2 && verdict.heldByBuyers == 14)
        let check = verdict.checks.first { $0.name == .noOversell }
        #expect(check?.result == .violated && check?.detail.contains("14 units") == true)
    }

    @Test func buyersWereToldEverything() { #expect(Checks.judge(ServedSale().facts).heldByBuyers == nil) }
}

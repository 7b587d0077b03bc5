import FlashSale
import Testing

/// A server that died or was started again while buyers bought: what it says at the end proves nothing, and what buyers
/// were told still does.
@Suite struct LostServerTests {
    private static let losses: [ServerLoss] = [.died, .restarted]

    @Test(
        "what a server forgot does not accuse the scheme", arguments: losses, [FinalStock.absent, .units(5), .units(0)])
    func forgotten(_ loss: ServerLoss, _ stock: FinalStock) {
        var sale = ForgedSale()
        sale.stock = stock
        sale.ledger?.orders = []
        // Without its stock, it tells everybody that nothing is left.
        sale.end5(.soldOut)
        #expect(sale.verdict.result == .violated)
        sale.serverLoss = loss
        let verdict = sale.verdict
        #expect(verdict.result == .inconclusive, "\(verdict.checks.filter { $0.result == .violated })")
        #expect(verdict.checks.first { $0.name == .exactAccounting }?.result == .inconclusive)
        #expect(verdict.checks.first { $0.name == .ledger }?.result == .inconclusive)
        #expect(verdict.findings.contains { $0.name.rawValue == "server-\(loss.rawValue)" })
        #expect(!verdict.findings.contains { $0.name == .soldOutWithStock || $0.name == .undersell })
    }

    @Test("even where everything agrees, it is not green", arguments: losses)
    func agreeing(_ loss: ServerLoss) {
        var sale = ForgedSale()
        #expect(sale.verdict.result == .upheld)
        sale.serverLoss = loss
        #expect(sale.verdict.result == .inconclusive)
    }

    @Test("a strategy without orders has none to doubt", arguments: losses)
    func noOrders(_ loss: ServerLoss) {
        var sale = ForgedSale()
        sale.ledger = nil
        sale.serverLoss = loss
        #expect(sale.verdict.checks.first { $0.name == .ledger }?.result == .notApplicable)
    }

    static let forgeries = [
        Forgery("the same unit twice", .uniqueUnits) { $0.change(3) { $0.remaining = 4 } },
        Forgery("more wins than units", .noOversell) { sale in
            sale.history.removeAll { $0.purchase > 3 }
            for purchase in 4...8 { sale.add(purchase, .won, 500, 600) }
        },
        Forgery("a later unit was taken before an earlier one", .linearizable) { sale in
            sale.change(1) { $0.remaining = 3 }
            sale.change(3) {
                $0.remaining = 4
                $0.invokedNanoseconds = 300
                $0.returnedNanoseconds = 400
            }
        },
    ]

    @Test("what buyers were told is still the scheme's", arguments: forgeries, losses)
    func buyersSide(_ forgery: Forgery, _ loss: ServerLoss) {
        var sale = ForgedSale()
        forgery.forge(&sale)
        sale.serverLoss = loss
        let verdict = sale.verdict
        #expect(verdict.result == .violated)
        #expect(verdict.checks.first { $0.name == forgery.check }?.result == .violated)
    }
}

import FlashSale
import Testing

/// Keys of the sale that went, or may have gone, through no fault of the scheme.
@Suite struct LostKeysTests {
    private static let losses: [KeysLoss] = [
        KeysLoss(evicted: 3), KeysLoss(flushes: ["FLUSHALL": 1]), KeysLoss(flushes: ["SWAPDB": 2]),
        KeysLoss(evicted: 1, flushes: ["FLUSHDB": 1]), KeysLoss(removals: ["DEL": 1], gone: ["{stress:a}:orders"]),
    ].compactMap(\.self)

    @Test func whatDidNotHappenIsNoLoss() {
        #expect(KeysLoss() == nil && KeysLoss(gone: ["{stress:a}:orders"]) == nil)
        #expect(Self.losses.count == 5 && Self.losses.filter(\.isCertain).count == 1)
    }

    @Test(
        "what went with its keys does not accuse the scheme", arguments: losses,
        [FinalStock.absent, .units(5), .units(0)])
    func gone(_ loss: KeysLoss, _ stock: FinalStock) {
        var sale = ForgedSale()
        sale.stock = stock
        sale.ledger?.orders = []
        sale.end5(.soldOut)
        #expect(sale.verdict.result == .violated)
        sale.keysLoss = loss
        let verdict = sale.verdict
        #expect(verdict.result == .inconclusive, "\(verdict.checks.filter { $0.result == .violated })")
        #expect(verdict.checks.contains { $0.result == .inconclusive && $0.detail.contains(loss.reason) })
        let names: [FindingName] = [.keysEvicted, .serverFlushed, .keysRemoved]
        #expect(verdict.findings.contains { names.contains($0.name) })
    }

    /// After its stock went, a scheme that makes it anew sells again.
    @Test(arguments: LostServerTests.forgeries, losses) func whatBuyersWereToldIsInDoubt(
        _ forgery: Forgery, _ loss: KeysLoss
    ) {
        var sale = ForgedSale()
        forgery.forge(&sale)
        #expect(sale.verdict.result == .violated)
        sale.keysLoss = loss
        #expect(sale.verdict.result == .inconclusive)
        #expect(sale.verdict.checks.first { $0.name == forgery.check }?.detail.contains("; but ") == true)
    }

    /// Where everything agrees, the sale's keys were not among those that went; FLUSHALL alone spares none.
    @Test(arguments: losses) func agreeing(_ loss: KeysLoss) {
        var sale = ForgedSale()
        sale.keysLoss = loss
        #expect(sale.verdict.result == (loss.isCertain ? .inconclusive : .upheld))
    }

    /// Others remove their own keys all the time: that explains what is missing on the server, and not what buyers were told of units.
    @Test func othersRemovedSomeKeys() {
        var sale = ForgedSale()
        sale.keysLoss = KeysLoss(removals: ["DEL": 7])
        #expect(sale.verdict.result == .upheld && sale.verdict.findings == ForgedSale().verdict.findings)
        sale.ledger?.orders = []
        #expect(sale.verdict.result == .inconclusive)
        #expect(sale.verdict.findings.contains { $0.name == .keysRemoved })
        for forgery in LostServerTests.forgeries where forgery.check != .linearizable {
            var told = ForgedSale()
            forgery.forge(&told)
            told.keysLoss = sale.keysLoss
            #expect(told.verdict.result == .violated)
        }
    }

    /// How the run was recorded has nothing to do with the server.
    @Test func anImpossibleRecordStaysOne() {
        var sale = ForgedSale()
        sale.add(1, .won, 100, 200, remaining: 4)
        let before = sale.verdict.checks.first { $0.name == .completeHistory }
        sale.keysLoss = Self.losses[0]
        #expect(before?.result != .upheld && sale.verdict.checks.first { $0.name == .completeHistory } == before)
    }
}

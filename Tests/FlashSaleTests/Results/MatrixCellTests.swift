import FlashSale
import Testing

/// A cell tells of the worst of its runs.
@Suite struct MatrixCellTests {
    private static func verdict(_ results: [CheckName: CheckResult.Result]) -> Verdict {
        Verdict(
            checks: [CheckName.noOversell, .exactAccounting, .meaningful].map {
                CheckResult($0, results[$0] ?? .upheld, "what \($0.rawValue) says")
            }, findings: [])
    }

    private static var cell: MatrixCell {
        MatrixCell(strategy: "lua", persistence: .none, fault: nil, retryUnknown: false)
    }

    @Test("the worst verdict stays, with the check that decided")
    func worst() {
        let facts = ForgedSale().facts
        var cell = Self.cell
        cell.add(facts, Self.verdict([:]))
        #expect(cell.verdict == .upheld && cell.check == nil && cell.detail == nil && cell.fault == "none")
        cell.add(facts, Self.verdict([.noOversell: .violated, .exactAccounting: .violated]))
        cell.add(facts, Self.verdict([.exactAccounting: .inconclusive, .meaningful: .inconclusive]))
        #expect(cell.verdict == .violated && cell.check == .noOversell && cell.detail == "what no-oversell says")
        #expect((cell.upheld, cell.violated, cell.inconclusive) == (1, 1, 1))
    }

    @Test("an inconclusive run names what explains the others")
    func open() {
        var cell = Self.cell
        cell.add(ForgedSale().facts, Self.verdict([.exactAccounting: .inconclusive, .meaningful: .inconclusive]))
        #expect(cell.verdict == .inconclusive && cell.check == .meaningful)
    }

    @Test("figures: sold, oversold and undersold exclude each other")
    func figures() {
        let facts = ForgedSale().facts
        let units = facts.epoch.units
        func figures(sold: Int) -> MatrixCell.Figures {
            var verdict = Self.verdict([:])
            verdict.soldToBuyers = sold
            return .init(facts, verdict)
        }
        #expect(figures(sold: units + 3).oversold == 3 && figures(sold: units + 3).undersold == 0)
        #expect(figures(sold: units - 2).oversold == 0 && figures(sold: units - 2).undersold == 2)
        #expect(figures(sold: units).forgotten == 0)
    }

    @Test("what the server knows no more is told by the orders, or else by the stock")
    func forgotten() {
        var facts = ForgedSale().facts
        facts.resets = [
            StockReset(
                .crashRedis, startedNs: 1, endedNs: 2, before: nil, after: .units(5), cutConnections: true,
                mayForget: true)
        ]
        facts.epoch.ledger = Ledger(orders: [.init(buyer: 1)], isAtomic: true)
        var verdict = Self.verdict([:])
        verdict.soldToBuyers = 4
        #expect(MatrixCell.Figures(facts, verdict).forgotten == 3)
        facts.epoch.ledger = nil
        facts.epoch.stock = .units(facts.epoch.units - 2)
        #expect(MatrixCell.Figures(facts, verdict).forgotten == 2)
        facts.epoch.stock = .absent
        #expect(MatrixCell.Figures(facts, verdict).forgotten == nil)
        facts.resets[0].kind = .restockReset
        #expect(MatrixCell.Figures(facts, verdict).forgotten == 0)
    }
}

internal import FlashSale

/// The words on a sale that are the same whether a run of ours or another system recorded it.
struct SaleWords {
    /// Subject of the sentences: the strategy's name, or `the sale`.
    let subject: String
    let judged: JudgedSale
    let totals: Tally
    /// Purchases whose every attempt met a quicker buyer.
    var gaveUp = 0
    var isInterrupted = false
    /// Whether nobody asked for the units that are left.
    var stockIsUnread: Bool
    /// Whether the server was lost while buyers bought.
    var serverWasLost = false

    var sale: RunRecord.Sale { judged.sale }

    init(_ record: RunRecord) {
        subject = record.strategy
        judged = JudgedSale(
            verdict: record.verdict, exitCode: record.exitCode, sale: record.sale, checks: record.checks,
            findings: record.findings)
        totals = record.totals.tally
        gaveUp = record.purchases.gaveUp
        isInterrupted = record.interrupted
        stockIsUnread = record.observed.stock == .unread
        serverWasLost = record.observed.serverLoss != nil
    }

    init(_ record: HistoryRecord) {
        subject = "the sale"
        judged = JudgedSale(
            verdict: record.verdict, exitCode: record.exitCode, sale: record.sale, checks: record.checks,
            findings: record.findings)
        totals = record.totals
        stockIsUnread = true
    }
}

extension RunRecord.Totals {
    fileprivate var tally: Tally {
        var tally = Tally()
        tally.attempts = attempts
        tally.won = won
        tally.soldOut = soldOut
        tally.conflict = conflict
        tally.duplicate = duplicate
        tally.failed = failed
        tally.unknown = unknown
        return tally
    }
}

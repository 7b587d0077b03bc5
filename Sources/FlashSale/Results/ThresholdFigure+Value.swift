/// Where each figure comes from. One that a run does not have is absent, with the reason, and never 0.
extension ThresholdFigure {
    func value(of subject: ThresholdSubject) -> ThresholdValue {
        switch self {
        case .sold: return Self.sold(subject.sale)
        case .attempts(let outcome): return .exactly(subject.totals[outcome], of: subject.totals.attempts)
        case .attemptsPerWin:
            guard subject.totals.won > 0 else { return .absent("nobody won") }
            return .exactly(Double(subject.totals.attempts) / Double(subject.totals.won))
        case .violations:
            guard let high = subject.violations.rateHigh else { return .absent("no run proved anything") }
            return .exactly(high * 100)
        case .undersell, .purchases, .throughput, .elapsed, .latency:
            guard let run = subject.run else { return .absent("a history of another system does not tell it") }
            return value(of: run)
        }
    }

    private func value(of run: RunRecord) -> ThresholdValue {
        switch self {
        case .undersell: return Self.undersell(run)
        case .purchases(let ending): return .exactly(run.purchases.count(ending), of: run.totals.purchases)
        case .throughput: return Self.measured(run.throughput.attemptsPerSecond, run)
        case .elapsed: return Self.measured(run.throughput.elapsedSeconds * 1e6, run)
        case .latency(let whose, let figure): return Self.latency(whose, RunRecord.Latency.figures[figure], run)
        case .sold, .attempts, .attemptsPerWin, .violations: return .absent("it is no figure of one run")
        }
    }

    /// What buyers certainly hold. Attempts without a clear answer may have taken more, unless the stock tells that they did not.
    private static func sold(_ sale: RunRecord.Sale) -> ThresholdValue {
        let all = sale.units.addingReportingOverflow(sale.restocked ?? 0)
        let held = sale.heldByBuyers ?? sale.soldToBuyers
        let most = held.addingReportingOverflow(sale.soldByServer == held ? 0 : max(0, sale.inDoubt))
        guard !all.overflow, !most.overflow else { return .absent("the counts are no counts of units") }
        return .known(Double(held), Double(most.partialValue), of: Double(all.partialValue))
    }

    /// Units left although buyers who wanted them gave up.
    private static func undersell(_ run: RunRecord) -> ThresholdValue {
        let all = run.sale.units.addingReportingOverflow(run.sale.restocked ?? 0)
        guard !all.overflow else { return .absent("the counts are no counts of units") }
        // Then nobody wanted what is left, however much it is.
        if run.purchases.gaveUp == 0, !run.interrupted { return .exactly(0, of: all.partialValue) }
        guard let left = run.sale.remaining else { return .absent("the units left were not read") }
        return .exactly(max(0, left), of: all.partialValue)
    }

    /// A figure that only a sale has in which something was attempted.
    private static func measured(_ value: Double, _ run: RunRecord) -> ThresholdValue {
        run.totals.tally.attempts > 0 ? .exactly(value) : .absent("no attempt was made")
    }

    private static func latency(
        _ whose: Latencies, _ figure: RunRecord.Latency.Figure, _ run: RunRecord
    ) -> ThresholdValue {
        let latency: RunRecord.Latency?
        switch whose {
        case .won: latency = run.latencyUs.byOutcome.attempt[.won]
        case .attempt, .purchase:
            // What a worker measured is lost with it.
            if let lost = run.workers.first(where: { $0.lost != nil }) {
                return .absent("worker \(lost.worker) was lost, and what it measured with it")
            }
            latency = whose == .attempt ? run.latencyUs.attempt : run.latencyUs.purchase
        }
        let samples = latency?.samples ?? 0
        if let value = latency?[keyPath: figure.value] { return .exactly(value) }
        guard let needed = figure.percentile?.samples, samples > 0 else { return .absent("nothing was measured") }
        return .absent(
            "\(samples.counted("sample")) \(samples == 1 ? "is" : "are") too few: it takes \(needed.grouped)")
    }
}

extension RunRecord.Purchases {
    func count(_ ending: Purchase.Ending) -> Int {
        switch ending {
        case .won: won
        case .soldOut: soldOut
        case .gaveUp: gaveUp
        case .refused: refused
        case .failed: failed
        case .unknown: unknown
        case .notStarted: notStarted
        case .returned: returned
        case .lapsed: lapsed ?? 0
        }
    }
}

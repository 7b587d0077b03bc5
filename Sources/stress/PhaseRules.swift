internal import FlashSale
internal import Strategies

/// What flags do not go with purchases that take their time.
enum PhaseRules {
    /// - Throws: ``RunError`` with 64 for the first of them.
    static func check(_ scenario: Scenario, _ strategy: Strategy) throws(RunError) {
        guard let plan = scenario.phases else { return }
        func refuse(_ words: String) -> RunError { RunError(.usage, words) }
        if scenario.retryUnknown {
            throw refuse(
                "--retry-unknown: the strategy \(strategy.name) has phases:, and which of two holds would be paid for is not known; leave it out"
            )
        }
        if plan.needsOthers, scenario.clients < 2 {
            let own = strategy.later.first { $0.part.elsewhere }
            throw refuse(
                "\(strategy.file):\(own?.line ?? 1): \(own?.phase.word ?? "pay"): elsewhere: true wants another client of the same thread, and each has "
                    + "one; use --clients 2 or more, or leave elsewhere: out")
        }
    }

    /// - Throws: ``RunError`` with 64 where a fault may change the stock, which holds are counted against.
    static func checkFaults(_ scenario: Scenario) throws(RunError) {
        guard scenario.phases != nil, let fault = scenario.faults?.first(where: \.kind.changesStock) else { return }
        throw RunError(
            .usage,
            "--fault \(fault.text): it may change the stock, and what was on hold then is not known; phases: go with faults that leave the "
                + "stock alone (--fault list)")
    }
}

package import FlashSale

extension StrategyProgram {
    /// What each client of a service does once before it buys: an attempt that ends as won when every step was answered. nil where
    /// the file says nothing of it.
    package static func signIn(of strategy: Strategy, saleTag: String, scenario: Scenario) -> StrategyProgram? {
        guard let last = strategy.signIn.last else { return nil }
        var own = strategy
        own.buy = strategy.signIn + [Strategy.Step(kind: .finish(.won, remaining: nil), line: last.line)]
        (own.signIn, own.later, own.finally, own.draws) = ([], [], [], [])
        return StrategyProgram(
            own, saleTag: saleTag, readOnlyCommands: [], scriptHashes: [:], scenario: scenario, keepsCaptures: true)
    }
}

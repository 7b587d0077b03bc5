internal import Strategies

extension Strategy {
    /// Whether buyers do the same, but for what they are called: nothing is drawn, and nothing depends on where one buys.
    var buyersAreAlike: Bool {
        guard draws.isEmpty, shards == nil else { return false }
        return !(allSteps.flatMap(\.templates) + keys.map(\.template)).flatMap(\.values).contains { value in
            switch value {
            case .random, .draw, .variable(.client), .variable(.thread), .variable(.worker): true
            case .integer, .variable, .key, .capture, .reply, .ofLine: false
            }
        }
    }
}

extension Strategy.Call {
    var isScript: Bool {
        if case .script = self { true } else { false }
    }
}

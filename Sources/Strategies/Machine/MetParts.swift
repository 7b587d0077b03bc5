package import FlashSale

/// How often attempts met each part of a strategy, in the order of the file.
package struct MetParts: Codable, Sendable, Equatable {
    /// Of each step of `buy` and, behind them, of `finally`: how often it was sent, or ended an attempt. Thinking is not
    /// counted.
    package var steps: [Int]
    /// Of each outcome of these steps: how often a reply met it.
    package var rules: [Int]
    /// Of each capture of these steps: how often it was taken.
    package var captures: [Int]

    package init(steps: [Int] = [], rules: [Int] = [], captures: [Int] = []) {
        self.steps = steps
        self.rules = rules
        self.captures = captures
    }

    /// Adds what another client met.
    package mutating func add(_ other: MetParts) {
        Self.add(other.steps, to: &steps)
        Self.add(other.rules, to: &rules)
        Self.add(other.captures, to: &captures)
    }

    private static func add(_ counts: [Int], to sums: inout [Int]) {
        if sums.count < counts.count { sums += repeatElement(0, count: counts.count - sums.count) }
        for (index, count) in counts.enumerated() { sums[index] &+= count }
    }
}

extension Strategy {
    /// What a run met of the file, for `run.json`.
    ///
    /// - Parameters:
    ///   - met: what all clients counted; a part that is missing was never met.
    ///   - isComplete: whether every worker told its counts.
    package func coverage(_ met: MetParts, isComplete: Bool) -> RunRecord.Coverage {
        func count(_ counts: [Int], _ index: Int) -> Int { index < counts.count ? counts[index] : 0 }
        var coverage = RunRecord.Coverage(isComplete: isComplete)
        var captures = 0
        var rules = 0
        for (index, step) in allSteps.enumerated() {
            if let does = step.does {
                coverage.steps.append(
                    .init(step: index + 1, does: does, line: step.line, met: count(met.steps, index)))
            }
            for rule in step.rules {
                rules += 1
                // Nobody chose these for the scheme.
                guard !rule.isOfProtocol else { continue }
                coverage.rules.append(
                    .init(
                        step: index + 1, when: rule.when, then: rule.outcome, line: rule.line,
                        met: count(met.rules, rules - 1)))
            }
            for capture in step.captures {
                coverage.captures.append(
                    .init(step: index + 1, name: capture.name, met: count(met.captures, captures)))
                captures += 1
            }
        }
        return coverage
    }
}

extension Strategy.Step {
    /// In a few words; nil for a step at which only time passes.
    fileprivate var does: String? {
        switch kind {
        case .send(let command): wait == nil ? "send \(command.name)" : "wait"
        case .atomically: "atomically"
        case .script(let call): call.callee.title
        case .program: "program"
        case .command: "command"
        case .http(let request): "http \(request.method)"
        case .finish(let outcome, _): "finish \(outcome.word)"
        case .think: nil
        }
    }
}

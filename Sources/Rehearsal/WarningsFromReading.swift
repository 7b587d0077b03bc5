internal import FlashSale
internal import Strategies

/// Outcomes that can never be reached: another one before takes all of their replies, or the script never answers so.
enum UnreachableRules {
    static func warnings(_ strategy: Strategy) -> [RehearsalWarnings.Warning] {
        strategy.buy.indices.flatMap { index in
            // A reply without an outcome goes on to the next step where there is one.
            let isLast = !strategy.buy[(index + 1)...].contains(where: \.acts)
            return shadowed(strategy.buy[index], strategy)
                + neverReturned(strategy.buy[index], strategy).filter { isLast || $0.name != "hole" }
        }
    }

    private static func shadowed(_ step: Strategy.Step, _ strategy: Strategy) -> [RehearsalWarnings.Warning] {
        step.rules.indices.compactMap { index in
            let rule = step.rules[index]
            guard let earlier = step.rules[..<index].first(where: { $0.matcher.covers(rule.matcher) }) else {
                return nil
            }
            return RehearsalWarnings.Warning(
                "unreachable-outcome", at: "\(strategy.file):\(rule.line)",
                message:
                    "this outcome (\(rule.outcome.word)) can never be reached: the one at line \(earlier.line) takes all of its replies before"
            )
        }
    }

    /// Where a script returns nothing but numbers that stand in it, its rules and those numbers should be the same.
    private static func neverReturned(_ step: Strategy.Step, _ strategy: Strategy) -> [RehearsalWarnings.Warning] {
        guard case .script(let call) = step.kind, case .script(let name) = call.callee,
            let script = strategy.script(named: name), let returned = LuaReading(script.text).literalReturns
        else { return [] }
        var warnings: [RehearsalWarnings.Warning] = []
        var unmatched = returned
        for rule in step.rules {
            switch rule.matcher {
            case .integers(let range):
                unmatched = unmatched.filter { !range.contains($0) }
                guard !returned.contains(where: range.contains) else { continue }
                warnings.append(
                    .init(
                        "unreachable-outcome", at: "\(strategy.file):\(rule.line)",
                        message:
                            "this outcome (\(rule.outcome.word)) can never be reached: the script \(name) returns only "
                            + returned.sorted().map(String.init).joined(separator: ", ")))
            case .error: continue
            case .null, .ok, .empty, .text, .array, .json: continue
            default: return warnings
            }
        }
        for number in unmatched.sorted() {
            warnings.append(
                .init(
                    "hole", at: "\(strategy.file):\(step.line)",
                    message: "the script \(name) can return \(number), for which the file has no outcome"))
        }
        return warnings
    }
}

/// What a reading of the scripts gives reason to doubt, with the place of each.
enum ScriptWarnings {
    static func of(_ strategy: Strategy) -> [RehearsalWarnings.Warning] {
        (strategy.scripts + strategy.libraries).flatMap { script in
            LuaReading(script.text).warnings.map { found in
                RehearsalWarnings.Warning(
                    found.name, at: strategy.place(of: script, line: found.line), message: found.message)
            }
        }
    }
}

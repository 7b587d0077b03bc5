/// What replies mean for an attempt.
extension StrategyMachine {
    mutating func note(_ reply: borrowing Reply, of step: StrategyProgram.Step) {
        let isError = reply.kind == .error
        if isError { keep(reply) }
        if repliesLeft == step.replies - 1 {
            transaction.multiWasRefused = isError
        } else if !isError {
            transaction.somethingWasAccepted = true
        }
    }

    mutating func endTransaction(_ step: StrategyProgram.Step, _ reply: borrowing Reply) -> Result? {
        if transaction.multiWasRefused {
            // Without MULTI the server took each command by itself.
            keep(reply)
            return Result(transaction.somethingWasAccepted || hasWrittenBefore ? .unknown : .failed)
        }
        isWatching = false
        let hasErrorInside = reply.kind == .array && reply.firstError != nil
        if let result = match(step, reply, onlyRulesForErrors: hasErrorInside) { return result }
        switch reply.kind {
        case .null: return Result(.conflict)
        case .error:
            keep(reply)
            if reply.text(at: Reply.root, startsWithWord: Self.execAbort) {
                // Nothing of the transaction ran.
                return Result(hasWrittenBefore ? .unknown : .failed)
            }
            // No server of ours says that; a proxy may, after the commit, and the transaction may still be open.
            connectionIsSuspect = true
            return Result(.unknown)
        default:
            guard hasErrorInside else { return goOn(step, reply) }
            keep(reply)
            return Result(.unknown)
        }
    }

    mutating func endCommand(_ step: StrategyProgram.Step, _ reply: borrowing Reply) -> Result? {
        if let result = match(step, reply, onlyRulesForErrors: false) { return result }
        guard reply.kind == .error else { return goOn(step, reply) }
        keep(reply)
        return Result(hasWrittenBefore ? .unknown : .failed)
    }

    /// Keeps what the step captures; a result where that, or going on at all, is impossible.
    private mutating func goOn(_ step: StrategyProgram.Step, _ reply: borrowing Reply) -> Result? {
        if step.capture >= 0, !capture(reply, step.capture) {
            keep(reply)
            return Result(hasWritten ? .unknown : .failed)
        }
        guard isLastCommand(current) else { return nil }
        if firstHole == nil { firstHole = reply.description }
        return Result(.unknown, isHole: true)
    }

    private mutating func keep(_ reply: borrowing Reply) {
        if firstError == nil { firstError = reply.description }
    }

    private func isLastCommand(_ index: Int) -> Bool {
        for later in (index + 1)..<max(tables.steps.count, index + 1) where tables.steps[later].kind != .think {
            return false
        }
        return true
    }

    private func match(_ step: StrategyProgram.Step, _ reply: borrowing Reply, onlyRulesForErrors: Bool) -> Result? {
        for index in step.rules.start..<step.rules.end {
            let rule = tables.rules[index]
            if onlyRulesForErrors, !rule.namesErrors { continue }
            if tables.tests[rule.test].passes(reply, at: Reply.root, tests: tables.tests, literals: tables.literals) {
                return Result(rule.outcome, remaining: rule.remaining.flatMap { value(of: $0, reply) })
            }
        }
        return nil
    }

    private mutating func capture(_ reply: borrowing Reply, _ index: Int) -> Bool {
        switch reply.kind {
        case .null, .array, .error: return false
        case .integer, .string, .status: break
        }
        captures[index].number = reply.integer().flatMap { $0.magnitude <= Reply.largestNumber ? $0 : nil }
        captures[index].bytes.removeAll(keepingCapacity: true)
        if reply.kind == .integer {
            captures[index].bytes.append(contentsOf: String(reply.elementCount(at: Reply.root)).utf8)
        } else {
            reply.withText(at: Reply.root) { captures[index].bytes.append(contentsOf: $0) }
        }
        return captures[index].number != nil || !tables.captureIsNumber[index]
    }
}

internal import FlashSale

/// What replies mean for an attempt.
extension StrategyMachine {
    mutating func note(_ reply: borrowing Reply, of step: UnsafePointer<StrategyProgram.Step>) {
        let isError = reply.kind == .error
        if isError {
            keep(reply)
            if mayMove { noteRelocation(reply) }
            if !reply.isRefusal(at: Reply.root) {
                transaction.hasAnswer = true
                if remarks.firstQueued == nil { remarks.firstQueued = reply.description }
            }
        }
        if place.repliesLeft == step.pointee.replies - 1 {
            transaction.multiWasRefused = isError
        } else if !isError {
            transaction.somethingWasAccepted = true
        }
    }

    mutating func endTransaction(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> Result? {
        if transaction.multiWasRefused {
            // Without MULTI the server executed each command by itself.
            keep(reply)
            return unqueued(mayHaveWritten: transaction.somethingWasAccepted || written.before)
        }
        watch.end()
        let hasErrorInside = reply.kind == .array && reply.firstError != nil
        if let result = match(step, with: reply, onlyRulesForErrors: hasErrorInside) { return result }
        switch reply.kind {
        case .null: return Result(.conflict)
        case .error:
            keep(reply)
            if reply.text(at: Reply.root, startsWithWord: Self.execAbort) {
                // Nothing of the transaction ran.
                return unqueued(mayHaveWritten: written.before)
            }
            // Redis does not say that. A proxy may, after the commit, and the transaction may still be open.
            connectionIsSuspect = true
            return unnamed(reply, at: Reply.root, mayHaveWritten: true)
        default:
            guard hasErrorInside, let node = reply.firstError else { return goOn(step, reply) }
            keep(reply)
            return unnamed(reply, at: node, mayHaveWritten: true)
        }
    }

    /// A transaction that did not run, because of errors on the way to EXEC.
    private mutating func unqueued(mayHaveWritten: Bool) -> Result {
        if transaction.hasAnswer, remarks.firstHole == nil { remarks.firstHole = remarks.firstQueued }
        return .brokenOff(mayHaveWritten: mayHaveWritten, isHole: transaction.hasAnswer)
    }

    /// A reply that no rule names. An error is an answer like any other, unless the server only says that it does not serve.
    private mutating func unnamed(_ reply: borrowing Reply, at node: Int, mayHaveWritten: Bool) -> Result {
        let isHole = !reply.isRefusal(at: node)
        if isHole, remarks.firstHole == nil { remarks.firstHole = reply.description }
        return .brokenOff(mayHaveWritten: mayHaveWritten, isHole: isHole)
    }

    mutating func endCommand(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> Result? {
        if let result = match(step, with: reply, onlyRulesForErrors: false) {
            // A program that says so may say why.
            if result.outcome == .unknown, step.pointee.kind == .program { keep(reply) }
            return result
        }
        if step.pointee.kind == .http || step.pointee.kind == .command { return endRequest(step, reply) }
        guard reply.kind == .error else { return goOn(step, reply) }
        keep(reply)
        // A script that fails has not taken back what it did before.
        let mayHaveWritten = written.before || (step.pointee.kind == .script && !reply.saysNoSuchScript(at: Reply.root))
        return unnamed(reply, at: Reply.root, mayHaveWritten: mayHaveWritten)
    }

    /// An answer of 400 or more, or an exit code that is not 0, is an error: one that no rule names ends the attempt, and says nothing of what was done.
    @inline(never)
    private mutating func endRequest(
        _ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply
    ) -> Result? {
        guard reply.isHTTPError || reply.isCommandError else { return goOn(step, reply) }
        keep(reply)
        return unnamed(reply, at: Reply.root, mayHaveWritten: written.atAll)
    }

    /// What has put units on hold keeps what its last step captures, for those that follow. Where that is not there, it is not known what
    /// the answer means.
    @inline(never)
    mutating func withCaptures(
        _ result: Result, of step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply
    ) -> Result {
        for index in step.pointee.captures.start..<step.pointee.captures.end {
            guard capture(tables.stepCaptures[index], reply) else {
                keep(reply)
                return unnamed(reply, at: Reply.root, mayHaveWritten: true)
            }
            counts.countTaken(capture: index)
        }
        return result
    }

    /// Keeps what the step captures; a result where that, or going on at all, is impossible.
    private mutating func goOn(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> Result? {
        var index = step.pointee.captures.start
        while index < step.pointee.captures.end {
            guard capture(tables.stepCaptures[index], reply) else {
                keep(reply)
                return unnamed(reply, at: Reply.root, mayHaveWritten: written.atAll)
            }
            counts.countTaken(capture: index)
            index += 1
        }
        guard isLast() else { return nil }
        if remarks.firstHole == nil { remarks.firstHole = reply.description }
        return Result(.unknown, isHole: true)
    }

    mutating func keep(_ reply: borrowing Reply) {
        if remarks.firstError == nil { remarks.firstError = reply.description }
    }

    /// A step needs something that a step before would have captured, had it not been skipped.
    mutating func lackOfCapture() -> Result {
        if remarks.firstError == nil {
            remarks.firstError =
                "a step needs a value that this attempt has not captured, since the step before was skipped"
        }
        return .brokenOff(mayHaveWritten: written.atAll)
    }

    /// Whether no step after the current one sends anything or ends the attempt, as far as conditions hold now; nothing
    /// changes them any more if that is so.
    @inline(__always)
    private mutating func isLast() -> Bool {
        let next = place.current + 1
        if next < place.end {
            let step = stepPointer(next)
            if step.pointee.condition < 0, step.pointee.kind != .think { return false }
        }
        return noneActs(from: next)
    }

    private mutating func noneActs(from next: Int) -> Bool {
        // A condition on a random number is drawn again when its turn comes, and must then come out the same.
        let generatorBefore = values.generator
        defer { values.generator = generatorBefore }
        var later = next
        while later < place.end {
            let step = stepPointer(later)
            let condition = step.pointee.condition
            if step.pointee.kind != .think, condition < 0 || holds(tables.conditions[condition]) { return false }
            later += 1
        }
        return true
    }
}

/// What happens where the server has forgotten a script or a function.
extension StrategyMachine {
    /// Whether the server said that it does not know the script of this step, for the first time.
    mutating func mustReload(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> Bool {
        guard step.pointee.reloadReplies > 0, !place.hasReloaded else { return false }
        return reply.saysNoSuchScript(at: Reply.root)
    }

    /// The server does not know the script, and so did nothing: loads it again and repeats the call.
    mutating func reload(_ step: UnsafePointer<StrategyProgram.Step>) -> Action {
        place.hasReloaded = true
        counts.countReload(ofStep: place.current)
        buffer.reset()
        buffer.append(
            UnsafeBufferPointer(rebasing: tables.literals[step.pointee.reload.start..<step.pointee.reload.end]))
        if asked.isThere { return followAgain(behind: step.pointee.reloadReplies) }
        place.repliesToSkip = step.pointee.reloadReplies
        place.repliesLeft = step.pointee.replies
        write(step: place.current)
        output = buffer.written
        return .send
    }
}

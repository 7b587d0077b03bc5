internal import FlashSale

/// Going from step to step.
extension StrategyMachine {
    /// Sends the next step whose condition holds, with those that join it, or thinks, or ends the attempt.
    mutating func proceed() -> Action {
        let end = phase == .closing ? tables.steps.count : tables.finallyStart
        while current < end {
            let step = stepPointer(current)
            if step.pointee.condition >= 0, !holds(tables.conditions[step.pointee.condition]) {
                current += 1
                continue
            }
            switch step.pointee.kind {
            case .think:
                guard step.pointee.thinkMaximum > 0 else {
                    current += 1
                    continue
                }
                return think(step)
            case .finish:
                sentEnd = current
                let remaining = step.pointee.remaining.flatMap { isTaken($0) ? value(of: $0) : nil }
                return decide(Result(step.pointee.outcome, remaining: remaining))
            case .send, .transaction, .script:
                guard step.pointee.needs & ~taken == 0 else {
                    if phase == .closing {
                        current += 1
                        continue
                    }
                    return decide(lackOfCapture())
                }
                return send(before: end)
            }
        }
        if phase == .closing, let decided { return .finish(decided) }
        // Every step that could end the attempt was skipped.
        if firstHole == nil { firstHole = "(no step was left whose if: holds)" }
        return decide(Result(hasWritten ? .unknown : .failed, isHole: true))
    }

    mutating func think(_ step: UnsafePointer<StrategyProgram.Step>) -> Action {
        let (minimum, maximum) = (step.pointee.thinkMinimum, step.pointee.thinkMaximum)
        return .think(microseconds: minimum == maximum ? minimum : Int.random(in: minimum...maximum, using: &generator))
    }

    mutating func send(before end: Int) -> Action {
        sentEnd = current
        if owesUnwatch {
            Self.unwatch.withUnsafeBufferPointer { buffer.append($0) }
            owesUnwatch = false
            repliesToSkip = 1
            unwatches += 1
        }
        repeat {
            write(step: sentEnd)
            sentEnd += 1
        } while sentEnd < end && stepPointer(sentEnd).pointee.joinsPrevious
            && stepPointer(sentEnd).pointee.needs & ~taken == 0
        repliesLeft = stepPointer(current).pointee.replies
        output = buffer.written
        return .send
    }

    mutating func write(step number: Int) {
        let step = stepPointer(number)
        var index = step.pointee.parts.start
        let end = step.pointee.parts.end
        while index < end {
            write(tables.parts[index])
            index += 1
        }
        countWrite(ofStep: number)
        if !step.pointee.hasNoEffect { hasWritten = true }
        if step.pointee.watches { isWatching = true }
        if step.pointee.kind == .transaction { transaction = TransactionReplies() }
    }

    /// A step in place: it is too large to be copied for each look.
    @inline(__always)
    func stepPointer(_ index: Int) -> UnsafePointer<StrategyProgram.Step> {
        // The tables of a program that runs have at least one step.
        tables.steps.baseAddress! + index
    }

    mutating func decide(_ result: Result) -> Action {
        decided = result
        if sentEnd > current + 1 {
            repliesToSkip = 0
            for later in (current + 1)..<sentEnd { repliesToSkip += stepPointer(later).pointee.replies }
            phase = .draining
            return .receive
        }
        return close()
    }

    /// Takes the `finally` steps, then ends the attempt.
    mutating func close() -> Action {
        if tables.finallyStart == tables.steps.count, let decided { return .finish(decided) }
        phase = .closing
        // The `finally` steps must not depend on what the attempt watched.
        owesUnwatch = owesUnwatch || isWatching
        isWatching = false
        current = tables.finallyStart
        hasReloaded = false
        buffer.reset()
        return proceed()
    }
}

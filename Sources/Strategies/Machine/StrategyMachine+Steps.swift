internal import FlashSale

/// Going from step to step.
extension StrategyMachine {
    /// Sends the next step whose condition holds, with those that join it, or thinks, or ends the attempt.
    mutating func proceed() -> Action {
        let end = phase == .closing ? tables.steps.count : place.end
        while place.current < end {
            let step = stepPointer(place.current)
            if step.pointee.condition >= 0, !holds(tables.conditions[step.pointee.condition]) {
                place.current += 1
                continue
            }
            switch step.pointee.kind {
            case .think:
                guard step.pointee.thinkMaximum > 0 else {
                    place.current += 1
                    continue
                }
                return think(step)
            case .finish:
                place.sentEnd = place.current
                counts.countEnd(byStep: place.current)
                let remaining = step.pointee.remaining.flatMap { isTaken($0) ? value(of: $0) : nil }
                let result = Result(step.pointee.outcome, remaining: remaining)
                return decide(step.pointee.units.isEmpty ? result : name(result, step.pointee.units, Reply()))
            case .send, .transaction, .script, .http, .program, .command:
                guard step.pointee.needs & ~values.taken == 0 else {
                    if phase == .closing {
                        place.current += 1
                        continue
                    }
                    return decide(lackOfCapture())
                }
                if step.pointee.kind == .transaction, watch.isElsewhere { return probe() }
                return send(before: end)
            }
        }
        if phase == .closing, let decided { return finish(decided) }
        // Every step that could end the attempt was skipped.
        if remarks.firstHole == nil { remarks.firstHole = "(no step was left whose if: holds)" }
        return decide(.brokenOff(mayHaveWritten: written.atAll, isHole: true))
    }

    mutating func think(_ step: UnsafePointer<StrategyProgram.Step>) -> Action {
        let (minimum, maximum) = (step.pointee.thinkMinimum, step.pointee.thinkMaximum)
        return .think(
            microseconds: minimum == maximum ? minimum : Int.random(in: minimum...maximum, using: &values.generator))
    }

    mutating func send(before end: Int) -> Action {
        place.sentEnd = place.current
        if watch.isOwed {
            Self.unwatch.withUnsafeBufferPointer { buffer.append($0) }
            watch.isOwed = false
            place.repliesToSkip = 1
            counts.unwatches += 1
        }
        repeat {
            write(step: place.sentEnd)
            place.sentEnd += 1
        } while place.sentEnd < end && stepPointer(place.sentEnd).pointee.joinsPrevious
            && stepPointer(place.sentEnd).pointee.needs & ~values.taken == 0
        place.repliesLeft = stepPointer(place.current).pointee.replies
        output = buffer.written
        return .send
    }

    /// The output goes out a second time, on a new connection: its commands count twice, and nothing is watched there.
    package mutating func sendsAgain() {
        if place.hasReloaded {
            counts.countReload(ofStep: place.current)
        } else if place.repliesToSkip > 0 {
            counts.unwatches += 1
        }
        for step in place.current..<place.sentEnd { counts.countWrite(ofStep: step) }
    }

    mutating func write(step number: Int) {
        let step = stepPointer(number)
        var index = step.pointee.parts.start
        let end = step.pointee.parts.end
        while index < end {
            write(tables.parts[index])
            index += 1
        }
        counts.countWrite(ofStep: number)
        if !step.pointee.hasNoEffect { written.atAll = true }
        if step.pointee.watches { watch.isOn = true }
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
        if place.sentEnd > place.current + 1 {
            place.repliesToSkip = 0
            for later in (place.current + 1)..<place.sentEnd {
                place.repliesToSkip += stepPointer(later).pointee.replies
            }
            phase = .draining
            return .receive
        }
        return close()
    }

    /// Takes the `finally` steps, then ends the attempt.
    mutating func close() -> Action {
        if tables.finallyStart == tables.steps.count, let decided { return finish(decided) }
        phase = .closing
        // The `finally` steps must not depend on what the attempt watched.
        watch.leave()
        place.current = tables.finallyStart
        place.hasReloaded = false
        buffer.reset()
        return proceed()
    }
}

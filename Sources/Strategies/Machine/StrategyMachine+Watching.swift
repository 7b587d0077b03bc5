/// For whoever watches an attempt from outside, as a rehearsal does. No attempt of a run comes here.
extension StrategyMachine {
    /// The step whose reply comes next, counted through `buy` and then `finally`; nil where that reply is thrown away.
    package var stepOfNextReply: Int? { place.repliesToSkip > 0 ? nil : place.current }

    /// What the file asks of a reply that the reply does not have.
    package enum Lack: Sendable, Equatable {
        /// A capture (`as:`), by its position among those of the step.
        case capture(Int)
        /// What `remaining:` is reckoned from.
        case remaining
    }

    /// What the reply that comes next lacks; nil where it has all that its step takes, or is an error.
    package mutating func lack(of reply: borrowing Reply) -> Lack? {
        guard place.repliesToSkip == 0, place.repliesLeft == 1, phase == .buying, reply.kind != .error,
            reply.kind != .null || stepPointer(place.current).pointee.kind != .transaction
        else { return nil }
        // Looking must change nothing.
        let before = values
        defer { values = before }
        let step = stepPointer(place.current)
        for index in step.pointee.rules.start..<step.pointee.rules.end {
            let rule = tables.rules[index]
            guard passes(tables.tests[rule.test], in: reply, at: Reply.root) else { continue }
            guard let remaining = rule.remaining, value(of: remaining, reply) == nil else { return nil }
            return .remaining
        }
        let captures = step.pointee.captures
        for index in captures.start..<captures.end where !capture(tables.stepCaptures[index], reply) {
            return .capture(index - captures.start)
        }
        return nil
    }
}

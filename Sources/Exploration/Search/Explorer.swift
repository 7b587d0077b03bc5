internal import CLinux
package import FlashSale

/// Makes every order of a few buyers' commands, those with the fewest switches first, each once among those that are equal.
///
/// A search without state: an order is made by beginning again and repeating a schedule (Godefroid, "Model checking for programming
/// languages using VeriSoft", POPL 1997), the least number of preemptions first (Musuvathi and Qadeer, "Iterative context bounding",
/// PLDI 2007). ``CausalKeys`` say which orders are equal.
package struct Explorer {
    private let bounds: ExplorationBounds
    private var queue = ScheduleQueue()
    /// Keys of orders that were met.
    private var met: Set<UInt64> = []
    /// What a buyer did after the same causal past.
    private var habits: [UInt64: (next: UInt64, words: String)] = [:]
    private(set) var counts = ExplorationCounts()
    /// What was offered after the same steps before.
    private var offered: [UInt64: UInt64] = [:]

    private init(bounds: ExplorationBounds) {
        self.bounds = bounds
        queue.push(Schedule())
    }

    /// Explores until nothing is left, a bound is reached, or somebody has seen enough.
    ///
    /// - Parameters:
    ///   - isStopped: whether somebody wants it to end: asked before each execution.
    ///   - progress: is told what was done so far after each execution, and what the cheapest schedule costs that waits.
    ///   - judge: is given each execution that came to its end, with the sale as it is then, and says whether to go on.
    /// - Returns: why it ended, and what was done.
    package static func explore<Sale: SteppedSale & ~Copyable>(
        _ sale: inout Sale, within bounds: ExplorationBounds, isStopped: () -> Bool = { false },
        progress: (ExplorationCounts, Int) -> Void = { _, _ in },
        judge: (Execution, inout Sale) throws(RunError) -> Bool
    ) throws(RunError) -> (end: ExplorationEnd, counts: ExplorationCounts) {
        var explorer = Explorer(bounds: bounds)
        let end = try explorer.run(&sale, isStopped, progress, judge)
        explorer.counts.waiting = explorer.queue.count
        return (end, explorer.counts)
    }

    private mutating func run<Sale: SteppedSale & ~Copyable>(
        _ sale: inout Sale, _ isStopped: () -> Bool, _ progress: (ExplorationCounts, Int) -> Void,
        _ judge: (Execution, inout Sale) throws(RunError) -> Bool
    ) throws(RunError) -> ExplorationEnd {
        while let schedule = queue.popLeast() {
            if isStopped() { return .stopped }
            if isOver {
                queue.push(schedule)
                return .cut(allUpTo: schedule.cost - 1)
            }
            counts.waiting = queue.count
            progress(counts, schedule.cost)
            guard try make(schedule, &sale, judge) else { return .stopped }
            if try sale.hasLearned() { beginAnew() }
        }
        return .complete
    }

    /// Which orders are equal is another question now.
    private mutating func beginAnew() {
        queue = ScheduleQueue()
        queue.push(Schedule())
        met = []
        habits = [:]
        offered = [:]
        counts.complete = 0
        counts.redundant = 0
        counts.givenUp = 0
        counts.unsteady = nil
    }

    private var isOver: Bool {
        if let limit = bounds.executions, counts.executions >= limit { return true }
        if let deadline = bounds.deadline, Clock.nanoseconds() >= deadline { return true }
        return false
    }

    /// - Returns: whether to go on.
    private mutating func make<Sale: SteppedSale & ~Copyable>(
        _ schedule: Schedule, _ sale: inout Sale, _ judge: (Execution, inout Sale) throws(RunError) -> Bool
    ) throws(RunError) -> Bool {
        var schedule = schedule
        var disturbance: String?
        for _ in 0...bounds.retries {
            let outcome = try execute(schedule, &sale)
            counts.executions += 1
            switch outcome {
            case .redundant:
                counts.redundant += 1
                return true
            case .ended(let execution, let somebodyWasAway):
                counts.complete += 1
                guard try judge(execution, &sale) else { return false }
                if somebodyWasAway { try lookAgain(at: execution.schedule, &sale) }
                return true
            case .tooLong:
                counts.givenUp += 1
                counts.unsteady =
                    counts.unsteady
                    ?? "an order of more than \(bounds.steps.counted("command")) did not come to its end"
                return true
            case .diverged(let reason):
                counts.diverged += 1
                counts.unsteady = counts.unsteady ?? reason
            case .disturbed(let reason, let path):
                counts.diverged += 1
                // Whatever it went on with is taken to be made, so that the next try has to make it.
                schedule = path ?? schedule
                disturbance = reason
            }
        }
        counts.givenUp += 1
        counts.unsteady = counts.unsteady ?? disturbance
        return true
    }

    /// How often an order in which somebody was away is made once more at most, to see whether they only were late.
    private static var secondLooks: Int { 2 }

    /// Makes an order again in which somebody was away, until nobody is: whoever only was late is there now, and what they may do first
    /// is queued (``notice(_:after:)``).
    private mutating func lookAgain<Sale: SteppedSale & ~Copyable>(
        at schedule: Schedule, _ sale: inout Sale
    ) throws(RunError) {
        for _ in 0..<Self.secondLooks {
            counts.executions += 1
            guard case .ended(_, somebodyWasAway: true) = try execute(schedule, &sale) else { return }
        }
    }

    // MARK: One execution

    private enum Outcome {
        case ended(Execution, somebodyWasAway: Bool)
        /// All that could follow was made before.
        case redundant
        /// It does not go as it went before, and why, in words for the user.
        case diverged(String)
        /// It does not count, and why, in words for the user; where it went beyond its schedule, the whole of it, to be made again.
        case disturbed(String, Schedule?)
        case tooLong
    }

    private mutating func execute<Sale: SteppedSale & ~Copyable>(
        _ schedule: Schedule, _ sale: inout Sale
    ) throws(RunError) -> Outcome {
        try sale.begin()
        var execution = Execution(
            buyers: sale.buyers, areAlike: sale.areAlike && bounds.exchangesBuyers, width: sale.width)
        var somebodyWasAway = false
        while true {
            let all = try sale.offers()
            if sale.isSomebodyAway { somebodyWasAway = true }
            if let reason = sale.disturbance {
                return .disturbed(reason, execution.steps.count > schedule.steps.count ? execution.schedule : nil)
            }
            note(all, after: execution)
            if !counts.metExpiry { counts.metExpiry = all.contains { $0.choice.isExpiry } }
            let offers = execution.admitted(all, within: bounds)
            let done = execution.steps.count
            if offers.isEmpty {
                guard done >= schedule.steps.count else {
                    return .diverged("an order ended after \(done.counted("command")) that had more before")
                }
                return .ended(execution, somebodyWasAway: somebodyWasAway)
            }
            guard done < bounds.steps else { return .tooLong }
            if sale.mayBeLate { notice(offers, after: execution, isNew: done >= schedule.steps.count) }
            let pick: Offer
            if done < schedule.steps.count {
                guard let found = offers.first(where: { $0.fits(schedule.steps[done]) }) else {
                    return .diverged(
                        "after the same \(done.counted("command")) as before, another one came: \(offers.map(\.words).joined(separator: ", "))"
                    )
                }
                pick = found
            } else {
                guard let fresh = branch(offers, after: execution) else { return .redundant }
                pick = fresh
            }
            execution.begin(pick, for: execution.price(of: pick, among: offers))
            execution.complete(try sale.take(pick))
            counts.steps += 1
        }
    }

    /// The step to go on with; all others that lead to something new are queued.
    private mutating func branch(_ offers: [Offer], after execution: Execution) -> Offer? {
        var pick: Offer?
        for offer in execution.inOrder(offers) {
            guard bounds.isExhaustive || remember(execution.key(after: offer)) else { continue }
            if pick == nil {
                pick = offer
            } else {
                queue.push(execution.schedule(followedBy: offer, for: execution.price(of: offer, among: offers)))
            }
        }
        return pick
    }

    /// Whoever could not be seen the first time that the same steps were taken, since they were late, is queued now.
    ///
    /// - Parameter isNew: whether all that is offered is queued anyway.
    private mutating func notice(_ offers: [Offer], after execution: Execution, isNew: Bool) {
        let now = offers.reduce(0) { $0 &+ Schedule.Step($1.choice, phrase: $1.phrase).digest }
        guard let before = offered[execution.digest] else {
            if offered.count < bounds.remembered { offered[execution.digest] = now }
            return
        }
        guard before != now, !isNew else { return }
        guard !bounds.isExhaustive else {
            // Nobody remembers which of them were queued.
            counts.unsteady = counts.unsteady ?? "after the same commands came once more, and once less"
            return
        }
        offered[execution.digest] = now
        for offer in offers where remember(execution.key(after: offer)) {
            queue.push(execution.schedule(followedBy: offer, for: execution.price(of: offer, among: offers)))
            counts.late += 1
        }
    }

    /// - Returns: whether it was not met before, as far as that is remembered.
    private mutating func remember(_ key: UInt64) -> Bool {
        guard met.count < bounds.remembered else { return !met.contains(key) }
        return met.insert(key).inserted
    }

    /// Stands guard over the relation that says which orders are equal: whoever does another thing after the same past knows
    /// something that no command has told.
    private mutating func note(_ offers: [Offer], after execution: Execution) {
        guard counts.unsteady == nil else { return }
        for offer in offers where offer.choice.isRun {
            guard let habit = execution.habit(offer) else { continue }
            guard let before = habits[habit.past] else {
                if habits.count < bounds.remembered { habits[habit.past] = (habit.next, offer.words) }
                continue
            }
            if before.next != habit.next {
                counts.unsteady = "after the same past came once \(before.words), and once \(offer.words)"
            }
        }
    }
}

extension Offer {
    fileprivate func fits(_ step: Schedule.Step) -> Bool {
        choice == step.choice && (step.phrase == nil || step.phrase == phrase)
    }
}

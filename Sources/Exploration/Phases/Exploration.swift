internal import CLinux
package import FlashSale

/// Explores phase after phase, until one of them goes wrong.
package struct Exploration: Sendable {
    /// What came of a phase.
    package struct Outcome: Sendable {
        package var phase: ExplorationPhase
        package var counts: ExplorationCounts
        package var end: ExplorationEnd
        package var seconds: Double
        /// Orders in which somebody won.
        package var ordersWithWins: Int
        /// What a check could not say, the first time; nil where all could.
        package var doubt: String?
        package var finding: Finding?
        /// Ways in which the sale ended.
        package var outcomes: Set<String>
        package var isViolated: Bool
        /// Why there may be more than was found, the first time; nil where there may not.
        package var note: String?
        /// What the user should know beside that.
        package var remarks: [Finding]
        /// Where orders were drawn.
        package var samples: Sampler.Summary?

        /// Whether every order was made, and nothing but the order decided.
        package var isComplete: Bool {
            end == .complete && counts.givenUp == 0 && counts.unsteady == nil && note == nil
        }
    }

    package private(set) var outcomes: [Outcome] = []
    package private(set) var counterexample: Counterexample?
    /// Where the shortest order did not go wrong when it was made again.
    package private(set) var doubtfulReplay: String?

    /// For how long a shorter order is looked for once one goes wrong, in nanoseconds.
    private static let shrinking: UInt64 = 3_000_000_000

    /// What ``doubt(because:)`` was told.
    private var beside: String?

    private init() {}

    /// - Parameters:
    ///   - phases: in their order.
    ///   - deadline: CLOCK_MONOTONIC at which all ends, in nanoseconds; nil for never.
    ///   - isStopped: whether somebody wants it to end.
    ///   - progress: is told the phase, what it has done, and what the schedule costs that is made.
    ///   - sale: makes the sale of a phase.
    package static func run<Sale: SteppedSale & ~Copyable>(
        _ phases: [ExplorationPhase], until deadline: UInt64? = nil, isStopped: () -> Bool = { false },
        progress: (ExplorationPhase, ExplorationCounts, Int) -> Void = { _, _, _ in },
        sale makeSale: (ExplorationPhase) throws(RunError) -> Sale
    ) throws(RunError) -> Exploration {
        var exploration = Exploration()
        for phase in phases {
            if phase.needsExpiry, !exploration.outcomes.contains(where: \.counts.metExpiry) { continue }
            var sale = try makeSale(phase)
            try exploration.explore(phase, until: deadline, isStopped, progress, &sale)
            if exploration.counterexample != nil || isStopped() { break }
        }
        return exploration
    }

    private mutating func explore<Sale: SteppedSale & ~Copyable>(
        _ phase: ExplorationPhase, until deadline: UInt64?, _ isStopped: () -> Bool,
        _ progress: (ExplorationPhase, ExplorationCounts, Int) -> Void, _ sale: inout Sale
    ) throws(RunError) {
        let started = Clock.nanoseconds()
        var judge = OrderJudge(isByCost: phase.samples == nil)
        var bounds = phase.bounds
        bounds.deadline = deadline
        var shrinkingEnd: UInt64?
        var summary: Sampler.Summary?
        let (end, counts) = try Self.make(phase, bounds, &sale, isStopped, { progress(phase, $0, $1) }, &summary) {
            execution, sale throws(RunError) in
            let goesOn = judge.judge(execution, try sale.facts(), leftovers: sale.leftovers())
            guard judge.worst != nil else { return goesOn }
            let now = Clock.nanoseconds()
            shrinkingEnd = shrinkingEnd ?? now + Self.shrinking
            return goesOn && now < shrinkingEnd ?? now
        }
        outcomes.append(
            Outcome(
                phase: phase, counts: counts, end: end, seconds: Double(Clock.nanoseconds() - started) / 1e9,
                ordersWithWins: judge.ordersWithWins, doubt: judge.doubt, finding: judge.finding,
                outcomes: judge.outcomes, isViolated: judge.worst != nil,
                note: sale.notes.first, remarks: sale.remarks, samples: summary))
        guard let worst = judge.worst else { return }
        let replay = try Replay.make(worst.schedule, at: &sale, in: phase)
        counterexample = replay.counterexample
        if replay.counterexample.violated.isEmpty {
            // It was a real execution all the same.
            counterexample?.checks = worst.checks.sorted { $0.result > $1.result }
            doubtfulReplay = "made once more, the same order did not go wrong"
        }
    }

    /// All orders, or those that are drawn.
    private static func make<Sale: SteppedSale & ~Copyable>(
        _ phase: ExplorationPhase, _ bounds: ExplorationBounds, _ sale: inout Sale, _ isStopped: () -> Bool,
        _ progress: (ExplorationCounts, Int) -> Void, _ summary: inout Sampler.Summary?,
        _ judge: (Execution, inout Sale) throws(RunError) -> Bool
    ) throws(RunError) -> (ExplorationEnd, ExplorationCounts) {
        guard let samples = phase.samples else {
            let (end, counts) = try Explorer.explore(
                &sale, within: bounds, isStopped: isStopped, progress: progress, judge: judge)
            return (end, counts)
        }
        let drawn = try Sampler.sample(
            &sale, count: samples.orders, depth: samples.depth, seed: samples.seed, within: bounds,
            isStopped: isStopped, progress: progress,
            judge: judge)
        summary = drawn.summary
        return (.drawn, drawn.counts)
    }

    // MARK: The verdict

    /// Why it proves nothing, whatever it has found to be right.
    package mutating func doubt(because reason: String) { beside = beside ?? reason }

    /// Why the order that goes wrong accuses nobody: something else than the order may have made it go wrong.
    package mutating func mistrust(because reason: String) {
        beside = reason
        counterexample = nil
    }

    package var result: CheckResult.Result {
        if counterexample != nil { return .violated }
        return reason == nil ? .upheld : .inconclusive
    }

    /// Why nothing was proven, in words for the user; nil where it was, or something is violated.
    package var reason: String? {
        guard counterexample == nil else { return nil }
        if let beside { return beside }
        guard outcomes.contains(where: { $0.phase.isRequired }) else { return "nothing was explored" }
        // Who knows something that no command has told may do another thing anywhere.
        for outcome in outcomes {
            if let unsteady = outcome.counts.unsteady ?? outcome.note { return "\(outcome.phase.title): \(unsteady)" }
        }
        for outcome in outcomes where outcome.phase.isRequired {
            if let samples = outcome.samples {
                return "\(outcome.phase.title): \(samples.words)"
            }
            if outcome.end == .stopped { return "\(outcome.phase.title): it was interrupted" }
            if case .cut(let cost) = outcome.end {
                return "\(outcome.phase.title): the time was over"
                    + (cost < 0 ? "" : "; every order with up to \(cost.counted("switch", "switches")) was tried")
            }
            if outcome.counts.givenUp > 0 {
                return "\(outcome.phase.title): \(outcome.counts.givenUp.counted("order")) could not be made"
            }
            if let doubt = outcome.doubt { return "\(outcome.phase.title): \(doubt)" }
        }
        if outcomes.allSatisfy({ $0.ordersWithWins == 0 }) {
            return "nobody won in any order, so nothing could be oversold"
        }
        return nil
    }
}

/// What a sale's history looks like over time, and how its attempts spread: all that pictures of a run are drawn from.
package struct SaleSeries: Sendable {
    /// What happened in one step.
    package struct Step: Sendable, Equatable {
        /// By the step of the return, and without one (as of an `unknown` attempt) by that of the invocation.
        package var outcomes = Tally()
        /// Units that buyers were told are theirs. What only repeats an earlier answer is none of it, where the strategy file
        /// says so.
        package var soldUnits = 0
        /// Units left, as the win was told that returned last; nil where none was told any.
        package var remaining: Int?
        /// Purchases that were to start, and those of them that did.
        package var planned = 0
        package var started = 0

        package init() {}
    }

    /// How long the attempts took that returned in one step.
    package struct LatencyStep: Sendable, Equatable {
        package var samples = 0
        /// In nanoseconds; nil where nothing returned.
        package var p50: UInt64?
        /// Nil where fewer than 100 returned, which is what it takes to have one beyond it.
        package var p99: UInt64?
        package var max: UInt64?

        package init() {}
    }

    /// One thread's part of the work.
    package struct Share: Sendable, Equatable {
        package var worker: Int
        package var thread: Int
        package var attempts = 0
        package var wins = 0

        package init(worker: Int, thread: Int) {
            self.worker = worker
            self.thread = thread
        }
    }

    /// Purchases by how many attempts they made.
    package struct Persistence: Sendable, Equatable {
        package var attempts: Int
        package var won = 0
        package var others = 0
    }

    /// The most steps of a series.
    package static let stepLimit = 300

    /// CLOCK_MONOTONIC at which the first step starts: the first invocation; nil where there are no attempts.
    package internal(set) var startNanoseconds: UInt64?
    /// Of each step: 1, 2 or 5 times a power of ten.
    package internal(set) var widthNanoseconds: UInt64 = 1
    package internal(set) var steps: [Step] = []
    /// Of each latency step: a multiple of ``widthNanoseconds``, so that most steps have enough attempts to tell a p99 of.
    package internal(set) var latencyWidthNanoseconds: UInt64 = 1
    package internal(set) var latencySteps: [LatencyStep] = []
    /// By outcome, of the attempts whose end is known; what a latency counts from is as in `run.json`.
    package internal(set) var latencies: [Outcome: LatencyBuckets] = [:]
    /// In the order of workers and their threads; those of the fleet that made no attempt are there, too.
    package internal(set) var shares: [Share] = []
    /// From the fewest attempts; none that no purchase made.
    package internal(set) var persistence: [Persistence] = []
    /// CLOCK_MONOTONIC of the win that returned last; nil where nobody was told of one.
    package internal(set) var lastWin: UInt64?
    /// Attempts whose times are outside of the run's: no clock of ours gives such. They are in no step.
    package internal(set) var outside = 0

    /// The first instant after the last step; nil where there are no steps.
    package var endNanoseconds: UInt64? {
        startNanoseconds.map { start in
            let (end, isBeyond) = start.addingReportingOverflow(widthNanoseconds &* UInt64(steps.count))
            return isBeyond ? .max : end
        }
    }

    /// How many units buyers were told are theirs, in all steps.
    package var soldUnits: Int { steps.reduce(0) { $0 &+ $1.soldUnits } }

    /// The smallest of 1, 2 and 5 times a power of ten that needs no more steps for the span.
    static func width(ofSpan span: UInt64, stepLimit: Int) -> UInt64 {
        let limit = UInt64(max(1, stepLimit))
        var power: UInt64 = 1
        while true {
            // Steps are counted from 0, and the last instant is in one, too.
            for width in [power, 2 * power, 5 * power] where span / width < limit { return width }
            guard power < 1_000_000_000_000_000_000 else { return .max }
            power *= 10
        }
    }
}

extension SaleSeries {
    /// What is counted while the records go by.
    struct Pass {
        private let span: ClosedRange<UInt64>
        private let width: UInt64
        private let planned: PlannedStarts
        private let openedNanoseconds: UInt64
        private let clocks: WorkerClocks?
        private let threads: (procs: Int, each: Int)
        private let idempotency: Idempotency
        private(set) var steps: [Step]
        private(set) var stepLatencies: [LatencyBuckets]
        private(set) var latencies: [(outcome: Outcome, buckets: LatencyBuckets)]
        /// By the index of a thread of the fleet, and those that the fleet does not have, which only a damaged journal names.
        private var dense: [Share]
        private var strange: [Int: Share] = [:]
        /// Of each step, the return of the win whose remainder it has.
        private var told: [UInt64]
        /// Of each buyer or purchase, the win that returned first; the others repeat it.
        private var firstWins: [Int: Win] = [:]
        private(set) var lastWin: UInt64?
        private(set) var outside = 0

        /// Threads for which there is a place whether they did anything or not.
        private static let denseLimit = 100_000

        private struct Win {
            var returned: UInt64
            var quantity: Int
        }

        init(
            span: ClosedRange<UInt64>, width: UInt64, steps count: Int, planned: PlannedStarts,
            openedNanoseconds: UInt64, clocks: WorkerClocks?, threads: (procs: Int, each: Int),
            idempotency: Idempotency
        ) {
            self.clocks = clocks
            self.span = span
            self.width = width
            self.planned = planned
            self.openedNanoseconds = openedNanoseconds
            self.threads = threads
            self.idempotency = idempotency
            steps = Array(repeating: Step(), count: count)
            stepLatencies = Array(repeating: LatencyBuckets(), count: count)
            told = Array(repeating: 0, count: count)
            latencies = Outcome.allCases.map { ($0, LatencyBuckets()) }
            dense = []
            // A scenario from a file may name any number.
            let (all, isBeyond) = threads.procs.multipliedReportingOverflow(by: threads.each)
            guard threads.procs > 0, threads.each > 0, !isBeyond, all <= Self.denseLimit else { return }
            dense = (0..<threads.procs).flatMap { worker in
                (0..<threads.each).map { Share(worker: worker, thread: $0) }
            }
        }

        /// The step of an instant; nil where it is outside of the run.
        @inline(__always)
        private func step(_ instant: UInt64) -> Int? {
            span.contains(instant) ? Int((instant - span.lowerBound) / width) : nil
        }

        mutating func take(_ record: RecordView) {
            let outcome = record.outcome
            let invoked = record.invokedNanoseconds
            let returned = record.returnedNanoseconds
            count(record, outcome)
            guard let start = step(invoked), let end = step(returned ?? invoked) else {
                outside += 1
                return
            }
            steps[end].outcomes.count(outcome)
            var from = invoked
            if record.number == 1,
                let plan = planned.instant(
                    ofPurchase: record.purchase,
                    openedNanoseconds: clocks?.opening(ofWorker: record.worker, opened: openedNanoseconds)
                        ?? openedNanoseconds)
            {
                from = min(invoked, plan)
                steps[start].started += 1
            }
            guard let returned else { return }
            let latency = returned > from ? returned - from : 0
            latencies[outcome.slot].buckets.add(latency)
            stepLatencies[end].add(latency)
            if outcome == .won { takeWin(record, returned: returned, step: end) }
        }

        private mutating func takeWin(_ record: RecordView, returned: UInt64, step: Int) {
            lastWin = max(lastWin ?? 0, returned)
            if let remaining = record.remaining, steps[step].remaining == nil || returned >= told[step] {
                steps[step].remaining = remaining
                told[step] = returned
            }
            guard idempotency != .none else {
                steps[step].soldUnits += record.quantity
                return
            }
            let key = idempotency == .buyer ? record.buyer : record.purchase
            if let known = firstWins[key], known.returned <= returned { return }
            firstWins[key] = Win(returned: returned, quantity: record.quantity)
        }

        @inline(__always)
        private mutating func count(_ record: RecordView, _ outcome: Outcome) {
            let (worker, thread) = (record.worker, record.thread)
            let win = outcome == .won ? 1 : 0
            if worker < threads.procs, thread < threads.each, !dense.isEmpty {
                let index = worker * threads.each + thread
                dense[index].attempts += 1
                dense[index].wins += win
            } else {
                let key = worker << 16 | thread
                var share = strange[key] ?? Share(worker: worker, thread: thread)
                share.attempts += 1
                share.wins += win
                strange[key] = share
            }
        }

        /// Counts what was to start, step by step.
        mutating func takePlanned() {
            let planned = planned
            planned.forEach(openedNanoseconds: openedNanoseconds) { instant in
                if let step = step(instant) { steps[step].planned += 1 }
            }
        }

        /// Counts wins of which only the first is a sale.
        mutating func takeFirstWins() {
            for win in firstWins.values {
                if let step = step(win.returned) { steps[step].soldUnits += win.quantity }
            }
        }

        var shares: [Share] {
            (dense + strange.values).sorted { ($0.worker, $0.thread) < ($1.worker, $1.thread) }
        }
    }
}

extension Outcome {
    /// Its place among all.
    @inline(__always)
    fileprivate var slot: Int { Int(rawValue - Outcome.won.rawValue) }
}

extension SaleSeries {
    /// What one run's history tells, in one pass over its records.
    ///
    /// - Parameters:
    ///   - openedNanoseconds: CLOCK_MONOTONIC of the opening of the doors, from which planned starts count.
    ///   - stepLimit: the most steps, at least 1.
    package init(_ facts: RunFacts, openedNanoseconds: UInt64, stepLimit: Int = stepLimit) {
        let survey = facts.recorded.survey
        let clocks = facts.recorded.history.clocks
        guard let span = Self.span(survey, facts.epoch.span, clocks) else { return }
        let width = Self.width(ofSpan: span.upperBound - span.lowerBound, stepLimit: stepLimit)
        startNanoseconds = span.lowerBound
        widthNanoseconds = width
        let count = Int((span.upperBound - span.lowerBound) / width) + 1
        let planned = facts.recorded.scenario.map(PlannedStarts.init) ?? PlannedStarts()
        var pass = Pass(
            span: span, width: width, steps: count, planned: planned, openedNanoseconds: openedNanoseconds,
            clocks: clocks, threads: facts.recorded.scenario.map { ($0.procs, $0.threads) } ?? (1, 1),
            // A payment that is sent again is no other sale.
            idempotency: facts.recorded.scenario?.phases == nil ? facts.rules.idempotency : .purchase)
        for (_, record) in facts.recorded.history.records { pass.take(record) }
        pass.takePlanned()
        pass.takeFirstWins()
        steps = pass.steps
        latencies = pass.latencies.reduce(into: [:]) { if $1.buckets.count > 0 { $0[$1.outcome] = $1.buckets } }
        shares = pass.shares
        lastWin = pass.lastWin
        outside = pass.outside
        (latencyWidthNanoseconds, latencySteps) = Self.merged(pass.stepLatencies, width: width)
        persistence = Self.persistence(of: survey.purchases, in: facts.recorded.history)
    }

    /// From the first invocation to the last event. Where it is known from when to when the run lasted, what is outside of it
    /// is damaged or forged, and does not stretch the picture.
    private static func span(
        _ survey: Survey, _ known: ClosedRange<UInt64>?, _ clocks: WorkerClocks?
    ) -> ClosedRange<UInt64>? {
        guard let first = survey.firstInvoked else { return nil }
        let whole = first...max(first, survey.lastEvent)
        guard let known, known.overlaps(whole) else { return whole }
        // What another machine did at the opening may be shown a little before it.
        let reach = clocks?.reach(during: known) ?? 0
        return whole.clamped(
            to: known.lowerBound - min(known.lowerBound, reach)...max(known.upperBound, known.upperBound &+ reach))
    }

    /// Samples that a latency step should have, so that most tell a p99.
    private static let wantedSamples = 200
    /// Fewer steps show no course of things.
    private static let fewestLatencySteps = 20

    /// Latency by steps that have enough samples.
    private static func merged(_ steps: [LatencyBuckets], width: UInt64) -> (UInt64, [LatencyStep]) {
        let samples = steps.reduce(0) { $0 + $1.count }
        let factors = [1, 2, 5, 10].filter { $0 == 1 || $0 * fewestLatencySteps <= steps.count }
        let wanted = wantedSamples * steps.count
        let factor = factors.first { samples * $0 >= wanted } ?? factors.last ?? 1
        let merged = stride(from: 0, to: steps.count, by: factor).map { start in
            var buckets = LatencyBuckets()
            for step in steps[start..<min(steps.count, start + factor)] { buckets.add(step) }
            var latency = LatencyStep()
            latency.samples = buckets.count
            latency.p50 = buckets.nanoseconds(part: 0.5)
            latency.p99 = buckets.count < 100 ? nil : buckets.nanoseconds(part: 0.99)
            latency.max = buckets.count > 0 ? buckets.max : nil
            return latency
        }
        return (width.multipliedReportingOverflow(by: UInt64(factor)).partialValue, merged)
    }

    private static func persistence(of purchases: PurchaseTable, in history: History) -> [Persistence] {
        var byAttempts: [Persistence] = []
        for number in 1..<(purchases.planned + 1) {
            guard let last = purchases.last(of: number) else { continue }
            let record = history.record(at: last)
            let attempts = record.number + (purchases.wasRepeated(number) ? 1 : 0)
            while byAttempts.count <= attempts { byAttempts.append(Persistence(attempts: byAttempts.count)) }
            if record.outcome == .won { byAttempts[attempts].won += 1 } else { byAttempts[attempts].others += 1 }
        }
        return byAttempts.filter { $0.won + $0.others > 0 }
    }
}

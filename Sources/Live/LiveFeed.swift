package import FlashSale
package import Reports
internal import Synchronization

/// What all browsers are told, and what one is told that comes later. Whoever publishes never waits for a reader: one that is slow
/// loses the older events, of which each newer one says all that counts.
package final class LiveFeed: Sendable {
    /// Events that wait for one reader.
    static let queueLimit = 16
    /// Points of the pictures; where there are more, every other one goes, and further ones come half as often.
    static let sampleLimit = 400

    private struct State {
        var run: LiveEvent.Run?
        var plan = ProgressPlan(units: 0, purchases: nil)
        var progress: RunProgress?
        var progressText = ""
        var verdictText = ""
        var overText = ""
        var metrics = ""
        var sampleSeconds = 0.0
        var readers: [Int: AsyncStream<String>.Continuation] = [:]
        var nextReader = 0
        var writers = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// A sale begins.
    ///
    /// - Parameters:
    ///   - number: of the run, from 1.
    ///   - of: how many are to be made.
    package func begin(run: String, _ scenario: Scenario, number: Int, of: Int) {
        state.withLock { state in
            let start = LiveEvent.Run(
                run: run, strategy: scenario.strategy.name, number: number, of: of, units: scenario.units, samples: [])
            state.run = start
            state.plan = ProgressPlan(scenario)
            state.progress = nil
            state.progressText = ""
            state.verdictText = ""
            state.metrics = RunMetrics.text(run: run, scenario, nil)
            state.sampleSeconds = 0.1
            Self.tell(LiveEvent.text("run", start), &state)
        }
    }

    /// How far the sale is.
    package func show(_ progress: RunProgress, _ scenario: Scenario) {
        state.withLock { state in
            guard let run = state.run else { return }
            let sample = LiveEvent.Sample(
                seconds: progress.elapsedSeconds,
                unitsLeft: state.plan.units + progress.restocked - progress.unitsSold,
                attemptsPerSecond: progress.recorded?.lastSecond?.attemptsPerSecond
                    ?? (progress.elapsedSeconds > 0 ? Double(progress.attempts) / progress.elapsedSeconds : 0),
                p99Us: progress.recorded?.lastSecond?.latencyUs.p99)
            Self.keep(sample, &state)
            state.progress = progress
            state.progressText = LiveEvent.text(
                "progress",
                LiveEvent.Progress(run: run.run, summary: ProgressSummary(progress, state.plan), sample: sample))
            state.metrics = RunMetrics.text(run: run.run, scenario, progress)
            Self.tell(state.progressText, &state)
        }
    }

    private static func keep(_ sample: LiveEvent.Sample, _ state: inout State) {
        guard var samples = state.run?.samples else { return }
        if let last = samples.last, sample.seconds - last.seconds < state.sampleSeconds * 0.9 { return }
        samples.append(sample)
        if samples.count > sampleLimit {
            samples = samples.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            state.sampleSeconds *= 2
        }
        state.run?.samples = samples
    }

    /// The sale is judged.
    ///
    /// - Parameter metrics: as the run's folder has them.
    package func judge(_ document: ReportDocument, run: String, metrics: String) {
        state.withLock { state in
            guard state.run?.run == run else { return }
            let sections = document.sections.filter { !$0.rows.isEmpty }.prefix(2).map { section in
                LiveEvent.Section(
                    title: section.title,
                    lines: section.rows.map { row in
                        ([row.label] + row.figures + [row.qualifier]).filter { !$0.isEmpty }.joined(separator: "  ")
                    })
            }
            state.verdictText = LiveEvent.text(
                "verdict",
                LiveEvent.Verdict(
                    run: run, verdict: document.verdict.word, headline: document.headline, reason: document.reason,
                    problem: document.problem, folder: document.results?.path, sections: sections))
            state.metrics = metrics
            Self.tell(state.verdictText, &state)
        }
    }

    /// Nothing more comes; readers are let go.
    ///
    /// - Parameter reason: for the user, where nothing was judged.
    package func close(because reason: String) {
        let readers: [AsyncStream<String>.Continuation] = state.withLock { state in
            guard state.overText.isEmpty else { return [] }
            state.overText = LiveEvent.text("over", LiveEvent.Over(reason: reason))
            Self.tell(state.overText, &state)
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        // Outside of the lock, which the end of a stream takes, too.
        for reader in readers { reader.finish() }
    }

    private static func tell(_ text: String, _ state: inout State) {
        for reader in state.readers.values { reader.yield(text) }
    }

    /// What `/metrics` says.
    var metrics: String { state.withLock { $0.metrics.isEmpty ? OpenMetrics.nothing : $0.metrics } }

    /// Browsers that listen now.
    package var readers: Int { state.withLock { $0.readers.count } }

    /// Connections that are sent events, to the last byte.
    var writers: Int { state.withLock { $0.writers } }
    func beginWriting() { state.withLock { $0.writers += 1 } }
    func endWriting() { state.withLock { $0.writers -= 1 } }

    /// All events from now on, after those that tell how it came to this.
    func events() -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingNewest(Self.queueLimit))
        let number = state.withLock { state in
            state.nextReader += 1
            return state.nextReader
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.readers.removeValue(forKey: number) }
        }
        var isOver = true
        state.withLock { state in
            var past = "retry: 1000\n\n"
            if let run = state.run { past += LiveEvent.text("run", run) }
            past += state.progressText + state.verdictText + state.overText
            continuation.yield(past)
            guard state.overText.isEmpty else { return }
            state.readers[number] = continuation
            isOver = false
        }
        if isOver { continuation.finish() }
        return stream
    }
}

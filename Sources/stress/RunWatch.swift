internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host
internal import Live
internal import Reports

/// Whoever watches the runs of one command while they go on: the terminal, the live page, and the file of spans.
final class RunWatch {
    private let options: ProgressOptions
    private let runs: Int
    private let feed = LiveFeed()
    private var server: LiveServer?
    private var display: ProgressDisplay?
    private var spans = EvidenceSpans()
    private var number = 0
    private var run = ""

    /// Opens the live page, where one is wanted, and says where it is.
    ///
    /// - Parameter runs: how many are to be made.
    /// - Throws: ``RunError`` with 69 if the page cannot be served, with 73 if there can be no file of spans.
    init(_ options: ProgressOptions, runs: Int) throws(RunError) {
        self.options = options
        self.runs = runs
        if let path = options.otlp {
            do throws(ReportError) {
                try EvidenceSpans.expectRoom(at: path)
            } catch {
                throw RunError(error.status, "--otlp: \(error.description)")
            }
        }
        guard let address = options.address else { return }
        let server = try LiveServer(at: address, feed: feed) { Interruption.request() }
        self.server = server
        Terminal.say("stress: the run can be watched at \(server.url)")
    }

    /// Whether somebody wants to know what the journals show.
    var watchesJournals: Bool { server != nil || display?.isShown == true }

    /// A sale begins.
    func begin(run: String, _ scenario: Scenario) {
        number += 1
        self.run = run
        display = ProgressDisplay(scenario: scenario, options.progress)
        if server != nil { feed.begin(run: run, scenario, number: number, of: runs) }
    }

    func show(_ progress: RunProgress, _ scenario: Scenario) {
        display?.show(progress)
        if server != nil { feed.show(progress, scenario) }
    }

    /// Its doors are closed, or it could not be made.
    func clear() { display?.clear() }

    /// Adds its evidence to the file of spans. What could not be written is said in the record.
    ///
    /// - Returns: the problem, with 73 or 74.
    func writeSpans(_ results: inout RunResults, _ clock: WallClock) -> RunError? {
        guard let path = options.otlp else { return nil }
        spans.add(results, clock)
        do throws(ReportError) {
            try spans.write(to: path)
            return nil
        } catch {
            results.record.miss("the file of --otlp", because: error)
            return RunError(error.status, error.description)
        }
    }

    /// It is judged, and its files are written.
    func judge(_ results: RunResults, folder: String) {
        guard server != nil else { return }
        feed.judge(
            ReportDocument(results, resultsPath: folder), run: run, metrics: RunMetrics.text(results.record))
    }

    /// The command ends, whatever ended it.
    func close() {
        server?.close(because: "The run is over; its page is no longer served.")
        server = nil
    }
}

extension WallClock {
    /// Both clocks as they are now.
    static var now: WallClock {
        WallClock(
            monotonicNanoseconds: nanoseconds(CLOCK_MONOTONIC), unixNanoseconds: nanoseconds(CLOCK_REALTIME))
    }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(max(0, time.tv_nsec))
    }
}

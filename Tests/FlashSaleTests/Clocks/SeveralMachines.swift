import FactsTestSupport
import FlashSale

/// A sale whose workers were on several machines: times are those of one clock until ``facts(_:)`` lets each worker write them down by its
/// own, and pings prove what they can of that.
///
/// Worker 0 is on the coordinator's own machine, 1 and 2 on `b`, 3 and 4 on `c`, and so on.
struct SeveralMachines {
    typealias SplitMix = SimulatedSale.SplitMix

    /// The coordinator's moment of instant 0 of a sale, and how long each of its instants lasts.
    static let start: UInt64 = 15_000_000_000
    var scale: UInt64 = 20_000

    private(set) var truths: [TrueClock]
    /// Of each machine, when it was lost.
    var lost: [UInt64?]
    private var random: SplitMix

    static func machine(ofWorker worker: Int) -> Int { (worker + 1) / 2 }
    static func name(_ machine: Int) -> String { String(UnicodeScalar(UInt8(97 + machine))) }

    init(_ machines: Int, seed: UInt64) {
        random = SplitMix(state: seed ^ 0xC10C)
        truths = []
        for _ in 0..<machines { truths.append(TrueClock(seconds: 30, most: 400, using: &random)) }
        lost = Array(repeating: nil, count: machines)
    }

    var workers: Int { 2 * truths.count + 1 }

    func moment(_ instant: UInt64) -> UInt64 { Self.start + instant * scale }

    /// The clock of a machine, from 1, goes wrong at an instant of the sale.
    mutating func step(_ machine: Int, at instant: UInt64, by nanoseconds: Int64) {
        truths[machine - 1].steps(at: moment(instant), by: nanoseconds)
    }

    // MARK: What becomes of a sale

    /// The sale with attempts by the workers that their purchases belong to.
    func spread(_ served: ServedSale) -> ServedSale {
        var served = served
        served.scenario.procs = workers
        for index in served.history.indices {
            served.history[index].worker = served.scenario.worker(ofPurchase: served.history[index].purchase)
        }
        return served
    }

    /// What arrived of an attempt; nil where nothing did.
    private func arrived(_ attempt: Attempt) -> Attempt? {
        let machine = Self.machine(ofWorker: attempt.worker)
        guard machine > 0, let end = lost[machine - 1] else { return attempt }
        guard attempt.invokedNanoseconds <= end else { return nil }
        guard attempt.returnedNanoseconds ?? .max > end else { return attempt }
        var cut = attempt
        (cut.outcome, cut.returnedNanoseconds, cut.remaining) = (.unknown, nil, nil)
        return cut
    }

    /// In moments of the coordinator's clock, as they truly were.
    func moments(of attempts: [Attempt]) -> [Attempt] {
        attempts.map { attempt in
            var attempt = attempt
            attempt.invokedNanoseconds = moment(attempt.invokedNanoseconds)
            attempt.returnedNanoseconds = attempt.returnedNanoseconds.map(moment)
            return attempt
        }
    }

    private func written(_ attempt: Attempt) -> Attempt {
        let machine = Self.machine(ofWorker: attempt.worker)
        guard machine > 0 else { return attempt }
        var own = attempt
        own.invokedNanoseconds = truths[machine - 1].there(attempt.invokedNanoseconds)
        own.returnedNanoseconds = attempt.returnedNanoseconds.map(truths[machine - 1].there)
        return own
    }

    private mutating func clocks() -> WorkerClocks? {
        let second = TrueClock.second
        return WorkerClocks(
            truths.indices.map { index in
                // Pings ended when the machine was lost.
                let end = min(lost[index] ?? .max, Self.start + 4 * second)
                let clock = truths[index].proven(from: Self.start - 4 * second, to: end, using: &random)
                return .init(
                    name: Self.name(index + 1), clock: clock, workers: [2 * index + 1, 2 * index + 2],
                    opened: truths[index].there(Self.start))
            })
    }

    /// What the coordinator has of it in the end.
    mutating func history(_ attempts: [Attempt]) -> History {
        let written = attempts.map(written).sorted { ($0.invokedNanoseconds, $0.id) < ($1.invokedNanoseconds, $1.id) }
        // Each worker has a segment of its own, as in its journal.
        let segment = JournalRecord.segmentSize
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: workers * segment, alignment: JournalRecord.size)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        for worker in 0..<workers {
            for (slot, attempt) in written.filter({ $0.worker == worker }).enumerated() {
                JournalRecord.store(attempt, to: bytes.baseAddress! + worker * segment + slot * JournalRecord.size)
            }
        }
        let clocks = clocks()
        if let clocks { JournalRecord.tell(bytes, by: clocks) }
        return History(
            RecordMemory(UnsafeRawBufferPointer(bytes)) { $0.deallocate() }, count: written.count, clocks: clocks)
    }

    /// The facts of a sale that ``spread(_:)`` gave to workers.
    mutating func facts(_ served: ServedSale) -> RunFacts {
        let attempts = moments(of: served.history).compactMap(arrived)
        let history = history(attempts)
        var facts = served.facts
        let workers = (0..<workers).map { worker -> RecordedAttempts.Worker in
            let machine = Self.machine(ofWorker: worker)
            guard machine == 0 || lost[machine - 1] == nil else {
                return .init(index: worker, reported: nil, lost: "its machine was lost", isIncomplete: true)
            }
            return .init(index: worker, reported: Tally(attempts.filter { $0.worker == worker }))
        }
        let old = facts.recorded
        facts.recorded = RecordedAttempts(history, of: served.scenario, workers: workers)
        facts.recorded.wasInterrupted = old.wasInterrupted
        facts.recorded.journalProblems = old.journalProblems
        facts.epoch.span = Self.start...Self.start + 4 * TrueClock.second
        return facts
    }
}

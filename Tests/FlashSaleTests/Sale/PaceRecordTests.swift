import FlashSale
import Testing

/// Target and achieved starts a second.
@Suite struct PaceRecordTests {
    struct Case {
        var pace: Pace
        var buyers = 1000
        var late = 0
        var dropped = 0
        var started = 1000
        /// In ms.
        var lastStart: UInt64 = 0
        var elapsed: UInt64 = 10_000
        var interrupted = false
        var target: Double?
        var achieved: Double
        var planned = 1000
    }

    @Test(arguments: [
        Case(pace: .rush, achieved: 100),
        Case(pace: Pace(durationNanoseconds: 10_000_000_000), buyers: 9000, started: 700, achieved: 70, planned: 700),
        // All came in time: the last one just before the end of the plan.
        Case(pace: Pace(rate: Rate(perSecond: 200)), lastStart: 4995, target: 200, achieved: 200),
        // The server was too slow.
        Case(pace: Pace(rate: Rate(perSecond: 200)), late: 900, lastStart: 8000, target: 200, achieved: 125),
        // The doors closed first.
        Case(
            pace: Pace(rate: Rate(perSecond: 200), durationNanoseconds: 2_000_000_000), dropped: 100, started: 300,
            lastStart: 1999, target: 200, achieved: 150, planned: 400),
        // A ramp: 500 in its 10 seconds.
        Case(
            pace: Pace(
                rate: Rate(from: 0, to: 100, rampNanoseconds: 10_000_000_000), durationNanoseconds: 10_000_000_000),
            started: 500, lastStart: 9900, target: 50, achieved: 50, planned: 500),
        // An extra rush comes on top.
        Case(
            pace: Pace(rate: Rate(perSecond: 100), bursts: [.init(buyers: 500, atNanoseconds: 1_000_000_000)]),
            lastStart: 4990, target: 200, achieved: 200),
        // An extra rush comes after all others.
        Case(
            pace: Pace(rate: Rate(perSecond: 1000), bursts: [.init(buyers: 500, atNanoseconds: 10_000_000_000)]),
            lastStart: 10_000, target: 100, achieved: 100),
        // An extra rush for which the doors are closed already.
        Case(
            pace: Pace(
                rate: Rate(perSecond: 100), bursts: [.init(buyers: 500, atNanoseconds: 10_000_000_000)],
                durationNanoseconds: 4_000_000_000), started: 400, lastStart: 3990, target: 100, achieved: 100,
            planned: 400),
        // A rate that falls to nothing brings fewer than there are.
        Case(
            pace: Pace(rate: Rate(from: 2000, to: 0, rampNanoseconds: 1_000_000_000)), buyers: 20_000_000,
            started: 1001,
            lastStart: 1000, target: 1000, achieved: 1001, planned: 1001),
        // A worker was lost, and what it was to start with it.
        Case(
            pace: Pace(rate: Rate(perSecond: 200)), dropped: 100, started: 900, lastStart: 4995, target: 200,
            achieved: 180),
        // Stopped early in a ramp.
        Case(
            pace: Pace(rate: Rate(from: 0, to: 1000, rampNanoseconds: 8_000_000_000)), buyers: 9000, started: 62,
            lastStart: 990, elapsed: 1000, interrupted: true, target: 62.5, achieved: 62, planned: 62),
        // Stopped in the middle.
        Case(
            pace: Pace(rate: Rate(perSecond: 100)), started: 200, lastStart: 1990, elapsed: 2000, interrupted: true,
            target: 100, achieved: 100, planned: 200),
    ])
    func figures(_ given: Case) throws {
        let scenario = Scenario(
            strategy: .init(name: "lua", yaml: ""), units: 1, buyers: given.buyers, procs: 2, threads: 3,
            pace: given.pace)
        let record = RunRecord.Pace(
            scenario, counts: .init(late: given.late, maxLateNanoseconds: 2_500_000, dropped: given.dropped),
            started: given.started, lastStartNanoseconds: given.lastStart * 1_000_000,
            elapsedNanoseconds: given.elapsed * 1_000_000, wasInterrupted: given.interrupted)
        #expect(record.loop == (given.pace.isOpen ? .open : .closed))
        #expect(record.targetPerSecond == given.target)
        #expect(abs(record.achievedPerSecond - given.achieved) < 1e-9)
        #expect(record.planned == given.planned && record.started == given.started)
        #expect(record.late == given.late && record.lateMaxUs == 2500 && record.dropped == given.dropped)
    }
}

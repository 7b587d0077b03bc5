import FlashSale

extension Samples {
    /// The coordinator's moment at which the doors of ``elsewhere`` opened, and how far the machine's clock is ahead.
    private static let ahead: UInt64 = 7_000_000_000

    static let clock: MachineClock = {
        var clock = MachineClock()
        for ping in 0..<8 as Range<UInt64> {
            let sent = origin - 1_000_000_000 + ping * 250_000_000
            clock.take(
                ClockExchange(
                    sent: sent, received: sent + ahead + 90_000, answered: sent + ahead + 95_000, heard: sent + 180_000)
            )
        }
        return clock
    }()

    static let machine = RunRecord.Machine(
        name: "b", engine: .ssh, workers: [2, 3], lost: nil,
        clock: .init(clock, during: origin...origin + 1_000_000_000),
        openedNs: origin + ahead, survey: Survey(History([]), nil), cpuSeconds: 1.25, cores: 4, othersCpuShare: 0.02,
        stealShare: 0,
        hiccupUs: .init(samples: 3000, min: 50, mean: 61, p50: 58, p90: 70, p99: 90, p999: 900, max: 4000),
        latencyUs: .init(
            samples: 5000, min: 300, mean: 900, p50: 800, p90: 1500, p99: 2500, p999: 5000, max: 7000))

    /// Two of four workers on another machine, and one of a third that was lost.
    static let elsewhere: RunRecord = {
        var record = upheld
        var lost = machine
        lost.name = "c"
        lost.workers = [4]
        lost.lost = "no line came from it for 3 s"
        lost.clock = .init(MachineClock(), during: origin...origin + 1)
        record.machines = [machine, lost]
        record.workers = (0..<5).map { worker($0, tally(won: 7), lost: $0 == 4 ? lost.lost : nil) }
        for index in 2..<5 { record.workers[index].machine = index == 4 ? "c" : "b" }
        record.workers[4].incomplete = true
        record.gate = .init(.barrier, firstAttemptsUs: .init([1000, 5000]))
        record.gate?.machines = .init(opened: origin, elsewhere: [(clock, origin + ahead)])
        return record
    }()
}

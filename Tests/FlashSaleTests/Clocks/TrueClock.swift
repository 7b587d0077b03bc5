import FlashSale

/// A machine's clock as it really goes, which nobody but the test knows: ahead by some time, and fast or slow by another share each second.
struct TrueClock {
    typealias SplitMix = SimulatedSale.SplitMix

    static let second: UInt64 = 1_000_000_000

    private let ahead: Int64
    /// Of each second of the coordinator's clock, the millionths that this one is fast.
    private let fast: [Int64]
    /// At the start of each second, the nanoseconds that it has gained by then.
    private let gained: [Int64]
    /// From this moment of the coordinator's clock on it is ahead by so much more.
    private var step: (at: UInt64, by: Int64)?

    /// - Parameter most: the millionths that it is fast or slow by at the most.
    init(seconds: Int, most: Int64, using random: inout SplitMix) {
        // Somebody has started this machine days before the other, or after it.
        ahead = .random(in: -3_000_000_000...900_000_000_000_000, using: &random)
        let fast = (0...seconds).map { _ in Int64.random(in: -most...most, using: &random) }
        self.fast = fast
        var gained: [Int64] = [0]
        for millionths in fast { gained.append(gained[gained.count - 1] + millionths * 1000) }
        self.gained = gained
    }

    mutating func steps(at here: UInt64, by nanoseconds: Int64) { step = (here, nanoseconds) }

    /// What it shows.
    func there(_ here: UInt64) -> UInt64 {
        let whole = min(Int(here / Self.second), fast.count - 1)
        var gained = gained[whole]
        gained += Int64(here - UInt64(whole) * Self.second) * fast[whole] / 1_000_000
        if let step, here >= step.at { gained += step.by }
        return UInt64(Int64(here) + ahead + gained)
    }

    /// A ping, with delays as they may be.
    func exchange(at here: UInt64, delays: ClosedRange<UInt64>, using random: inout SplitMix) -> ClockExchange {
        let arrived = here + .random(in: delays, using: &random)
        let left = arrived + .random(in: 0...20_000, using: &random)
        return ClockExchange(
            sent: here, received: there(arrived), answered: there(left),
            heard: left + .random(in: delays, using: &random))
    }

    /// What pings every 250 ms prove.
    func proven(
        from first: UInt64, to last: UInt64, delays: ClosedRange<UInt64> = 20_000...300_000,
        using random: inout SplitMix
    ) -> MachineClock {
        var clock = MachineClock()
        for here in stride(from: first, through: last, by: Int(Self.second / 4)) {
            clock.take(exchange(at: here, delays: delays, using: &random))
        }
        return clock
    }
}

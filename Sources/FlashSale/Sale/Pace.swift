/// When purchases start: how many arrive a second, extra rushes, and when the doors close.
///
/// Without a rate the loop is closed: every client asks again as soon as it has its answer, so that a slow server is asked
/// less. With one it is open: purchases arrive when they arrive, and wait if no client is free (Schroeder, Wierman and
/// Harchol-Balter, "Open versus closed: a cautionary tale", NSDI 2006).
package struct Pace: Codable, Sendable, Equatable {
    /// An extra rush: so many buyers at one instant.
    package struct Burst: Codable, Sendable, Equatable {
        /// At least 1.
        package var buyers: Int
        /// Since the doors opened.
        package var atNanoseconds: UInt64

        package init(buyers: Int, atNanoseconds: UInt64) {
            self.buyers = buyers
            self.atNanoseconds = atNanoseconds
        }
    }

    /// nil for a closed loop.
    package var rate: Rate?
    package var bursts: [Burst]
    /// When the doors close: who has not started by then does not buy. nil: when every buyer was served.
    package var durationNanoseconds: UInt64?
    /// How long clients buy from a sale of its own before the doors open. None of that is recorded.
    package var warmUpNanoseconds: UInt64

    package init(
        rate: Rate? = nil, bursts: [Burst] = [], durationNanoseconds: UInt64? = nil, warmUpNanoseconds: UInt64 = 0
    ) {
        self.rate = rate
        self.bursts = bursts
        self.durationNanoseconds = durationNanoseconds
        self.warmUpNanoseconds = warmUpNanoseconds
    }

    /// Everybody at once, once.
    package static let rush = Pace()

    package var isOpen: Bool { rate != nil }

    /// Whether purchases that are numbered may never come: the doors close before, or the rate falls to nothing.
    package var endsByTime: Bool { durationNanoseconds != nil || rate?.to == 0 }

    /// Buyers of all extra rushes.
    package var burstBuyers: Int { bursts.reduce(0) { $0 + $1.buyers } }
}

/// How many purchases arrive a second, as a pure function of the time since the doors opened: from one rate to another in a
/// straight line, and at that one from then on.
package struct Rate: Codable, Sendable, Equatable {
    /// How purchases follow each other.
    package enum Arrivals: String, Codable, Sendable, CaseIterable {
        /// At equal distances.
        case constant
        /// Independently of each other, as customers do: a Poisson process.
        case poisson
    }

    /// Purchases a second when the doors open; 0 or more.
    package var from: Double
    /// Purchases a second after the ramp; 0 or more.
    package var to: Double
    /// How long the rate takes from one to the other; 0 where it never changes.
    package var rampNanoseconds: UInt64
    package var arrivals: Arrivals

    package init(from: Double, to: Double, rampNanoseconds: UInt64, arrivals: Arrivals = .constant) {
        self.from = from
        self.to = to
        self.rampNanoseconds = rampNanoseconds
        self.arrivals = arrivals
    }

    /// The same at any time.
    package init(perSecond: Double, arrivals: Arrivals = .constant) {
        self.init(from: perSecond, to: perSecond, rampNanoseconds: 0, arrivals: arrivals)
    }

    private var rampSeconds: Double { Double(rampNanoseconds) / 1e9 }
    /// Purchases a second, each second.
    private var slope: Double { rampNanoseconds == 0 ? 0 : (to - from) / rampSeconds }
    /// Expected during the ramp.
    private var inRamp: Double { (from + to) / 2 * rampSeconds }

    /// How many purchases are expected in the time since the doors opened: the integral of the rate.
    package func expected(byNanoseconds nanoseconds: UInt64) -> Double {
        let seconds = Double(nanoseconds) / 1e9
        guard nanoseconds < rampNanoseconds else { return inRamp + to * (seconds - rampSeconds) }
        return from * seconds + slope * seconds * seconds / 2
    }

    /// When so many purchases are expected to have arrived: the inverse of the function above. nil: never.
    package func nanoseconds(expecting count: Double) -> UInt64? {
        if count <= 0 { return 0 }
        let seconds: Double
        if count <= inRamp {
            // The root of from·t + slope·t²/2 = count, in the form that loses no digits where the slope is small.
            seconds = min(rampSeconds, 2 * count / (from + max(0, from * from + 2 * slope * count).squareRoot()))
        } else {
            guard to > 0 else { return nil }
            seconds = rampSeconds + (count - inRamp) / to
        }
        let nanoseconds = (seconds * 1e9).rounded()
        return nanoseconds < 0x1p63 ? UInt64(nanoseconds) : nil
    }
}

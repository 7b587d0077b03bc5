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

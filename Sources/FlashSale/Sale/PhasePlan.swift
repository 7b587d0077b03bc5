/// What follows a purchase that has its units on hold: drawn for each from the seed and the purchase's number, so that nothing more has to
/// be recorded.
package struct PhasePlan: Codable, Sendable, Equatable {
    /// Paying, or giving back.
    package struct Part: Codable, Sendable, Equatable {
        /// Of all holds, in hundredths of a percent.
        package var share: Int
        /// Since the hold was won, both bounds included.
        package var afterMicroseconds: Scenario.Range
        /// Of these, how many are sent a second time, in hundredths of a percent.
        package var repeated: Int
        /// Whether another client makes it than the one that reserved.
        package var elsewhere: Bool

        package init(share: Int, afterMicroseconds: Scenario.Range, repeated: Int = 0, elsewhere: Bool = false) {
            self.share = share
            self.afterMicroseconds = afterMicroseconds
            self.repeated = repeated
            self.elsewhere = elsewhere
        }
    }

    package var pay: Part?
    package var cancel: Part?
    /// Of those who pay, how many cancel as well, in hundredths of a percent.
    package var crossing: Int

    package init(pay: Part? = nil, cancel: Part? = nil, crossing: Int = 0) {
        self.pay = pay
        self.cancel = cancel
        self.crossing = crossing
    }

    /// The whole, in hundredths of a percent.
    package static let whole = 10_000
    /// The numbers that the attempts of a purchase have after those that reserve: pay, pay again, cancel, cancel again.
    @inlinable
    package static var numbers: Int { 4 }
    /// The longest time between a hold and what follows it.
    package static let longestMicroseconds = 3_600_000_000

    package subscript(phase: AttemptPhase) -> Part? {
        switch phase {
        case .reserve: nil
        case .pay: pay
        case .cancel: cancel
        }
    }

    /// How much later than a file's `lapses:` says every hold is taken to have lapsed, in nanoseconds: a shop may be a little late, a tenth of the
    /// time, and 50 ms at least.
    package static func lapseMargin(_ lapses: UInt64) -> UInt64 { max(50_000_000, lapses / 10) }

    /// Whether another client has to make some of it.
    package var needsOthers: Bool { pay?.elsewhere == true || cancel?.elsewhere == true }

    /// Whether its numbers can be those of a run. One that was read from a file may have any.
    var isPlausible: Bool {
        let parts = [pay, cancel].compactMap(\.self)
        return !parts.isEmpty && (0...Self.whole).contains(crossing)
            && parts.allSatisfy { part in
                (0...Self.whole).contains(part.share) && (0...Self.whole).contains(part.repeated)
                    && part.afterMicroseconds.min >= 0
                    && part.afterMicroseconds.min <= part.afterMicroseconds.max
                    && part.afterMicroseconds.max <= Self.longestMicroseconds
            } && parts.reduce(0) { $0 + $1.share } <= Self.whole
    }
}

/// One attempt that follows a hold.
package struct LaterAttempt: Sendable, Equatable, BitwiseCopyable {
    package var phase: AttemptPhase
    /// From 1 to ``PhasePlan/numbers``, beyond the attempts that a purchase makes to reserve.
    package var place: Int
    /// Since the hold was won.
    package var afterNanoseconds: UInt64

    /// Whether it repeats the one before.
    package var isRepeat: Bool { place.isMultiple(of: 2) }

    /// The phase of a place.
    package static func phase(ofPlace place: Int) -> AttemptPhase { place <= 2 ? .pay : .cancel }
}

extension PhasePlan {
    /// Hands out what follows one hold, in no order of time.
    ///
    /// - Parameter purchase: from 1.
    package func forEach(ofPurchase purchase: Int, seed: UInt64, _ body: (LaterAttempt) -> Void) {
        var generator = SplitMix64(seed: seed ^ (UInt64(truncatingIfNeeded: purchase) &* 0x9FB2_1C65_1E98_DF25))
        let drawn = Int(generator.next() % UInt64(Self.whole))
        if let pay, drawn < pay.share {
            Self.hand(out: pay, .pay, from: 1, &generator, body)
            if let cancel, Int(generator.next() % UInt64(Self.whole)) < crossing {
                Self.hand(out: cancel, .cancel, from: 3, &generator, body)
            }
        } else if let cancel, drawn < (pay?.share ?? 0) + cancel.share {
            Self.hand(out: cancel, .cancel, from: 3, &generator, body)
        }
    }

    private static func hand(
        out part: Part, _ phase: AttemptPhase, from place: Int, _ generator: inout SplitMix64,
        _ body: (LaterAttempt) -> Void
    ) {
        let first = nanoseconds(in: part.afterMicroseconds, &generator)
        guard Int(generator.next() % UInt64(whole)) < part.repeated else {
            return body(LaterAttempt(phase: phase, place: place, afterNanoseconds: first))
        }
        let second = nanoseconds(in: part.afterMicroseconds, &generator)
        body(LaterAttempt(phase: phase, place: place, afterNanoseconds: min(first, second)))
        body(LaterAttempt(phase: phase, place: place + 1, afterNanoseconds: max(first, second)))
    }

    private static func nanoseconds(in range: Scenario.Range, _ generator: inout SplitMix64) -> UInt64 {
        let width = UInt64(range.max - range.min) * 1000 + 1
        return UInt64(range.min) * 1000 + generator.next() % width
    }

    /// How many attempts follow one hold.
    package func count(ofPurchase purchase: Int, seed: UInt64) -> Int {
        var count = 0
        forEach(ofPurchase: purchase, seed: seed) { _ in count += 1 }
        return count
    }
}

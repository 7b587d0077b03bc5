/// Units that a buyer has on hold, and what followed.
struct Hold: Sendable {
    /// The attempt that put them on hold.
    var reserve: Attempt
    /// Attempts to pay, and to give back, in the order of invocation.
    var pays: [Attempt] = []
    var cancels: [Attempt] = []
    /// From when on the hold may have lapsed by itself.
    var lapse: UInt64
    /// Whether that is known: of a history of others it may not be, and then a hold may lapse at once.
    var lapseIsKnown: Bool

    /// - Parameter lapses: no sooner than so many nanoseconds after its call a hold lapses; nil if nobody says.
    init(_ reserve: Attempt, lapses: UInt64?) {
        self.reserve = reserve
        lapseIsKnown = lapses != nil
        let (instant, isBeyond) = reserve.invokedNanoseconds.addingReportingOverflow(lapses ?? 0)
        lapse = isBeyond ? .max : instant
    }

    var units: Int { reserve.quantity }

    /// Payments that were told to have been made.
    var paid: [Attempt] { pays.filter { $0.outcome == .won } }
    /// Payments that were made, or may have been.
    var mayBePaid: [Attempt] { pays.filter { $0.outcome.mayHaveFollowed } }
    /// What was told to be given back.
    var givenBack: [Attempt] { cancels.filter { $0.outcome == .returned || $0.outcome == .won } }
    /// What was given back, or may have been.
    var mayBeGivenBack: [Attempt] { cancels.filter { $0.outcome.mayHaveFollowed } }

    // MARK: What became of it

    /// From when on it may have ended without a payment: it lapses, or is given back.
    var mayEnd: UInt64 { min(lapse, mayBeGivenBack.map(\.invokedNanoseconds).min() ?? .max) }

    /// Whether a payment was certainly made before the hold can have ended.
    var isPaidInTime: Bool { paid.contains { $0.returnedNanoseconds ?? .max < mayEnd } }

    /// What the purchase is in the end, as an attempt that does not take its time is told, and when that is certain.
    ///
    /// - A payment and a giving back are in an order only where one of them had returned before the other was called. A payment that comes
    ///   last is a sale: a shop may take the unit from the stock once more. A giving back that comes last takes the sale back.
    /// - Whoever was told neither holds the units until they lapse.
    var ending: (outcome: Outcome, returned: UInt64?) {
        let (paid, pays) = (paid, mayBePaid)
        let (given, cancels) = (givenBack, mayBeGivenBack)
        if pays.isEmpty {
            return given.isEmpty ? (.failed, reserve.returnedNanoseconds) : (.returned, Self.end(given))
        }
        if !paid.isEmpty, cancels.isEmpty || Self.areBefore(cancels, pays) {
            return (.won, isPaidInTime ? reserve.returnedNanoseconds : paid.compactMap(\.returnedNanoseconds).min())
        }
        if !given.isEmpty, Self.areBefore(pays, given) { return (.returned, Self.end(given)) }
        return (.unknown, Self.end(pays + cancels))
    }

    /// The latest end; nil where one has none.
    private static func end(_ attempts: [Attempt]) -> UInt64? {
        attempts.reduce(0) { latest, attempt in
            guard let latest, let end = attempt.returnedNanoseconds else { return nil }
            return max(latest, end)
        }
    }

    /// Whether all of the first had returned before any of the others was called.
    private static func areBefore(_ first: [Attempt], _ others: [Attempt]) -> Bool {
        guard let end = end(first), let call = others.map(\.invokedNanoseconds).min() else { return false }
        return end < call
    }

    // MARK: What may be wrong

    /// Whether it was sold although it may have ended before.
    var isPaidLate: Bool { ending.outcome == .won && !isPaidInTime }

    /// Units that were sold so.
    var unitsPaidLate: Int { isPaidLate && (lapseIsKnown || !mayBeGivenBack.isEmpty) ? units : 0 }

    /// The same with payments whose answer was lost, and where nobody says when holds lapse. What crosses a giving back is counted with what
    /// came back (``unitsGivenTwice``).
    var mostUnitsPaidLate: Int {
        guard ending.outcome == .unknown, mayBeGivenBack.isEmpty else { return isPaidLate ? units : 0 }
        return mayBePaid.contains { $0.returnedNanoseconds ?? .max >= mayEnd } ? units : 0
    }

    /// Units that may have come back to the stock more often than they had left it.
    var unitsGivenTwice: Int {
        let cancels = mayBeGivenBack
        guard !cancels.isEmpty else { return 0 }
        let lapsed = cancels.contains { $0.returnedNanoseconds ?? .max >= lapse } ? 1 : 0
        return units * max(0, cancels.count + lapsed - (ending.outcome == .returned ? 1 : 0))
    }

    /// The same where a hold that was given back may lapse as well, as one may that is taken off no list.
    var mostUnitsGivenTwice: Int {
        let cancels = mayBeGivenBack.count
        return cancels == 0 ? 0 : units * (cancels + (ending.outcome == .returned ? 0 : 1))
    }

    /// Attempts to pay when the hold may have ended.
    var triedLate: [Attempt] { pays.filter { $0.returnedNanoseconds ?? .max >= mayEnd } }

    /// All of it, in the order of invocation.
    var attempts: [Attempt] {
        [reserve] + (pays + cancels).sorted { ($0.invokedNanoseconds, $0.id) < ($1.invokedNanoseconds, $1.id) }
    }
}

extension Outcome {
    /// Whether an attempt that follows a hold had an effect, or may have had. What it cannot be told, it may have been.
    fileprivate var mayHaveFollowed: Bool {
        switch self {
        case .won, .returned, .unknown, .held: true
        case .soldOut, .conflict, .duplicate, .failed: false
        }
    }
}

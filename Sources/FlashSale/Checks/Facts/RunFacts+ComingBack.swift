/// Units that come back to the stock after they had left it, or come to it later.
extension RunFacts {
    /// Whether units may have come back. Then what a win left does not say which unit it took.
    var unitsComeBack: Bool {
        rules.givesBack || rules.lapsesNanoseconds != nil || !epoch.restocks.isEmpty
            || recorded.survey.tally.returned > 0 || recorded.survey.tally.held > 0
    }

    /// Whether units may be away at the end that are on hold: they lapse, and nobody counts those that have not.
    var mayHoldUnseen: Bool { rules.lapsesNanoseconds != nil && epoch.held == nil }

    /// The quantities of attempts that may hold units until these lapse: those that were told neither that they won nor that
    /// they gave back, and lost ones without an order. None where the file says nothing of units that lapse.
    func unsoldHolds(_ resolution: Resolution) -> [Int] {
        guard mayHoldUnseen else { return [] }
        return recorded.history.records.lazy.filter { $0.record.mayLeaveHold }.map(\.record.quantity)
            + resolution.disprovenUnknowns.map(\.mostQuantity)
    }
}

extension RecordView {
    /// Whether it may still hold units, where these lapse. A cart that was refused for want of one line may have got another by then.
    var mayLeaveHold: Bool { outcome.mayLeaveHold || hasLines && outcome == .soldOut }

    /// Whether it may have held units until it ended, and none after that.
    ///
    /// - Parameter rules: where attempts may give back, a cart that was refused may have got one of its lines before another was.
    func mayHaveHeld(_ rules: SaleRules) -> Bool {
        outcome == .returned || rules.givesBack && hasLines && (outcome == .soldOut || outcome == .conflict)
    }
}

extension SaleRules {
    /// Units that an attempt which was refused may have held itself all the time.
    func ownHold(_ record: RecordView) -> Int {
        lapsesNanoseconds != nil && record.mayLeaveHold || record.mayHaveHeld(self) ? record.quantity : 0
    }
}

extension Epoch {
    /// Units that were certainly given to the sale after it began.
    package var restockedUnits: Int {
        restocks.lazy.filter { $0.returnedNs != nil }.reduce(0) { $0 + $1.plausibleUnits }
    }

    /// For a record; nil where nothing was given.
    var restockedIfAny: Int? { restocks.isEmpty ? nil : restockedUnits }

    /// Units of restocks whose answer was lost.
    var restockedInDoubt: Int {
        restocks.lazy.filter { $0.returnedNs == nil }.reduce(0) { $0 + $1.plausibleUnits }
    }

    /// Units that there were in all, as far as is certain.
    var totalUnits: Int { units + restockedUnits }

    /// `10 at the start, 5 restocked`, for sentences.
    var origin: String {
        "\(units.grouped) at the start" + (restockedUnits == 0 ? "" : ", \(restockedUnits.grouped) restocked")
    }
}

extension Outcome {
    /// Whether an attempt that ended so may still hold units, where these lapse. One that returned has given them back, and
    /// who was told sold-out or duplicate got none.
    var mayLeaveHold: Bool {
        switch self {
        case .conflict, .failed: true
        case .won, .soldOut, .duplicate, .unknown, .returned, .held: false
        }
    }
}

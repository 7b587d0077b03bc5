/// No unit was sold twice: a win of q that left r took positions N−r−q+1 … N−r, no two wins share one, and all are
/// within 1 … N.
///
/// Attempts that are one operation repeat the win of the first, so that they tell the same unit. Where they do not, the
/// scheme gave two units for one call, and both count here.
///
/// Where units can come back, a position may be taken, given back and taken again: then positions mean nothing.
enum UniqueUnits {
    static let name = CheckName.uniqueUnits

    struct Claim {
        var lower: Int
        var upper: Int
        var invoked: UInt64
        /// The operation, and which of its attempts.
        var operation: UInt32
        var member: UInt32
    }

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard !facts.unitsComeBack else {
            return CheckResult(
                name, .notApplicable,
                "units can come back, so that what a win left does not say which unit it took (see linearizable)")
        }
        if let epochs = resolution.epochs { return EpochUnits.check(facts, resolution, epochs) }
        var (claims, evidence, silent) = claims(facts, resolution, units: facts.epoch.units)
        guard !claims.isEmpty || !evidence.isEmpty else {
            return CheckResult(name, .notApplicable, nothingTold(facts, resolution))
        }
        evidence += overlaps(&claims, resolution)
        guard evidence.isEmpty else {
            return CheckResult(
                name, .violated,
                "\(evidence.count.counted("time")) a unit was sold to more than one buyer, or did not exist"
                    + (facts.rules.idempotency == .none ? "" : ", or was the second for one \(noun(facts))"),
                evidence: evidence)
        }
        return CheckResult(
            name, .upheld,
            "\(claims.count.counted("win")) took different units"
                + (silent == 0 ? "" : "; \(silent.grouped) more did not say which"))
    }

    /// Why no positions are known.
    static func nothingTold(_ facts: RunFacts, _ resolution: Resolution) -> String {
        if resolution.certain.first == nil { return "nothing was sold" }
        return facts.rules.shelves == nil
            ? "no win says how many units it left" : "what a win left is told of a shelf, and not of the sale"
    }

    /// The positions that were certainly taken, and those that do not exist.
    ///
    /// - Parameters:
    ///   - units: that there were at the start.
    ///   - part: the epoch that is asked for; nil for the whole sale.
    static func claims(
        _ facts: RunFacts, _ resolution: Resolution, units: Int, part: Int? = nil, of epochs: SaleEpochs? = nil
    ) -> (claims: [Claim], evidence: [CheckResult.Evidence], silent: Int) {
        var claims: [Claim] = []
        var evidence: [CheckResult.Evidence] = []
        var silent = 0
        for (index, operation) in resolution.operations.enumerated()
        where operation.state == .won || operation.state == .proven {
            if let part, epochs?.ranges.only(index) != part { continue }
            if let claim = Self.claim(of: operation, UInt32(index), units: units) {
                claims.append(claim)
                continue
            }
            var told = told(operation)
            // What a later epoch told of it may be of a unit that it took once more.
            if let part, let epochs, !operation.isSingle {
                told.removeAll {
                    epochs.ranges.epochs(from: $0.invokedNanoseconds, to: $0.returnedNanoseconds).upperBound != part
                }
            }
            if told.isEmpty { silent += 1 }
            if told.count > 1 {
                evidence.append(.init("the same \(noun(facts)) was given two different units", attempts: told))
            }
            let quantity = operation.leastQuantity
            for (member, attempt) in told.enumerated() {
                guard let positions = positions(of: attempt, quantity, units: units),
                    positions.lowerBound >= 1,
                    positions.upperBound <= units
                else {
                    evidence.append(
                        .init(
                            "a win that left \(attempt.remaining ?? 0) of \(units.grouped) units took a unit that does not exist",
                            attempts: [attempt]))
                    continue
                }
                claims.append(
                    Claim(
                        lower: positions.lowerBound, upper: positions.upperBound, invoked: attempt.invokedNanoseconds,
                        operation: UInt32(index), member: UInt32(member)))
            }
        }
        return (claims, evidence, silent)
    }

    /// The claim of a single attempt whose unit exists: the usual case, without making an `Attempt`.
    private static func claim(of operation: Operation, _ index: UInt32, units: Int) -> Claim? {
        // A damaged record may have any number, and what it leaves of them could overflow.
        guard operation.isSingle, let remaining = operation.first.remaining, (0..<units).contains(remaining) else {
            return nil
        }
        let upper = units - remaining
        let lower = upper - operation.first.quantity + 1
        guard lower >= 1 else { return nil }
        return Claim(
            lower: lower, upper: upper, invoked: operation.first.invokedNanoseconds, operation: index, member: 0)
    }

    private static func noun(_ facts: RunFacts) -> String { facts.rules.idempotency == .buyer ? "buyer" : "purchase" }

    /// An attempt for each different unit that the operation says it took.
    private static func told(_ operation: Operation) -> [Attempt] {
        if operation.isSingle { return operation.first.remaining == nil ? [] : [operation.first.attempt] }
        guard operation.state == .won else { return operation.remaining == nil ? [] : operation.candidates }
        var seen: Set<Int> = []
        return operation.wins.filter { win in win.remaining.map { seen.insert($0).inserted } ?? false }
    }

    /// - Parameter quantity: the fewest units that the operation can have taken, which it took in any case.
    private static func positions(of attempt: Attempt, _ quantity: Int, units: Int) -> ClosedRange<Int>? {
        var first = attempt
        first.quantity = quantity
        return first.positions(units: units)
    }

    /// For each claim that overlaps one before it: the two, where the one before is the one that reaches furthest. Units that
    /// were not told of yet come first, so that a few of them do not show the same buyer again and again.
    static func overlaps(_ claims: inout [Claim], _ resolution: Resolution) -> [CheckResult.Evidence] {
        let operations = resolution.operations
        // One operation may have told of any number of units.
        var known: (operation: UInt32, told: [Attempt])?
        func attempt(_ claim: Claim) -> Attempt {
            let operation = operations[Int(claim.operation)]
            if operation.isSingle { return operation.first.attempt }
            if known?.operation != claim.operation { known = (claim.operation, told(operation)) }
            return known!.told[Int(claim.member)]
        }
        claims.sort { left, right in
            if left.lower != right.lower { return left.lower < right.lower }
            if left.invoked != right.invoked { return left.invoked < right.invoked }
            return attempt(left).id < attempt(right).id
        }
        var evidence: [CheckResult.Evidence] = []
        var again: [CheckResult.Evidence] = []
        var toldUnit: Int?
        guard var furthest = claims.first else { return [] }
        for claim in claims.dropFirst() {
            if claim.lower <= furthest.upper {
                let both = [attempt(furthest), attempt(claim)]
                let noun = both[0].buyer == both[1].buyer ? "purchases" : "buyers"
                let pair = CheckResult.Evidence("both \(noun) were sold unit \(claim.lower)", attempts: both)
                if toldUnit == claim.lower { again.append(pair) } else { evidence.append(pair) }
                toldUnit = claim.lower
            }
            if claim.upper > furthest.upper { furthest = claim }
        }
        return evidence + again
    }
}

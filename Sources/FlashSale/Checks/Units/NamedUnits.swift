/// No unit with a name was sold twice, none that was not for sale, and the orders name the units that buyers were told.
///
/// A name stands for one unit, or for as many as it was listed for. Whoever won holds the units that they were told, and so
/// does a lost answer of which an order shows that it took effect. The calls of one operation repeat the first one's
/// units. Where nobody told a name, or a win told fewer than it wanted, those units are not judged here.
enum NamedUnits {
    /// What ``UniqueUnits`` says of positions, with what the names say.
    static func check(_ facts: RunFacts, _ resolution: Resolution) throws(CheckFailure) -> CheckResult {
        let positions = UniqueUnits.check(facts, resolution)
        let nameless = facts.recorded.survey.nameless
        let tellOrders = facts.epoch.ledger?.orders.contains { $0.unit != nil } == true
        guard facts.recorded.history.names != nil || tellOrders || nameless > 0 else { return positions }
        var claims = NameClaims(facts, resolution, facts.recorded.history.names ?? .none)
        claims.judge()
        var orders = OrdersByName(facts, resolution, claims)
        orders.judge()
        let evidence = claims.evidence + orders.evidence
        guard evidence.isEmpty else {
            let counts = (claims.counts + orders.counts).filter { $0.count > 0 }.map {
                "\($0.count.grouped) \($0.what)"
            }
            var result = CheckResult(
                UniqueUnits.name, .violated, "of units with names, " + counts.joined(separator: ", "),
                evidence: evidence)
            if positions.result == .violated {
                result = CheckResult(
                    UniqueUnits.name, .violated, "\(result.detail); and \(positions.detail)",
                    evidence: evidence + positions.evidence)
            }
            return result
        }
        guard nameless == 0 else { return worse(of: untold(nameless), and: positions) }
        guard claims.units > 0 else { return positions }
        let named = CheckResult(UniqueUnits.name, .upheld, claims.detail(hasOrders: orders.areCompared))
        return worse(of: named, and: positions)
    }

    private static func untold(_ nameless: Int) -> CheckResult {
        CheckResult(
            UniqueUnits.name, .inconclusive,
            "\(nameless.counted("win")) did not name \(nameless == 1 ? "its" : "their") units where the strategy file looks for it (unit:)"
        )
    }

    private static func worse(of names: CheckResult, and positions: CheckResult) -> CheckResult {
        positions.result > names.result ? positions : names
    }
}

/// Who was told which name.
struct NameClaims {
    struct Claim {
        /// In the table of names.
        var name: UInt32
        /// An index among the resolution's operations.
        var operation: UInt32
        /// The attempt that was told it.
        var position: History.Position
    }

    let facts: RunFacts
    let resolution: Resolution
    let names: UnitNames
    /// In the order of the operations.
    private(set) var claims: [Claim] = []
    /// Of each operation, whether it told as many names as it wants units.
    private(set) var isWhole: [Bool]
    /// Units that operations hold and did not name.
    private var silent = 0
    /// How many units of each name there may be; all 1 where nobody lists what is for sale.
    private(set) var supply: [UInt32]
    private let isListed: Bool
    /// Names that were sold more often than there are units of them.
    private(set) var soldTwice: Set<UInt32> = []

    private(set) var evidence: [CheckResult.Evidence] = []
    private var twice = 0
    private var strange = 0
    private var changed = 0

    init(_ facts: RunFacts, _ resolution: Resolution, _ names: UnitNames) {
        self.facts = facts
        self.resolution = resolution
        self.names = names
        isWhole = Array(repeating: false, count: resolution.operations.count)
        isListed = facts.epoch.forSale != nil
        supply = facts.epoch.forSale?.counts(of: names.table) ?? Array(repeating: 1, count: names.table.count)
    }

    var units: Int { claims.count }

    var counts: [(count: Int, what: String)] {
        [
            (twice, "\(twice == 1 ? "was" : "were") sold to more than one"),
            (strange, "\(strange == 1 ? "was" : "were") never for sale"),
            (changed, "\(changed == 1 ? "was" : "were") the second for one call that was only repeated"),
        ]
    }

    func detail(hasOrders: Bool) -> String {
        "\(claims.count.counted("unit")) with \(claims.count == 1 ? "a name" : "names") \(claims.count == 1 ? "was" : "were") sold, none twice"
            + (isListed ? " and each of those for sale" : "; which were for sale is not known (units:)")
            + (hasOrders ? ", as the orders say" : "")
            + (silent == 0 ? "" : "; \(silent.counted("more unit")) had no name")
    }

    mutating func judge() {
        for (index, operation) in resolution.operations.enumerated()
        where operation.state == .won || operation.state == .proven {
            if let position = operation.singlePosition {
                take(position, of: UInt32(index), wanted: operation.first.quantity)
            } else {
                take(operation, UInt32(index))
            }
        }
        // Few ever give back, and what they gave back may have been nobody's to sell.
        if isListed, facts.recorded.survey.tally.returned > 0 { judgeReturned() }
        judgeClaims()
    }

    /// The names of an operation that is one attempt.
    private mutating func take(_ position: History.Position, of operation: UInt32, wanted: Int) {
        let told = names.numbers(at: position)
        for name in told { claims.append(Claim(name: name, operation: operation, position: position)) }
        isWhole[Int(operation)] = told.count >= wanted
        silent += max(0, wanted - told.count)
    }

    /// The names of an operation of several attempts: those of its wins; of a lost one those of the only attempt that can
    /// have taken effect.
    private mutating func take(_ operation: Operation, _ index: UInt32) {
        let history = facts.recorded.history
        var told = operation.positions.filter { !names.numbers(at: $0).isEmpty }
        if operation.state == .won {
            told = told.filter { history.record(at: $0).outcome == .won }
        } else if operation.candidates.count > 1 {
            told = []
        } else {
            let only = operation.candidates.first?.id
            told = told.filter { history.record(at: $0).id == only && history.record(at: $0).outcome == .unknown }
        }
        // Of each name as often as the attempt says that tells it most often.
        var union: [UInt32: Int] = [:]
        for position in told {
            var own: [UInt32: Int] = [:]
            for name in names.numbers(at: position) { own[name, default: 0] += 1 }
            for (name, count) in own where count > union[name, default: 0] {
                for _ in union[name, default: 0]..<count {
                    claims.append(Claim(name: name, operation: index, position: position))
                }
                union[name] = count
            }
        }
        let count = union.values.reduce(0, +)
        if let first = told.first, count > operation.mostQuantity {
            let larger = told.first { names.numbers(at: $0).count == count } ?? first
            // One that tells all that any tells may only have been told more than it wanted.
            if names.numbers(at: larger).count < count {
                changed += 1
                let noun = facts.rules.idempotency == .buyer ? "buyer" : "purchase"
                evidence.append(
                    .init("the same \(noun) was told different units", attempts: history.attempts(at: told)))
            }
        }
        isWhole[Int(index)] = count >= operation.mostQuantity
        silent += max(0, operation.leastQuantity - count)
    }

    private mutating func judgeReturned() {
        for (position, record) in facts.recorded.history.records where record.outcome == .returned {
            for name in Set(names.numbers(at: position)) where supply[Int(name)] == 0 { strange(name, position) }
        }
    }

    private mutating func strange(_ name: UInt32, _ position: History.Position) {
        strange += 1
        evidence.append(
            .init("unit \(shown(name)) was never for sale", attempts: [facts.recorded.history[position]]))
    }

    /// Units that were not told of yet come first, so that a few of them do not show the same one again and again.
    private mutating func judgeClaims() {
        var again: [CheckResult.Evidence] = []
        var sold = [UInt32](repeating: 0, count: names.table.count)
        var first = [UInt32](repeating: 0, count: names.table.count)
        for (index, claim) in claims.enumerated() {
            let name = Int(claim.name)
            guard supply[name] > 0 else {
                strange(claim.name, claim.position)
                continue
            }
            sold[name] += 1
            if sold[name] == 1 { first[name] = UInt32(index) }
            guard sold[name] > supply[name] else { continue }
            let isNew = soldTwice.insert(claim.name).inserted
            if isNew { twice += 1 }
            let pair = pair(claims[Int(first[name])], claim)
            if isNew { evidence.append(pair) } else { again.append(pair) }
        }
        evidence += again
    }

    private func pair(_ first: Claim, _ second: Claim) -> CheckResult.Evidence {
        let history = facts.recorded.history
        let unit = "unit \(shown(second.name))"
        if first.position == second.position {
            return .init("one call was sold \(unit) twice", attempts: [history[first.position]])
        }
        let both = [history[first.position], history[second.position]]
        let noun = both[0].buyer == both[1].buyer ? "purchases" : "buyers"
        let many = supply[Int(second.name)] > 1 ? ", of which there are only \(supply[Int(second.name)])" : ""
        return .init("both \(noun) were sold \(unit)\(many)", attempts: both)
    }

    func shown(_ name: UInt32) -> String { UnitText.shown(names.table.name(Int(name))) }
}

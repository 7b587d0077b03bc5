/// No buyer has more units than the limit, or made more purchases than that allows, and nobody was told that they already have it
/// who had not.
///
/// - Where nobody of a run asked for more than the limit, it was not put to the test.
/// - Units that a buyer certainly has (wins, and unknowns that took effect) beyond the limit are a violation. Where only
///   attempts whose answer was lost could bring them beyond it, it is not known.
/// - A `duplicate` that wants q is right only if the buyer's units and q together exceed the limit at the instant at which the
///   sale answered. That instant is not known, but it lies before the duplicate returned, so the buyer can have had only what
///   attempts took that were called by then: wins, and unknowns that the ledger does not disprove. Equal times are
///   concurrent. Fewer units than that, with all of these counted, are a violation. A duplicate without a known
///   return cannot be judged. Where purchases are limited, as many of these as one may make explain it as well.
/// - Where there are several items, a limit is of each; but a buyer who was told so and may have something of another item accuses nobody,
///   since the limit may count all of them together.
/// - With `idempotent:` a call that repeats one which can have taken effect by then may be told so, whatever the limit leaves.
/// - A strategy that answers `duplicate` without saying what its limit is promises at least that the buyer has something:
///   one win or unknown before it is asked for then, whatever the quantities.
/// - Units that a buyer gave back count for no limit. But while they had them, a `duplicate` was right.
enum PurchaseLimit {
    static let name = CheckName.purchaseLimit

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        let duplicates = facts.recorded.history.attempts(at: facts.recorded.survey.duplicates)
        guard facts.rules.hasLimit || !duplicates.isEmpty else {
            return CheckResult(name, .notApplicable, noLimit(facts))
        }
        guard facts.recorded.tellsBuyers else {
            return CheckResult(name, .notApplicable, "the history does not say which attempts are one buyer's")
        }
        let operations = Dictionary(
            grouping: resolution.operations.filter { $0.state != .disproven }, by: \.buyer)
        guard !operations.isEmpty || !duplicates.isEmpty else {
            return CheckResult(name, .notApplicable, "nothing was sold")
        }
        let above = above(operations, rules: facts.rules, resolution: resolution)
        let all = unfounded(duplicates, operations, facts, resolution)
        func isOfElsewhere(_ piece: CheckResult.Evidence) -> Bool {
            piece.attempts.contains { $0.outcome == .duplicate && facts.buyersElsewhere.contains($0.buyer) }
        }
        let (unfounded, elsewhere) = (all.filter { !isOfElsewhere($0) }, all.filter(isOfElsewhere))
        let proof = above.certain + (resolution.historyHasGaps ? [] : unfounded)
        guard proof.isEmpty else {
            var parts: [String] = []
            if !above.certain.isEmpty {
                parts.append("\(above.certain.count.counted("buyer")) got more than \(facts.rules.allowance)")
            }
            if !unfounded.isEmpty, !resolution.historyHasGaps {
                parts.append(
                    "\(unfounded.count.counted("time")) a buyer was told that they already have it, who had not")
            }
            return CheckResult(name, .violated, parts.joined(separator: "; "), evidence: proof)
        }
        if !unfounded.isEmpty {
            return CheckResult(
                name, .inconclusive,
                "\(unfounded.count.counted("time")) a buyer was told that they already have it, which no recorded win explains; but "
                    + "the history has gaps, and what it lacks may", evidence: unfounded)
        }
        if !elsewhere.isEmpty {
            return CheckResult(
                name, .inconclusive,
                "\(elsewhere.count.counted("time")) a buyer was told that they already have it, who may have another item only: a limit that "
                    + "counts all items together is not judged", evidence: elsewhere)
        }
        if !above.possible.isEmpty {
            return CheckResult(
                name, .inconclusive,
                "\(above.possible.count.counted("buyer")) may have more than \(facts.rules.allowance), if attempts whose "
                    + "answer was lost took effect", evidence: above.possible)
        }
        if Exercise.wentBeyondLimit(facts) == false {
            return CheckResult(
                name, .notApplicable,
                "not put to the test: no buyer asked for more than \(facts.rules.allowance), other than when too little was left"
            )
        }
        // Whoever recorded the history may have a limit that nobody told of: then it was not looked at.
        guard facts.rules.hasLimit || facts.recorded.scenario != nil else {
            return CheckResult(name, .notApplicable, "\(upheld(facts, duplicates.count)); \(noLimit(facts))")
        }
        return CheckResult(name, .upheld, upheld(facts, duplicates.count))
    }

    /// The same, those of buyers of one machine by its own clock.
    private static func unfounded(
        _ duplicates: [Attempt], _ operations: [Int: [Operation]], _ facts: RunFacts, _ resolution: Resolution
    ) -> [CheckResult.Evidence] {
        let own = facts.buyersOfOneMachine(among: Set(duplicates.map(\.buyer)))
        let others = duplicates.filter { !own.contains($0.buyer) }
        let evidence = unfounded(
            others, operations, TemporaryHolds(facts, resolution, of: Set(others.map(\.buyer))), facts.rules, resolution
        )
        guard !own.isEmpty else { return evidence }
        var shown = facts
        shown.recorded = facts.recorded.asShown
        let told = shown.recorded.history.attempts(at: facts.recorded.survey.duplicates).filter {
            own.contains($0.buyer)
        }
        let theirs = operations.filter { own.contains($0.key) }.mapValues { $0.map { $0.asShown ?? $0 } }
        return evidence
            + unfounded(told, theirs, TemporaryHolds(shown, resolution, of: own), facts.rules, resolution)
    }

    /// Duplicates that nothing explains which their buyers can have had.
    private static func unfounded(
        _ duplicates: [Attempt], _ operations: [Int: [Operation]], _ holds: TemporaryHolds, _ rules: SaleRules,
        _ resolution: Resolution
    ) -> [CheckResult.Evidence] {
        let possessions = Dictionary(
            uniqueKeysWithValues: Set(duplicates.map(\.buyer)).map { buyer in
                (
                    buyer,
                    Possession(
                        of: operations[buyer] ?? [], upTo: max(1, rules.limit ?? 1),
                        purchaseLimit: rules.purchaseLimit, showing: 9, resolution: resolution)
                )
            })
        return duplicates.compactMap { duplicate in
            if repeatsOwn(duplicate, operations[duplicate.buyer] ?? [], rules) { return nil }
            return possessions[duplicate.buyer].flatMap {
                explain(duplicate, by: $0, holding: holds.most(during: duplicate), rules: rules)
            }
        }
    }

    private static func noLimit(_ facts: RunFacts) -> String {
        facts.recorded.scenario == nil
            ? "how many units one buyer may have is not known (--limit)" : "the strategy has no limit"
    }

    private static func upheld(_ facts: RunFacts, _ duplicates: Int) -> String {
        let refused =
            duplicates == 0
            ? nil : "\(duplicates.counted("time")) one was told that they already have it, and each time that can be so"
        let limits = [
            facts.rules.limit.map { $0.counted("unit") }, facts.rules.purchaseLimit.map { $0.counted("purchase") },
        ].compactMap { $0 }
        let within = limits.isEmpty ? nil : "no buyer got more than \(limits.joined(separator: " or "))"
        return [within, refused].compactMap { $0 }.joined(separator: "; ")
    }

    /// Buyers who have more than the limit, and those who may.
    private static func above(
        _ operations: [Int: [Operation]], rules: SaleRules, resolution: Resolution
    ) -> (certain: [CheckResult.Evidence], possible: [CheckResult.Evidence]) {
        var above: (certain: [CheckResult.Evidence], possible: [CheckResult.Evidence]) = ([], [])
        if let limit = rules.limit { above = units(of: operations, above: limit, resolution: resolution) }
        guard let limit = rules.purchaseLimit else { return above }
        for (buyer, own) in operations.sorted(by: { $0.key < $1.key }) {
            let counts = PurchaseCounts(own, resolution)
            if counts.least > limit {
                above.certain.append(
                    .init(
                        "buyer \(buyer) got the units of \(counts.least.counted("purchase")), and may make \(limit.grouped)",
                        attempts: own.filter { $0.state != .open || resolution.book.scope == .buyer }.flatMap(
                            \.evidence)))
            } else if counts.most > limit {
                above.possible.append(
                    .init(
                        "buyer \(buyer) got the units of \(counts.least.counted("purchase")), and of up to \(counts.most.grouped) if "
                            + "every attempt whose answer was lost took effect", attempts: own.flatMap(\.evidence)))
            }
        }
        return above
    }

    private static func units(
        of operations: [Int: [Operation]], above limit: Int, resolution: Resolution
    ) -> (certain: [CheckResult.Evidence], possible: [CheckResult.Evidence]) {
        // Orders that name nobody cannot be laid to one buyer.
        var partial: [Int: Int] = [:]
        if resolution.book.scope < .sale {
            for pool in resolution.partialPools {
                partial[resolution.unknowns(of: pool)[0].buyer, default: 0] += resolution.leastUnits(pool)
            }
        }
        var certain: [CheckResult.Evidence] = []
        var possible: [CheckResult.Evidence] = []
        for (buyer, own) in operations.sorted(by: { $0.key < $1.key }) {
            let has = own.filter { $0.state != .open }
            let units = has.reduce(partial[buyer, default: 0]) { $0 + $1.leastQuantity }
            let most = resolution.mostUnits(own)
            if units > limit {
                // Orders may prove that some of the unknowns took effect, without a word which.
                let shown = partial[buyer] == nil ? has : own
                certain.append(
                    .init(
                        "buyer \(buyer) got \(units.counted("unit")), and may have \(limit.grouped)",
                        attempts: shown.flatMap(\.evidence)))
            } else if most > limit {
                possible.append(
                    .init(
                        "buyer \(buyer) got \(units.counted("unit")), and up to \(most.grouped) if every attempt whose answer was lost "
                            + "took effect", attempts: own.flatMap(\.evidence)))
            }
        }
        return (certain, possible)
    }

    /// Whether a repeated call promises to take nothing, and this one repeats a call that can have taken effect before.
    private static func repeatsOwn(_ duplicate: Attempt, _ operations: [Operation], _ rules: SaleRules) -> Bool {
        guard rules.idempotency != .none, let returned = duplicate.returnedNanoseconds else { return false }
        let scope = Scope(rules.idempotency)
        return operations.contains {
            scope.key(of: $0.first) == scope.key(of: duplicate) && $0.earliestEffect <= returned
        }
    }

    /// - Parameters:
    ///   - possession: the buyer's own.
    ///   - held: units that the buyer may have had for a while only.
    /// - Returns: nil if that explains the duplicate.
    private static func explain(
        _ duplicate: Attempt, by possession: Possession, holding held: Int, rules: SaleRules
    ) -> CheckResult.Evidence? {
        guard let returned = duplicate.returnedNanoseconds else { return nil }
        if possession.mayHaveReachedPurchaseLimit(by: returned) { return nil }
        // Whoever holds something for a while may have a purchase under way.
        if rules.purchaseLimit != nil, held > 0 { return nil }
        let had = possession.units(by: returned) + held
        // Of a limit in purchases alone, having something is no reason.
        let limit = rules.limit
        guard limit != nil || rules.purchaseLimit == nil else { return tooFewPurchases(duplicate, possession, rules) }
        // A wish above the limit by itself is refused rightly to anybody.
        let wanted = limit.map { $0 < duplicate.quantity ? 0 : $0 - duplicate.quantity + 1 } ?? 1
        guard had < wanted else { return nil }
        let bought = had == 0 ? "nothing" : "at most \(had.counted("unit"))"
        let asked = duplicate.quantity == 1 ? "" : " and asked for \(duplicate.quantity.grouped)"
        let may = limit.map { ", of \($0.grouped) that a buyer may have" } ?? ""
        return .init(
            "buyer \(duplicate.buyer) was told that they already have it, but had \(bought) by then\(asked)\(may)",
            attempts: [duplicate] + possession.shown)
    }

    private static func tooFewPurchases(
        _ duplicate: Attempt, _ possession: Possession, _ rules: SaleRules
    ) -> CheckResult.Evidence {
        .init(
            "buyer \(duplicate.buyer) was told that they already have it, but had not made \(rules.allowance) by then",
            attempts: [duplicate] + possession.shown)
    }
}

extension SaleRules {
    /// What follows "more than".
    fileprivate var allowance: String {
        let parts = [
            limit.map { "the \($0.grouped) that one may have" },
            purchaseLimit.map { "the \($0.counted("purchase")) that one may make" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", or ")
    }
}

/// No more units were sold than there were: W ≤ N, and no win reports fewer than none left. Where the buyers of a run wanted no
/// more than there was, that was not put to the test.
enum NoOversell {
    static let name = CheckName.noOversell

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        let units = facts.epoch.totalUnits
        let possible = units + facts.epoch.restockedInDoubt
        let sold = resolution.certainUnits
        var evidence: [CheckResult.Evidence] = []
        if sold > possible { evidence.append(surplus(possible, resolution)) }
        for operation in resolution.wins where operation.mayBeToldNegative {
            for win in operation.wins {
                guard let remaining = win.remaining, remaining < 0 else { continue }
                evidence.append(.init("a buyer won and was told that \(remaining) units are left", attempts: [win]))
            }
        }
        guard evidence.isEmpty else {
            let detail =
                sold > possible
                ? "\(sold.counted("unit")) were sold to buyers, but the sale opened with \(facts.epoch.units.grouped)"
                    + (possible == facts.epoch.units
                        ? "" : " and got \((possible - facts.epoch.units).grouped) more")
                    + ": \((sold - possible).grouped) too many"
                : "\(evidence.count.counted("win")) left fewer than 0 units behind"
            let forgotten = resolution.epochs.map { ForgottenSales(facts, resolution, $0).inWords } ?? nil
            return CheckResult(
                name, .violated, [detail, forgotten].compactMap { $0 }.joined(separator: "; "), evidence: evidence)
        }
        guard sold <= units else {
            return CheckResult(
                name, .inconclusive,
                "\(sold.counted("unit")) were sold, of \(units.grouped), and it is not known whether a restock of "
                    + "\((possible - units).grouped) was made, whose answer was lost")
        }
        if let wanted = Exercise.unitsWanted(facts), wanted <= units {
            return CheckResult(
                name, .notApplicable,
                "not put to the test: the purchases wanted \(wanted.counted("unit")), and there were \(units.grouped)")
        }
        return CheckResult(name, .upheld, "\(sold.counted("unit")) sold, of \(units.grouped)")
    }

    /// The last win before the stock was exceeded and the first after it.
    private static func surplus(_ units: Int, _ resolution: Resolution) -> CheckResult.Evidence {
        let certain = resolution.certain
            .map { (operation: $0, shown: $0.evidence[0]) }
            .sorted {
                ($0.shown.returnedNanoseconds ?? .max, $0.shown.id) < (
                    $1.shown.returnedNanoseconds ?? .max, $1.shown.id
                )
            }
        var total = 0
        let first = certain.first { operation, _ in
            total += operation.leastQuantity
            return total > units
        }
        return .init(
            "with this win more units are sold than the \(units.grouped) that there were",
            attempts: first.map { [$0.shown] } ?? [])
    }
}

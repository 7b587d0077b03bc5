extension StockAccount {
    /// One epoch as its stock sees it.
    ///
    /// - Parameters:
    ///   - units: at its start.
    ///   - likely: whether those that may belong to it or not take the positions that they were told, where these are free, and
    ///     otherwise belong to another epoch; if not, each may fill any hole, which allows more than can have been.
    init(
        _ facts: RunFacts, _ resolution: Resolution, _ epochs: SaleEpochs, part: Int, units: Int, likely: Bool
    ) {
        self.init(empty: facts, resolution, units: units)
        let own = epochs.parts[part]
        let strays = part + 1 < epochs.parts.count ? epochs.parts[part + 1].strays : 0
        if let end = own.end, end >= 0, strays == 0 { history.final = end }
        history.soldOuts = strictest(own.soldOuts)
        var told: [StockHistory.Claim] = []
        for (index, operation) in resolution.operations.enumerated()
        where operation.state != .disproven && epochs.ranges.mayBe(index, in: part) {
            let taking = taking(operation, UInt32(index))
            let isWin = operation.state == .won || operation.state == .proven
            let mayBeLate = operation.state == .proven && facts.hasStragglers && operation.latestEffect == nil
            let alternatives = operation.isSingle ? [] : operation.quantities.dropFirst().map { UInt32(clamping: $0) }
            let last = alternatives.isEmpty ? operation.remaining.map { position(leaving: $0) } : nil
            let isFirst = epochs.ranges.only(index) == part
            if !alternatives.isEmpty { history.doubts[UInt32(index)] = .init(alternatives: alternatives) }
            if isFirst, isWin, !mayBeLate {
                if let last { history.claims.append(claim(taking, last)) } else { history.certain.append(taking) }
            } else if let last, operation.isSingle {
                told.append(claim(taking, last))
            } else {
                history.optional.append(taking)
            }
        }
        leavesOpen = !told.isEmpty
        if likely {
            history.claims += likelyClaims(told)
        } else {
            history.optional += told.map {
                .init(call: $0.call, end: $0.end, quantity: $0.quantity, operation: $0.operation)
            }
        }
    }

    private func claim(_ taking: StockHistory.Taking, _ last: Int) -> StockHistory.Claim {
        .init(call: taking.call, end: taking.end, last: last, quantity: taking.quantity, operation: taking.operation)
    }

    /// Those whose positions are free and leave no hole behind the others.
    private func likelyClaims(_ told: [StockHistory.Claim]) -> [StockHistory.Claim] {
        let limit = history.final.map { history.units - $0 } ?? history.units
        let certain = history.claims.sorted { $0.first < $1.first }
        var reached = max(history.final == nil ? 0 : limit, certain.map(\.last).max() ?? 0)
        var taken = 0
        var found: [StockHistory.Claim] = []
        for claim in told.sorted(by: { ($0.first, $0.call) < ($1.first, $1.call) }) {
            guard claim.first >= 1, claim.last <= limit, claim.first > taken, claim.first <= reached + 1 else {
                continue
            }
            let next = certain.partitioningIndex { $0.first > claim.last }
            if next > 0, certain[next - 1].last >= claim.first { continue }
            found.append(claim)
            taken = claim.last
            reached = max(reached, claim.last)
        }
        return found
    }
}

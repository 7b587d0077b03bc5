/// ``UniqueUnits`` where the stock was reset: positions count from each epoch's start.
///
/// A win that may belong to one epoch or another must fit into one of them.
struct EpochUnits {
    private let facts: RunFacts
    private let resolution: Resolution
    private let epochs: SaleEpochs
    /// Of each epoch, the positions that were certainly taken in it, ascending; nil where they cannot be told.
    private var taken: [[UniqueUnits.Claim]?] = []
    private var evidence: [CheckResult.Evidence] = []
    private var open: [String] = []
    private var claims = 0
    private var silent = 0

    static func check(_ facts: RunFacts, _ resolution: Resolution, _ epochs: SaleEpochs) -> CheckResult {
        if let problem = epochs.problem { return CheckResult(UniqueUnits.name, .inconclusive, problem) }
        var units = EpochUnits(facts: facts, resolution: resolution, epochs: epochs)
        for part in epochs.parts.indices { units.judge(part) }
        units.judgeDoubtful()
        return units.result
    }

    private init(facts: RunFacts, resolution: Resolution, epochs: SaleEpochs) {
        self.facts = facts
        self.resolution = resolution
        self.epochs = epochs
    }

    private mutating func judge(_ part: Int) {
        let own = epochs.parts[part]
        guard let start = own.start else {
            taken.append(nil)
            let tells = resolution.operations.indices.contains {
                epochs.ranges.only($0) == part && resolution.operations[$0].state == .won
                    && resolution.operations[$0].remaining != nil
            }
            if tells { open.append("\(epochs.name(part)) it is not known with how many units the sale went on") }
            return
        }
        var found = UniqueUnits.claims(facts, resolution, units: max(0, start), part: part, of: epochs)
        silent += found.silent
        claims += found.claims.count
        var shown = found.evidence + UniqueUnits.overlaps(&found.claims, resolution)
        taken.append(found.claims)
        guard !shown.isEmpty else { return }
        for index in shown.indices { shown[index].detail = "\(epochs.name(part)): \(shown[index].detail)" }
        // Each unit that was given back may have been sold once more, and as the first beyond what there was.
        if shown.count <= own.strays {
            open.append("\(epochs.name(part)) attempts that were under way at the reset may have given units back")
        } else {
            evidence += shown
        }
    }

    private mutating func judgeDoubtful() {
        for (index, operation) in resolution.operations.enumerated() {
            guard operation.state == .won, operation.isSingle, epochs.ranges.only(index) == nil,
                let remaining = operation.first.remaining
            else { continue }
            claims += 1
            let range = Int(epochs.ranges.low[index])...Int(epochs.ranges.high[index])
            guard !range.contains(where: { fits(operation.first.quantity, leaving: remaining, in: $0) }) else {
                continue
            }
            evidence.append(
                .init(
                    "this win may have been before a reset or after it, and in each case its unit was another's or did not exist",
                    attempts: [operation.first.attempt], tellsWhen: false))
        }
    }

    private func fits(_ quantity: Int, leaving remaining: Int, in part: Int) -> Bool {
        guard let start = epochs.parts[part].start, let taken = taken[part], epochs.parts[part].strays == 0 else {
            return true
        }
        guard remaining >= 0, remaining < start else { return false }
        let upper = start - remaining
        let lower = upper - quantity + 1
        guard lower >= 1 else { return false }
        let next = taken.partitioningIndex { $0.lower > upper }
        return next == 0 || taken[next - 1].upper < lower
    }

    private var result: CheckResult {
        let name = UniqueUnits.name
        guard evidence.isEmpty else {
            return CheckResult(
                name, .violated,
                "\(evidence.count.counted("time")) a unit of one epoch was sold to more than one buyer, or did not exist",
                evidence: evidence)
        }
        guard open.isEmpty else { return CheckResult(name, .inconclusive, open.joined(separator: "; ")) }
        guard claims > 0 else {
            return CheckResult(
                name, .notApplicable,
                UniqueUnits.nothingTold(facts, resolution))
        }
        return CheckResult(
            name, .upheld,
            "\(claims.counted("win")) took different units in \(epochs.parts.count.counted("epoch"))"
                + (silent == 0 ? "" : "; \(silent.grouped) more did not say which"))
    }
}

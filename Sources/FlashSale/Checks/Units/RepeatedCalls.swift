/// Whether calls that should only repeat one (`idempotent:`) took units of their own, as far as the stock tells.
///
/// An operation is judged by the units that it took, whatever it was called: more units that left the stock than all operations
/// wanted are somebody's, and calls that were made again are the first to be asked.
enum RepeatedCalls {
    /// Why it is not known that repeated calls took nothing; nil where nothing was repeated, or the account is exact.
    static func doubt(_ facts: RunFacts, _ resolution: Resolution) -> String? {
        guard facts.rules.idempotency != .none else { return nil }
        let repeated = resolution.operations.lazy.filter { $0.state != .disproven && callCount($0) > 1 }
        guard let first = repeated.first else { return nil }
        let count = repeated.count
        let noun = facts.rules.idempotency == .buyer ? "buyer" : "purchase"
        let who =
            "\(count.counted(noun)) asked more than once, such as \(noun) \(facts.rules.idempotency == .buyer ? first.buyer : first.purchase)"
        guard let left = left(facts, resolution) else {
            // Without a last read only answers and orders tell; both were asked.
            return facts.epoch.ledger?.isAtomic == true
                ? nil : "\(who), and the units left, which would tell, are not known"
        }
        // Where calls of different quantities are one operation, it may have been the largest that took effect.
        let larger = resolution.certain.reduce(0) { $0 + $1.mostQuantity - $1.leastQuantity }
        let more = left - resolution.certainUnits - larger
        guard more > 0 else { return nil }
        return
            "\(who), and \(more.counted("unit")) more left the stock than buyers hold: a call that only repeats may have taken "
            + (more == 1 ? "it" : "them")
    }

    /// What left the stock; nil where nobody knows.
    private static func left(_ facts: RunFacts, _ resolution: Resolution) -> Int? {
        guard case .units(let final) = facts.epoch.stock, final.magnitude <= 1 << 53, facts.doubts.serverLoss == nil
        else { return nil }
        guard let epochs = resolution.epochs else { return facts.epoch.totalUnits - final }
        return epochs.problem != nil ? nil : EpochSums(facts, resolution, epochs).leftInAll
    }

    /// Its calls that may have taken units.
    private static func callCount(_ operation: Operation) -> Int {
        operation.isSingle ? 1 : operation.attempts.count { $0.outcome == .won || $0.outcome == .unknown }
    }
}

/// The buyers' side and the server's agree: every win has exactly its order, every order is a win's or an unknown's.
///
/// An order is compared with all that it names. One of an attempt must be a win's or an unknown's own; one of a purchase or a
/// buyer must have a win or an unknown of that purchase or buyer that explains it, and there are no more of these orders
/// than such operations, and no fewer than wins, unless the server keeps one for each: then one win or several have one.
/// Where orders name nobody, all of them are compared with the whole sale. None of that needs the ledger to be atomic: a buyer
/// is told that they won after the order was written.
///
/// A member that is no order (a stranger, ``Ledger/unreadable``) accuses nobody: it may be the order of a win that lacks one,
/// and what a few of them are that no win lacks, such as a placeholder, is nobody's business.
enum LedgerCheck {
    static let name = CheckName.ledger
    /// So many strangers may be anything; more of them may be orders, of whomever.
    static let strangerLimit = 3

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard let ledger = facts.epoch.ledger else {
            if let loss = facts.doubts.serverLoss, facts.epoch.ledgerProblem != nil {
                return CheckResult(name, .inconclusive, "the orders at the end prove nothing: \(loss.reason)")
            }
            if let problem = facts.epoch.ledgerProblem {
                return CheckResult(name, .inconclusive, "the orders could not be read: \(problem)")
            }
            return CheckResult(name, .notApplicable, "the strategy keeps no orders")
        }
        let comparison = LedgerComparison(facts, ledger: ledger, resolution: resolution)
        // What no recorded attempt explains, an attempt may that the journals have lost.
        let proof = comparison.contradictions + (resolution.historyHasGaps ? [] : comparison.unexplained)
        guard proof.isEmpty else {
            return CheckResult(
                name, .violated,
                "\(proof.count.counted("difference")) between what buyers were told and the server's orders",
                evidence: proof)
        }
        guard comparison.unexplained.isEmpty else {
            return CheckResult(
                name, .inconclusive,
                "\(comparison.unexplained.count.counted("difference")) between what buyers were told and the server's orders; but the "
                    + "history has gaps, and what it lacks may explain them", evidence: comparison.unexplained)
        }
        let strangers = ledger.unreadable.count
        guard comparison.open.isEmpty, strangers <= strangerLimit else {
            let members =
                "\(strangers.counted("member")) of the ledger \(strangers == 1 ? "is" : "are") no order that the file describes"
            return CheckResult(
                name, .inconclusive,
                comparison.open.isEmpty
                    ? "\(members), and what they are is not known"
                    : "\(members); \(strangers == 1 ? "it" : "one of them") may be what "
                        + "\(comparison.open.count.counted("win")) without an order left",
                evidence: comparison.open
                    + ledger.unreadable.map { .init("the ledger holds something that is no order: \($0)") })
        }
        let proven = resolution.certainCount - resolution.winCount
        return CheckResult(
            name, .upheld,
            "\(ledger.count.counted("order")), each a buyer's who won"
                + (proven == 0 ? "" : " (\(proven.grouped) of attempts whose answer was lost)"))
    }
}

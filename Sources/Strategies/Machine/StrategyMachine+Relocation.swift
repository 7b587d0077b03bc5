internal import FlashSale

/// Where the server is one of several: what a node says that does not serve is said of the way, and not of what was asked, so it
/// comes before the outcomes of the strategy file.
extension StrategyMachine {
    /// What the node has said since the last time that somebody asked.
    package mutating func takeRelocation() -> Relocation? { relocation.take() }

    /// Remembers that the sale is elsewhere; the connection is of no more use.
    ///
    /// - Returns: whether the error says so.
    @discardableResult
    mutating func noteRelocation(_ reply: borrowing Reply) -> Bool {
        guard let told = Reply.relocation(in: reply.string()) else { return false }
        let found = fromThere(told)
        // The first tells most: what follows it in one write says the same, or that its transaction is over.
        if relocation == nil { relocation = found }
        connectionIsSuspect = true
        keep(reply)
        return true
    }

    /// What an error reply means that says where the sale is; nil where it says something else.
    ///
    /// The command was not executed. Of a transaction, nothing was: a client that is told so meets others who were quicker.
    mutating func misplaced(_ step: UnsafePointer<StrategyProgram.Step>, _ reply: borrowing Reply) -> Result? {
        guard step.pointee.kind == .transaction else {
            return noteRelocation(reply) ? .brokenOff(mayHaveWritten: written.before) : nil
        }
        guard !transaction.multiWasRefused else { return nil }
        let isAborted = reply.text(at: Reply.root, startsWithWord: Self.execAbort)
        guard noteRelocation(reply) || (isAborted && relocation != nil), let relocation else { return nil }
        // An answer that is none of these counts as any other would.
        guard !transaction.hasAnswer else { return nil }
        watch.end()
        keep(reply)
        switch relocation {
        case _ where written.before: return .brokenOff(mayHaveWritten: true)
        case .moved, .asked, .migrating: return Result(.conflict)
        case .notServing: return Result(.failed)
        }
    }
}

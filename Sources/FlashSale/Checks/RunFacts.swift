/// Everything that the checks may look at. Nothing here is read from anywhere: it is what has been recorded.
package struct RunFacts: Sendable {
    /// One worker process, as the coordinator knows it.
    package struct Worker: Sendable, Equatable {
        package var index: Int
        /// What its own report counted; nil if it never reported.
        package var reported: Tally?
        /// Why there is no report, in words for the user; nil if there is one.
        package var lost: String?

        package init(index: Int, reported: Tally?, lost: String? = nil) {
            self.index = index
            self.reported = reported
            self.lost = lost
        }
    }

    package var scenario: Scenario
    /// In the order of invocation.
    package var history: [Attempt]
    /// nil where the strategy keeps none, or where it could not be read (``ledgerProblem`` then says why).
    package var ledger: Ledger?
    package var ledgerProblem: String?
    package var finalStock: FinalStock
    package var workers: [Worker]
    /// Whether the run was stopped before every purchase was made.
    package var wasInterrupted: Bool
    /// Whether every client of ours was seen to be gone on the server before the final read.
    package var clientsWereGone: Bool
    /// Journals that could not be read, in words for the user.
    package var journalProblems: [String]
    /// Units that one buyer may have, as the strategy file says; nil if it sets no limit.
    package var limit: Int?
    /// Which repeated calls take nothing, as the strategy file says.
    package var idempotency: Idempotency

    /// Whether attempts were made that the history does not have: a journal cannot be read, or holds fewer than its worker
    /// counted. What no recorded attempt explains proves nothing then, for one of these may.
    var historyHasGaps: Bool {
        guard journalProblems.isEmpty else { return true }
        let kept = history.reduce(into: [:]) { kept, attempt in kept[attempt.worker, default: 0] += 1 }
        return workers.contains { ($0.reported?.attempts ?? 0) > kept[$0.index, default: 0] }
    }

    /// Whether an attempt whose end is not known may still have taken effect after the final read.
    package var hasStragglers: Bool {
        !clientsWereGone && history.contains { $0.outcome == .unknown && $0.returnedNanoseconds == nil }
    }

    package init(
        scenario: Scenario, history: [Attempt], ledger: Ledger?, ledgerProblem: String? = nil, finalStock: FinalStock,
        workers: [Worker], wasInterrupted: Bool = false, clientsWereGone: Bool = true, journalProblems: [String] = [],
        limit: Int? = nil, idempotency: Idempotency = .none
    ) {
        self.scenario = scenario
        self.history = history.sorted { ($0.invokedNanoseconds, $0.id) < ($1.invokedNanoseconds, $1.id) }
        self.ledger = ledger
        self.ledgerProblem = ledgerProblem
        self.finalStock = finalStock
        self.workers = workers
        self.wasInterrupted = wasInterrupted
        self.clientsWereGone = clientsWereGone
        self.journalProblems = journalProblems
        self.limit = limit
        self.idempotency = idempotency
    }
}

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

    /// Units of stock when the doors opened.
    package let units: Int
    /// Who was to buy what; nil for a history that another system recorded.
    package let scenario: Scenario?
    package let history: History
    package let survey: Survey
    /// nil where the strategy keeps none, or where it could not be read (``ledgerProblem`` then says why).
    package var ledger: Ledger?
    package var ledgerProblem: String?
    package var finalStock: FinalStock
    package var workers: [Worker]
    /// Whether the run was stopped before every purchase was made.
    package var wasInterrupted: Bool
    /// Whether every client of ours was seen to be gone on the server before the final read.
    package var clientsWereGone: Bool
    /// What is wrong with the journals, in words for the user.
    package var journalProblems: [String]
    /// Units that one buyer may have, as the strategy file says; nil if it sets no limit.
    package var limit: Int?
    /// Which repeated calls take nothing, as the strategy file says.
    package var idempotency: Idempotency
    /// Whether the history says which attempts are one purchase's.
    package var tellsPurchases = true
    /// How the server was lost while buyers bought; nil if it was there all the time, as far as is known.
    package var serverLoss: ServerLoss?

    /// What is wrong with other files that the verdict rests on, in words for the user.
    package var recordProblems: [String] = []
    /// Why the units, the stock at the end, and whatever else is not in the history may be wrong, in words that go on after
    /// "but"; nil if they can be relied on. Nobody is accused then.
    package var doubt: String?
    /// CLOCK_MONOTONIC from the opening of the doors until the last client was gone; nil where it is not known.
    package var span: ClosedRange<UInt64>?

    /// Whether attempts were made that the history does not have: a journal cannot be read, or holds fewer than its worker
    /// counted, or nothing was recorded at all. What no recorded attempt explains proves nothing then, for one of these may.
    var historyHasGaps: Bool {
        guard journalProblems.isEmpty, scenario != nil || history.count > 0 else { return true }
        return workers.contains { ($0.reported?.attempts ?? 0) > survey.tallies[$0.index]?.attempts ?? 0 }
    }

    /// Whether an attempt whose end is not known, or which the history lacks, may still have taken effect after the final
    /// read.
    package var hasStragglers: Bool { !clientsWereGone && (survey.openEnds > 0 || historyHasGaps) }

    package init(
        scenario: Scenario, history: History, ledger: Ledger?, ledgerProblem: String? = nil, finalStock: FinalStock,
        workers: [Worker], wasInterrupted: Bool = false, clientsWereGone: Bool = true, journalProblems: [String] = [],
        limit: Int? = nil, idempotency: Idempotency = .none
    ) {
        units = scenario.units
        self.scenario = scenario
        self.history = history
        survey = Survey(history, scenario)
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

    /// The same from single attempts, in any order.
    package init(
        scenario: Scenario, history: [Attempt], ledger: Ledger?, ledgerProblem: String? = nil, finalStock: FinalStock,
        workers: [Worker], wasInterrupted: Bool = false, clientsWereGone: Bool = true, journalProblems: [String] = [],
        limit: Int? = nil, idempotency: Idempotency = .none
    ) {
        self.init(
            scenario: scenario, history: History(history), ledger: ledger, ledgerProblem: ledgerProblem,
            finalStock: finalStock, workers: workers, wasInterrupted: wasInterrupted, clientsWereGone: clientsWereGone,
            journalProblems: journalProblems, limit: limit, idempotency: idempotency)
    }

    /// What another system recorded: a history, and what else is known of the sale.
    ///
    /// - Parameter tellsPurchases: whether it says which attempts are one purchase's; otherwise each stands for itself.
    package init(units: Int, history: History, ledger: Ledger?, finalStock: FinalStock?, tellsPurchases: Bool) {
        self.units = units
        scenario = nil
        self.history = history
        survey = Survey(history, nil)
        self.ledger = ledger
        ledgerProblem = nil
        self.finalStock = finalStock ?? .unread
        workers = []
        wasInterrupted = false
        clientsWereGone = true
        journalProblems = []
        limit = nil
        idempotency = .none
        self.tellsPurchases = tellsPurchases
    }
}

/// What the workers recorded, or what another system did.
package struct RecordedAttempts: Sendable {
    /// One worker process, as the coordinator knows it.
    package struct Worker: Sendable, Equatable {
        package var index: Int
        /// What its own report counted; nil if it never reported.
        package var reported: Tally?
        /// Why there is no report, in words for the user; nil if there is one.
        package var lost: String?
        /// Whether it may have made attempts that never arrived: it was on another machine, which was lost before all of its journal had
        /// come.
        package var isIncomplete = false

        package init(index: Int, reported: Tally?, lost: String? = nil, isIncomplete: Bool = false) {
            self.index = index
            self.reported = reported
            self.lost = lost
            self.isIncomplete = isIncomplete
        }
    }

    package private(set) var history: History
    package private(set) var survey: Survey
    /// Who was to buy what; nil for a history that another system recorded.
    package let scenario: Scenario?
    package var workers: [Worker] = []
    /// Whether the run was stopped before every purchase was made.
    package var wasInterrupted = false
    /// What is wrong with the journals, in words for the user.
    package var journalProblems: [String] = []
    /// Whether the history says which attempts are one purchase's.
    package var tellsPurchases = true
    /// Whether the history says which attempts are one buyer's.
    package var tellsBuyers = true
    /// Whether the strategy file says where replies name the units that were sold.
    package var tellsUnits = false
    /// Whether it says where replies have what is left of each item of a cart.
    package var tellsLeft = false

    /// Whether attempts that overlap did so by more than what their rounded times leave open, as far as is known.
    package var metForCertain = true

    /// `host:port` of the nodes that attempts are recorded with, from 1; empty where there is one server only.
    package var nodes: [String] = []

    /// Why an attempt of the run failed or has no clear end, the first time that was seen; nil where none did, or nobody knows.
    package var firstError: String?

    /// What the workers of a run recorded.
    package init(_ history: History, of scenario: Scenario, workers: [Worker]) {
        self.history = history
        self.scenario = scenario
        self.workers = workers
        survey = Survey(history, scenario, incomplete: Set(workers.lazy.filter(\.isIncomplete).map(\.index)))
    }

    /// What another system recorded.
    ///
    /// - Parameters:
    ///   - tellsPurchases: whether it says which attempts are one purchase's; otherwise each stands for itself.
    ///   - tellsBuyers: whether it says which attempts are one buyer's.
    package init(_ history: History, tellsPurchases: Bool, tellsBuyers: Bool = true) {
        self.history = history
        self.tellsPurchases = tellsPurchases
        self.tellsBuyers = tellsBuyers
        scenario = nil
        survey = Survey(history, nil)
    }

    /// Says what is in the carts of its purchases; nil where they have none.
    package var carts: CartPicker? { scenario.flatMap { CartPicker($0) } }

    /// The part of it that is about one of several items.
    ///
    /// - Parameter units: of that item, when the doors opened.
    func ofItem(_ own: History, units: Int) -> RecordedAttempts {
        var recorded = self
        recorded.history = own
        recorded.survey = Survey(own, scenario)
        // Who reported what is known of all items together.
        if hasGaps { recorded.journalProblems.append("attempts may be missing") }
        recorded.workers = []
        return recorded
    }

    /// The same with other attempts in the place of these, which tell of the same purchases.
    func replaced(by history: History) -> RecordedAttempts {
        var recorded = self
        recorded.history = history
        recorded.survey = Survey(history, scenario)
        // Who reported what is known of the attempts that were made.
        if hasGaps { recorded.journalProblems.append("attempts may be missing") }
        recorded.workers = []
        return recorded
    }

    /// The same as it is judged: each attempt as long as it may have taken by the clocks of several machines.
    var widened: RecordedAttempts {
        let wide = history.widened
        guard wide !== history else { return self }
        var recorded = self
        recorded.history = wide
        recorded.survey = Survey(survey, widened: wide)
        return recorded
    }

    /// The same as it is shown, and as the clock of each machine has it.
    var asShown: RecordedAttempts {
        var recorded = self
        recorded.history = history.asShown
        return recorded
    }

    /// Purchases with more than one win.
    package var purchasesWonAgain: Int {
        let won = survey.effective.lazy.map { history.record(at: $0) }.filter { $0.outcome == .won }.map(\.purchase)
            .sorted()
        var count = 0
        for index in won.indices.dropFirst()
        where won[index] == won[index - 1] && (index == 1 || won[index] != won[index - 2]) {
            count += 1
        }
        return count
    }

    /// Whether attempts were made that the history does not have: a journal cannot be read, or holds fewer than its worker
    /// counted, or a worker's never arrived as a whole, or nothing was recorded at all. What no recorded attempt explains proves nothing then, for one of these may.
    var hasGaps: Bool {
        guard journalProblems.isEmpty, scenario != nil || history.count > 0 else { return true }
        return workers.contains {
            $0.isIncomplete || ($0.reported?.attempts ?? 0) > survey.tallies[$0.index]?.attempts ?? 0
        }
    }
}

import FactsTestSupport
import FlashSale

/// Eight purchases over two workers and two units of time each; five units, three left; everything agrees.
struct ForgedSale {
    var scenario = Scenario(
        strategy: .init(name: "forged", yaml: ""), units: 5, buyers: 8, attempts: 3, procs: 2, threads: 2)
    var history: [Attempt] = []
    var ledger: Ledger? = Ledger(orders: [], isAtomic: true)
    var ledgerProblem: String?
    var stock = FinalStock.units(3)
    var wasInterrupted = false
    var clientsWereGone = true
    var journalProblems: [String] = []
    var lost: [Int: String] = [:]
    var serverLoss: ServerLoss?
    var keysLoss: KeysLoss?
    var firstError: String?
    var brokenInRehearsal: [CheckName] = []
    /// What workers report, where it differs from the history.
    var reports: [Int: Tally?] = [:]

    init() {
        add(1, .won, 100, 200, remaining: 4)
        add(2, .conflict, 110, 190)
        add(2, .conflict, 210, 290, number: 2)
        add(2, .conflict, 310, 390, number: 3)
        add(3, .won, 150, 250, remaining: 3)
        add(4, .conflict, 160, 240)
        add(4, .failed, 260, 300, number: 2)
        add(4, .conflict, 310, 420, number: 3)
        for purchase in 5...8 {
            add(purchase, .failed, 500, 600, number: 1)
            add(purchase, .failed, 610, 700, number: 2)
            add(purchase, .conflict, 710, 800, number: 3)
        }
        addOrder(1)
        addOrder(3)
    }

    mutating func add(
        _ purchase: Int, _ outcome: Outcome, _ invoked: UInt64, _ returned: UInt64?, number: Int = 1,
        remaining: Int? = nil
    ) {
        history.append(
            Attempt(
                id: scenario.attemptID(purchase: purchase, number: number), purchase: purchase, buyer: purchase,
                worker: scenario.worker(ofPurchase: purchase), number: number, invokedNanoseconds: invoked,
                returnedNanoseconds: returned, outcome: outcome, remaining: remaining))
    }

    mutating func addOrder(_ purchase: Int, number: Int = 1) {
        let order = Ledger.Order(attempt: scenario.attemptID(purchase: purchase, number: number), buyer: purchase)
        ledger?.orders.append(order)
    }

    func index(_ purchase: Int, number: Int = 1) -> Int {
        history.firstIndex { $0.purchase == purchase && $0.number == number }!
    }

    mutating func change(_ purchase: Int, number: Int = 1, _ change: (inout Attempt) -> Void) {
        change(&history[index(purchase, number: number)])
    }

    /// Ends purchase 5 after one attempt of that outcome.
    mutating func end5(_ outcome: Outcome, returned: UInt64? = 600, remaining: Int? = nil) {
        history.removeAll { $0.purchase == 5 }
        add(5, outcome, 500, returned, remaining: remaining)
    }

    var verdict: Verdict { Checks.judge(facts) }

    var facts: RunFacts {
        let journals = Dictionary(grouping: history, by: \.worker).mapValues { Tally($0) }
        let workers = (0..<scenario.procs).map { index in
            RecordedAttempts.Worker(
                index: index, reported: lost[index] != nil ? nil : reports[index] ?? journals[index] ?? Tally(),
                lost: lost[index])
        }
        var facts = RunFacts(
            scenario: scenario, history: history, ledger: ledger, ledgerProblem: ledgerProblem, finalStock: stock,
            workers: workers, wasInterrupted: wasInterrupted, clientsWereGone: clientsWereGone,
            journalProblems: journalProblems)
        facts.doubts.serverLoss = serverLoss
        facts.doubts.keysLoss = keysLoss
        facts.recorded.firstError = firstError
        facts.brokenInRehearsal = brokenInRehearsal
        return facts
    }
}

internal import FlashSale
internal import Strategies

/// Buyers who do what a strategy file says: each runs the machine of a run, and asks a service or programs for each of its steps.
final class FileBuyers: Participants {
    private let file: SaleFile
    private let asked: any AskedParticipants
    private let settings: ProgramSettings
    private var purchases: [FilePurchase] = []
    /// Those that are over, and nobody has heard of it.
    private var over: [Int] = []
    /// Whether what is under way is only to come to its end.
    private var isEnding = false
    private var signIn: StrategyProgram?
    private(set) var questions = 0

    init(_ file: SaleFile, _ settings: ProgramSettings, asking asked: any AskedParticipants) {
        self.file = file
        self.settings = settings
        self.asked = asked
    }

    func slot(of purchase: Int) -> Int { asked.slot(of: purchase) }
    var beginOneByOne: Bool { asked.beginOneByOne }
    var shareMemory: Bool { asked.shareMemory }
    var endsWithPurchases: Bool { asked.endsWithPurchases }
    var descriptors: [Int32] { asked.descriptors }
    var nextTimer: UInt64? { over.isEmpty ? asked.nextTimer : 0 }
    var lastWords: String { asked.lastWords }

    func ended() -> String? { asked.ended() }
    func revive() throws(RunError) { try asked.revive() }

    func prepare(purchases count: Int) throws(RunError) {
        try asked.prepare(purchases: count)
        // What a sale has of units, no question to a service tells.
        purchases = []
        over = []
    }

    /// Makes ready for a sale of so many units.
    func open(purchases count: Int, units: Int) {
        let scenario = file.scenario(purchases: count, units: units, quantity: settings.quantity)
        let program = StrategyProgram(
            file.strategy, saleTag: StrategySale.tag, readOnlyCommands: [], scriptHashes: [:], scenario: scenario)
        signIn = StrategyProgram.signIn(of: file.strategy, saleTag: StrategySale.tag, scenario: scenario)
        purchases = (0..<count).map { FilePurchase($0, of: file, program, scenario) }
    }

    /// What signs all of them in, one after the other, each at its own instance; nil where nobody signs in.
    ///
    /// - Parameter base: the URL of a purchase's instance.
    func signingIn(at base: (Int) -> String) -> (@Sendable () throws(RunError) -> Void)? {
        guard let signIn else { return nil }
        let all = purchases
        let bases = purchases.indices.map(base)
        return { () throws(RunError) in
            for (purchase, base) in zip(all, bases) { try purchase.signIn(by: signIn, at: base) }
        }
    }

    // MARK: Buying

    func begin(_ purchase: Int) throws(RunError) {
        isEnding = false
        try ask(purchase, purchases[purchase].begin())
    }

    private func ask(_ purchase: Int, _ question: [UInt8]?) throws(RunError) {
        guard let question else {
            over.append(purchase)
            return
        }
        questions += 1
        try asked.ask(purchase, question)
    }

    func answers(after steps: Int) throws(RunError) -> [(purchase: Int, answer: ProgramAnswer)] {
        for (purchase, reply) in try asked.replies() where !isEnding && purchases.indices.contains(purchase) {
            try ask(purchase, purchases[purchase].take(reply, after: steps))
        }
        defer { over = [] }
        return over.map { purchase in
            let own = purchases[purchase]
            return (purchase, ProgramAnswer(.outcome(own.outcome), text: own.hole ?? ""))
        }
    }

    func attempts(of purchase: Int, steps: [Int]) -> [Attempt]? { purchases[purchase].attempts(steps: steps) }

    // MARK: Ends

    func processes(of purchase: Int?) -> [Int32] { asked.processes(of: purchase) }

    func endPurchases() -> Bool {
        isEnding = true
        over = []
        return asked.endPurchases()
    }

    func startAgain(_ purchases: [Int]) throws(RunError) { try asked.startAgain(purchases) }
    func kill(_ purchase: Int) throws(RunError) { try asked.kill(purchase) }
    func stop() { asked.stop() }
}

internal import Clients
internal import FlashSale
internal import HTTPTransport
internal import RedisDriver
internal import Strategies

/// A purchase that runs a file's machine, and tells what to ask next.
///
/// `@unchecked Sendable`: it is used by one thread at a time; only a sign-in is made on another one, which is waited for.
final class FilePurchase: @unchecked Sendable {
    /// An attempt, and the steps that were taken before it began and before it ended.
    private struct Made {
        var number: Int
        var began: Int
        /// nil where it is under way.
        var ended: Int?
        var result = AttemptResult(.unknown)
        /// False where what it has sent may still take effect.
        var isOver = true
        var unit: String?
    }

    private static var signInMilliseconds: Int { 30_000 }

    /// Its place, from 0.
    private let place: Int
    private let number: Int
    private let scenario: Scenario
    private let program: StrategyProgram
    private var core: ClientCore<StrategyMachine>
    /// What its client has kept from signing in; nil where it has not.
    private var signedIn: StrategyMachine?
    private var made: [Made] = []
    /// The first answer that the file does not name.
    private(set) var hole: String?

    init(_ place: Int, of file: SaleFile, _ program: StrategyProgram, _ scenario: Scenario) {
        self.place = place
        self.program = program
        self.scenario = scenario
        number = file.number(ofPurchase: place)
        core = ClientCore(program)
    }

    private var buyer: Int { scenario.buyer(ofPurchase: number) }

    /// Signs in anew.
    ///
    /// - Parameter base: the URL of the instance that it asks.
    /// - Throws: 69 where that is refused.
    func signIn(by program: StrategyProgram, at base: String) throws(RunError) {
        var endpoint = ServiceEndpoint(base: base)
        endpoint.staysHere = true
        signedIn = try SignIn.run(
            program, client: place + 1, at: endpoint, timeoutMilliseconds: Self.signInMilliseconds)
    }

    /// Begins anew.
    ///
    /// - Returns: what is to be asked; nil where the purchase is over without asking.
    func begin() -> [UInt8]? {
        core = ClientCore(program)
        core.machine.context.client = place + 1
        if signedIn != nil { core.machine.signIn(from: signedIn!) }
        made = []
        hole = nil
        return goOn(startAttempt(after: 0), after: 0)
    }

    /// Takes an answer.
    ///
    /// - Parameter steps: that were taken.
    /// - Returns: what is to be asked next; nil where the purchase is over.
    func take(_ reply: Result<Reply, ConnectionError>, after steps: Int) -> [UInt8]? {
        switch reply {
        case .success(let reply):
            core.reached()
            return goOn(core.received(reply), after: steps)
        case .failure(let error): return goOn(core.failed(error), after: steps)
        }
    }

    private func startAttempt(after steps: Int) -> ClientOrder {
        made.append(Made(number: made.count + 1, began: steps))
        let client = core.machine.context.client
        core.machine.context = AttemptContext(
            buyer: buyer, purchase: number, attempt: scenario.attemptID(purchase: number, number: made.count),
            quantity: scenario.quantity.min, nowMilliseconds: StrategySale.now)
        core.machine.context.client = client
        return core.start(isConnected: true)
    }

    /// Carries out the core's orders until something is to be asked. Time does not pass for those who think.
    private func goOn(_ first: ClientOrder, after steps: Int) -> [UInt8]? {
        var order = first
        while true {
            switch order {
            case .send, .receive, .open: return Array(core.machine.output)
            case .think: order = core.afterThinking()
            case .pause: order = core.afterPause()
            case .end(let ending):
                end(ending, after: steps)
                guard made.count < scenario.attempts,
                    ending.result.outcome.mayRetry(retryUnknown: scenario.retryUnknown)
                else { return nil }
                order = startAttempt(after: steps)
            case .sendStruck, .follow: preconditionFailure("an explored sale has no faults of the wire, and one server")
            }
        }
    }

    private func end(_ ending: AttemptEnding, after steps: Int) {
        let names = ending.result.namesUnits ? UnitNameList(core.machine.unitNames) : nil
        let last = made.count - 1
        made[last].ended = steps
        made[last].result = ending.result
        made[last].isOver = ending.isOver
        made[last].unit = names.map { UnitText.text($0.map { String(decoding: $0, as: UTF8.self) }) }
        if hole == nil { hole = core.machine.firstHole }
    }

    /// How the last attempt ended.
    var outcome: Outcome { made.last.map { $0.ended == nil ? .unknown : $0.result.outcome } ?? .unknown }

    /// All its attempts, with steps as times.
    ///
    /// - Parameter own: the places of the steps that were its commands.
    func attempts(steps own: [Int]) -> [Attempt] {
        made.map { attempt in
            let isLast = attempt.number == made.count
            // What is written after the last answer belongs to the purchase as well.
            let steps = own.filter { $0 >= attempt.began && (isLast || $0 < attempt.ended ?? .max) }
            let first = steps.first ?? max(0, attempt.began - 1)
            let returned = attempt.ended.flatMap { ended in
                attempt.isOver ? StepTime.returned(at: max(first, steps.last ?? 0, ended - 1)) : nil
            }
            let result = attempt.ended == nil ? AttemptResult(.unknown) : attempt.result
            return Attempt(
                id: scenario.attemptID(purchase: number, number: attempt.number), purchase: number, buyer: buyer,
                client: place, number: attempt.number, invokedNanoseconds: StepTime.invoked(at: first),
                returnedNanoseconds: returned, outcome: result.outcome, quantity: scenario.quantity.min,
                remaining: result.remaining, isHole: result.isHole, unit: attempt.unit)
        }
    }
}

import CLinux
import Clients
import FlashSale
import Strategies

/// A machine and what it is told. A struct that owns its state: captured variables would be measured too.
struct Stage: ~Copyable {
    private var machine: StrategyMachine
    /// In plain memory: an array's references would be counted at each look.
    private let replies: UnsafeMutableBufferPointer<Reply>
    private let scenario: Scenario
    private let usesWallClock: Bool
    private var reply = Reply()
    private(set) var bytes = 0

    init(_ scene: Scene) throws {
        let strategy = try StrategyFile.parse(scene.yaml, file: scene.name)
        scenario = Scenario(
            strategy: .init(name: scene.name, yaml: scene.yaml), units: 1000, buyers: 1, procs: 1, threads: 1)
        let program = StrategyProgram(
            strategy, saleTag: "{stress:benchmark}", readOnlyCommands: ["GET"],
            scriptHashes: ["buy": "0123456789012345678901234567890123456789"], scenario: scenario)
        usesWallClock = program.usesWallClock
        machine = StrategyMachine(program)
        replies = .allocate(capacity: scene.replies.count)
        _ = replies.initialize(from: scene.replies)
    }

    deinit {
        replies.deinitialize()
        replies.deallocate()
    }

    mutating func play(_ attempts: Int) {
        for attempt in 1...attempts {
            _ = goOn(
                machine.begin(
                    .init(
                        buyer: attempt, purchase: attempt, attempt: attempt, quantity: 1, worker: 0, thread: 0,
                        nowMilliseconds: 0)))
        }
    }

    /// The same with the ids and the quantity that an attempt has in a sale, which it needs whether it is recorded or not.
    mutating func playUnrecorded(_ attempts: Int) {
        for purchase in 1...attempts {
            _ = goOn(
                machine.begin(
                    .init(
                        buyer: Scenario.buyer(ofPurchase: purchase, purchasesPerBuyer: scenario.purchasesPerBuyer),
                        purchase: purchase,
                        attempt: Scenario.attemptID(purchase: purchase, number: 1, attempts: scenario.attempts),
                        quantity: Scenario.quantity(
                            ofPurchase: purchase, in: scenario.quantity, seed: scenario.seed),
                        worker: 0, thread: 0, nowMilliseconds: 0)))
        }
    }

    /// What a thread of the product records with.
    func recorder(_ journal: JournalWriter) throws -> Recorder {
        try Recorder(
            scenario, worker: 0, thread: 0, usesWallClock: usesWallClock,
            journal: try ThreadJournal(of: journal, clients: 1), progress: ThreadProgress())
    }

    /// The same, recorded: the calls and the looks at the clock that an attempt has in `EventLoopDriver`, which looks when an
    /// event wakes it up and when an attempt ends.
    mutating func playRecorded(_ attempts: Int, recorder: inout Recorder) throws(JournalError) {
        var now = Clock.nanoseconds()
        let opened = now
        var purchase = PurchaseUnderWay()
        for number in 1...attempts {
            recorder.begin(&purchase, for: .init(purchase: number, plannedNanoseconds: nil), opened: opened)
            var result: AttemptResult
            repeat {
                try recorder.invoke(&purchase, context: &machine.context, client: 0, at: now)
                let action = machine.begin()
                now = Clock.nanoseconds()
                result = goOn(action)
                now = Clock.nanoseconds()
            } while recorder.complete(&purchase, with: result, at: now, isOver: true)
            recorder.end()
        }
    }

    /// As a client does: the reply lies in a variable of its own.
    private mutating func receive(_ next: Int) -> AttemptAction {
        swap(&reply, &replies[next])
        defer { swap(&reply, &replies[next]) }
        return machine.receive(reply)
    }

    /// Plays an attempt to its end, by the same code with recording and without.
    @inline(never)
    private mutating func goOn(_ first: AttemptAction) -> AttemptResult {
        var next = 0
        var action = first
        while true {
            switch action {
            case .send:
                bytes &+= machine.output.count
                action = receive(next)
                next += 1
            case .receive:
                action = receive(next)
                next += 1
            case .follow: fatalError("nobody is sent to another node")
            case .think: action = machine.afterThinking()
            case .goToShelf: action = machine.arrive()
            case .finish(let result):
                if case .won = result.outcome, next == replies.count { return result }
                fatalError("the attempt did not win")
            }
        }
    }
}

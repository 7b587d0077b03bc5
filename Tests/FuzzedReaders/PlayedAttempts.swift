import FlashSale
import Strategies

/// Attempts of a strategy against a server, a service or a program that answers anything. What a client relies on is checked at
/// each turn: for everything that is asked, one answer is read, and nothing is sent before all answers are there.
struct PlayedAttempts: ~Copyable {
    private var machine: StrategyMachine
    private var replies: ReplyMaker
    private let counterpart: Counterpart
    private let quantity: Int
    /// The outcomes that the strategy names, and those that an attempt has where it breaks off.
    private let outcomes: Set<Outcome>
    /// Commands whose replies were not read yet.
    private var unanswered = 0
    private var commands = 0
    /// What came of it: the result of each attempt, and a digest of all that was sent.
    private var played = Played()

    /// What came of attempts.
    struct Played: Equatable {
        var results: [AttemptResult] = []
        var units: [[UInt8]] = []
        /// FNV-1a of what was sent.
        var sent: UInt64 = 0xCBF2_9CE4_8422_2325
    }

    private static let quantities = 4

    init(_ strategy: Strategy, bytes: [UInt8], quantity: Int = 1) throws(BrokenPromise) {
        try self.init(Prepared(strategy), bytes: bytes, quantity: quantity)
    }

    init(_ prepared: Prepared, bytes: [UInt8], quantity: Int = 1) throws(BrokenPromise) {
        self.init(
            prepared.program, ReplyMaker(bytes, of: prepared.counterpart), prepared.counterpart, quantity,
            prepared.outcomes)
        guard let program = prepared.signIn else { return }
        var client = PlayedAttempts(program, replies, counterpart, 1, [.won])
        try client.play(1)
        replies = client.replies
        if client.played.results.last?.outcome == .won { machine.signIn(from: client.machine) }
    }

    private init(
        _ program: StrategyProgram, _ replies: ReplyMaker, _ counterpart: Counterpart, _ quantity: Int,
        _ outcomes: Set<Outcome>
    ) {
        machine = StrategyMachine(program)
        self.replies = replies
        self.counterpart = counterpart
        self.quantity = min(max(1, quantity), Self.quantities)
        self.outcomes = outcomes.union(
            counterpart.kind == .server ? [.failed, .unknown, .conflict] : [.failed, .unknown])
    }

    /// A strategy that is ready to be played.
    struct Prepared: Sendable {
        let program: StrategyProgram
        let signIn: StrategyProgram?
        let counterpart: Counterpart
        let outcomes: Set<Outcome>

        init(_ strategy: Strategy) {
            program = PlayedAttempts.program(strategy)
            signIn = StrategyProgram.signIn(
                of: strategy, saleTag: "{t}", scenario: PlayedAttempts.scenario(strategy))
            counterpart = Counterpart(strategy)
            var named: Set<Outcome> = []
            for step in strategy.buy {
                named.formUnion(step.rules.map(\.outcome))
                if case .finish(let outcome, _) = step.kind { named.insert(outcome) }
            }
            outcomes = named
        }
    }

    private static func scenario(_ strategy: Strategy) -> Scenario {
        Scenario(
            strategy: .init(name: strategy.name, yaml: ""), units: 5, buyers: 10,
            quantity: .init(min: 1, max: Self.quantities), procs: 1, threads: 1)
    }

    private static func program(_ strategy: Strategy) -> StrategyProgram {
        let hashes = Dictionary(
            strategy.scripts.map { ($0.name, String(repeating: "a", count: 40)) },
            uniquingKeysWith: { first, _ in first })
        return StrategyProgram(
            strategy, saleTag: "{t}",
            readOnlyCommands: ["GET", "WATCH", "EXISTS", "HGET", "ECHO", "LINDEX", "UNWATCH"],
            scriptHashes: hashes, scenario: scenario(strategy))
    }

    /// Plays attempts until nothing is left to be answered, or there were so many.
    @discardableResult
    consuming func play(most: Int) throws(BrokenPromise) -> Played {
        for attempt in 1...most {
            try play(attempt)
            guard !replies.isOver else { break }
        }
        try BrokenPromise.unless(
            machine.commandsSent == commands, "\(commands) commands went out, \(machine.commandsSent) are counted")
        return played
    }

    private mutating func play(_ attempt: Int) throws(BrokenPromise) {
        var action = machine.begin(
            AttemptContext(
                buyer: attempt % 3 + 1, purchase: attempt, attempt: attempt, quantity: quantity, worker: 1, thread: 2,
                nowMilliseconds: 1_700_000_000_000))
        var turns = 0
        while true {
            turns += 1
            try BrokenPromise.unless(turns < 100_000, "the attempt does not end")
            switch action {
            case .send:
                try BrokenPromise.unless(unanswered == 0, "something is sent before \(unanswered) replies were read")
                let count = try counterpart.answers(to: machine.output, attempt: attempt)
                for byte in machine.output { played.sent = (played.sent ^ UInt64(byte)) &* 0x100_0000_01B3 }
                commands += count
                unanswered = count
            case .receive: break
            case .follow: throw BrokenPromise("a step goes to another node, and there is none")
            case .goToShelf:
                action = machine.arrive()
                continue
            case .think(let microseconds):
                try BrokenPromise.unless(microseconds >= 0, "it thinks for \(microseconds) µs")
                action = machine.afterThinking()
                continue
            case .finish(let result):
                try BrokenPromise.unless(unanswered == 0, "the attempt ends before \(unanswered) replies were read")
                try check(result)
                played.results.append(result)
                // A connection that is suspect is given up.
                if machine.connectionIsSuspect { _ = machine.lose() }
                return
            }
            try BrokenPromise.unless(unanswered > 0, "a reply is wanted that nobody asked for")
            guard case .reply(let reply) = replies.next() else {
                let mayTakeEffect = machine.mayStillTakeEffect
                let result = machine.lose()
                try BrokenPromise.unless(
                    !mayTakeEffect || result.outcome == .unknown, "\(result.outcome) is told of what may take effect")
                unanswered = 0
                played.results.append(result)
                return
            }
            unanswered -= 1
            action = machine.receive(reply)
        }
    }

    private mutating func check(_ result: AttemptResult) throws(BrokenPromise) {
        try BrokenPromise.unless(outcomes.contains(result.outcome), "nothing names the outcome \(result.outcome)")
        if result.isHole {
            try BrokenPromise.unless(
                result.outcome == .won || result.outcome == .unknown || result.outcome == .failed,
                "a hole has the outcome \(result.outcome)")
            try BrokenPromise.unless(
                machine.firstHole != nil || machine.firstNameless != nil, "nobody can say which reply no rule matches")
        }
        guard result.namesUnits else { return }
        played.units.append(Array(machine.unitNames))
        let names = UnitNameList(machine.unitNames).map { $0.map { String(validating: $0, as: UTF8.self) } } ?? []
        try BrokenPromise.unless(
            (1...quantity).contains(names.count) && !names.contains(nil), "\(quantity) units have the names \(names)")
    }
}

import FlashSale
import Strategies

/// Attempts of a strategy against a server that answers anything. What a client relies on is checked at each turn: for every
/// command that is sent, one reply is read, and nothing is sent before all replies are there.
struct PlayedAttempts: ~Copyable {
    private var machine: StrategyMachine
    private var replies: ReplyMaker
    private let quantity: Int
    /// Commands whose replies were not read yet.
    private var unanswered = 0
    private var commands = 0

    private static let quantities = 4

    init(_ strategy: Strategy, replies: ReplyMaker, quantity: Int = 1) {
        self.init(Self.program(strategy), replies: replies, quantity: quantity)
    }

    init(_ program: StrategyProgram, replies: ReplyMaker, quantity: Int = 1) {
        machine = StrategyMachine(program)
        self.replies = replies
        self.quantity = min(max(1, quantity), Self.quantities)
    }

    static func program(_ strategy: Strategy) -> StrategyProgram {
        let scenario = Scenario(
            strategy: .init(name: strategy.name, yaml: ""), units: 5, buyers: 10,
            quantity: .init(min: 1, max: Self.quantities), procs: 1, threads: 1)
        let hashes = Dictionary(
            strategy.scripts.map { ($0.name, String(repeating: "a", count: 40)) },
            uniquingKeysWith: { first, _ in first })
        return StrategyProgram(
            strategy, saleTag: "{t}",
            readOnlyCommands: ["GET", "WATCH", "EXISTS", "HGET", "ECHO", "LINDEX", "UNWATCH"],
            scriptHashes: hashes, scenario: scenario)
    }

    /// Plays attempts until nothing is left to be answered, or there were so many.
    consuming func play(most: Int) throws(BrokenPromise) {
        for attempt in 1...most {
            try play(attempt)
            guard !replies.isOver else { break }
        }
        try BrokenPromise.unless(
            machine.commandsSent == commands, "\(commands) commands went out, \(machine.commandsSent) are counted")
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
                let count = try Self.commands(in: machine.output)
                commands += count
                unanswered = count
            case .receive: break
            case .think(let microseconds):
                try BrokenPromise.unless(microseconds >= 0, "it thinks for \(microseconds) µs")
                action = machine.afterThinking()
                continue
            case .finish(let result):
                try BrokenPromise.unless(unanswered == 0, "the attempt ends before \(unanswered) replies were read")
                try check(result)
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
                return
            }
            unanswered -= 1
            action = machine.receive(reply)
        }
    }

    private func check(_ result: AttemptResult) throws(BrokenPromise) {
        if result.isHole {
            try BrokenPromise.unless(
                result.outcome == .won || result.outcome == .unknown || result.outcome == .failed,
                "a hole has the outcome \(result.outcome)")
            try BrokenPromise.unless(
                machine.firstHole != nil || machine.firstNameless != nil, "nobody can say which reply no rule matches")
        }
        guard result.namesUnits else { return }
        let names = UnitNameList(machine.unitNames).map { $0.map { String(validating: $0, as: UTF8.self) } } ?? []
        try BrokenPromise.unless(
            (1...quantity).contains(names.count) && !names.contains(nil), "\(quantity) units have the names \(names)")
    }

    /// How many commands were written, each an array of bulk strings.
    private static func commands(in bytes: UnsafeRawBufferPointer) throws(BrokenPromise) -> Int {
        var index = 0
        var count = 0
        func number(after mark: UInt8) -> Int? {
            guard index < bytes.count, bytes[index] == mark,
                let end = bytes[index...].firstIndex(of: 13), end + 1 < bytes.count, bytes[end + 1] == 10
            else { return nil }
            let number = Reply.integer(bytes[(index + 1)..<end])
            index = end + 2
            return number
        }
        while index < bytes.count {
            let arguments = number(after: UInt8(ascii: "*"))
            guard let arguments, arguments > 0 else { throw BrokenPromise("a command has no head at byte \(index)") }
            for _ in 0..<arguments {
                let length = number(after: UInt8(ascii: "$"))
                guard let length, length >= 0, index + length + 2 <= bytes.count,
                    bytes[index + length] == 13, bytes[index + length + 1] == 10
                else { throw BrokenPromise("an argument is not whole at byte \(index)") }
                index += length + 2
            }
            count += 1
        }
        try BrokenPromise.unless(count > 0, "nothing is sent")
        return count
    }
}

import FlashSale

@testable import Strategies

/// Answers each command once, sensibly or not, and keeps account of what took effect.
struct FickleServer {
    var generator: SplitMix64
    /// Every command with its answer; without one where the connection was lost.
    private var exchanges: [(command: String, said: Said?)] = []
    var log: String {
        exchanges.map { "\($0) → \($1?.reply.description ?? "lost")" }.joined(separator: ", ")
    }
    var complaint: String?
    var commandCount = 0
    /// Whether a command with an effect was answered without an error or is still without an answer.
    var hadEffect: Bool { tookEffect || (isLost && wroteEffect) }
    private var tookEffect = false
    private var wroteEffect = false
    private var isLost = false
    private var pending: [String] = []
    private var transaction = Transaction.none

    private enum Transaction { case none, open, refused }

    init(generator: SplitMix64) { self.generator = generator }

    mutating func play(_ machine: inout StrategyMachine, attempt: Int) -> StrategyMachine.Result {
        var action = machine.begin(
            .init(buyer: attempt % 7 + 1, purchase: attempt, attempt: attempt, quantity: attempt % 3 + 1))
        for _ in 0..<500 {
            switch action {
            case .think: action = machine.afterThinking()
            case .goToShelf: action = machine.arrive()
            case .finish(let result):
                if !pending.isEmpty { complaint = "finished before \(pending)" }
                return result
            case .follow:
                complaint = "goes to another node, and there is none"
                return machine.lose()
            case .send, .receive:
                if action == .send { take(Array(machine.output)) }
                guard Int.random(in: 0..<25, using: &generator) > 0 else {
                    isLost = true
                    exchanges.append((pending.first ?? "nothing", nil))
                    return machine.lose()
                }
                guard !pending.isEmpty else {
                    complaint = "waits for a reply that never comes"
                    return machine.lose()
                }
                action = machine.receive(answer(pending.removeFirst()).reply)
            }
        }
        complaint = "never ends"
        return machine.lose()
    }

    private mutating func take(_ bytes: [UInt8]) {
        if !pending.isEmpty { complaint = "sent before \(pending) were answered" }
        pending = Self.names(bytes)
        commandCount += pending.count
        wroteEffect = wroteEffect || pending.contains { Self.hasEffect($0) }
        if bytes.isEmpty { complaint = "sent nothing" }
    }

    /// The first word of each command.
    private static func names(_ bytes: [UInt8]) -> [String] {
        var names: [String] = []
        var index = 0
        func number() -> Int {
            var number = 0
            index += 1
            while bytes[index] != 13 {
                number = number * 10 + Int(bytes[index]) - 48
                index += 1
            }
            index += 2
            return number
        }
        while index < bytes.count {
            for argument in 0..<number() {
                let count = number()
                if argument == 0 { names.append(String(decoding: bytes[index..<index + count], as: UTF8.self)) }
                index += count + 2
            }
        }
        return names
    }

    private static func hasEffect(_ command: String) -> Bool {
        !["GET", "HGET", "WATCH", "UNWATCH", "MULTI", "EXEC", "SCRIPT", "FUNCTION"].contains(command)
    }

    private mutating func answer(_ command: String) -> Said {
        let said = Bool.random(using: &generator) ? sensible(command) : anything()
        exchanges.append((command, said))
        let isError = said.reply.kind == .error
        switch (command, transaction) {
        case ("MULTI", _): transaction = isError ? .refused : .open
        case ("EXEC", .open):
            transaction = .none
            let isNull = said.reply.kind == .null
            tookEffect = tookEffect || !(isNull || said.reply.string().hasPrefix("EXECABORT"))
        case ("EXEC", _): transaction = .none
        case (_, .open): break
        default: tookEffect = tookEffect || (Self.hasEffect(command) && !isError)
        }
        return said
    }

    private mutating func sensible(_ command: String) -> Said {
        switch command {
        case "WATCH", "UNWATCH", "MULTI": .ok
        case "SET": Bool.random(using: &generator) ? .ok : .null
        case "EXEC": Bool.random(using: &generator) ? [.ok, 1] : .null
        case "SCRIPT", "FUNCTION": "h1"
        case _ where transaction == .open: .queued
        default: .integer(Int.random(in: -2...5, using: &generator))
        }
    }

    private static let pool: [Said] = [
        0, 1, -1, 3, .integer(Int.max), .integer(Int.min), "", "0", "7", "-3", "many", "9007199254740993", .null,
        .ok,
        .queued, [], [1], [.ok, 1], ["a", ["b"], .null], [.error("WRONGTYPE x"), 1], "{\"code\":0,\"left\":3}",
        "[[[",
        .error("WRONGTYPE Operation"), .error("NOSCRIPT No matching script."), .error("ERR Function not found"),
        .error("LOADING Redis is loading"), .error("EXECABORT Transaction discarded"), .error(""), .error("OOM x"),
        .error("ERR EXEC without MULTI"),
    ]

    private mutating func anything() -> Said { Self.pool.randomElement(using: &generator) ?? .null }
}

import FlashSale
import Foundation
import Strategies
import Testing

/// What one attempt did: the commands of each write, how long it thought, and how it ended.
struct Played: Equatable {
    var writes: [String] = []
    var thoughts: [Int] = []
    var result: StrategyMachine.Result?

    static let readOnly: Set<String> = ["GET", "HGET"]

    // MARK: Programs

    static func program(
        _ name: String, units: Int = 10, think: Scenario.Range? = nil, hashes: [String: String] = [:]
    ) throws -> StrategyProgram {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        return try program(yaml: yaml, units: units, think: think, hashes: hashes)
    }

    static func program(
        yaml: String, units: Int = 10, think: Scenario.Range? = nil, hashes: [String: String] = [:]
    ) throws -> StrategyProgram {
        let strategy = try StrategyFile.parse(yaml, file: "test.yaml")
        let scenario = Scenario(
            strategy: .init(name: strategy.name, yaml: yaml), units: units, buyers: 10, procs: 1, threads: 1,
            thinkTimeMicroseconds: think, seed: 7)
        return StrategyProgram(
            strategy, saleTag: "{t}", readOnlyCommands: readOnly, scriptHashes: hashes, scenario: scenario)
    }

    /// A strategy of the steps at hand, with two scripts and a function to call.
    static func program(
        buy: String..., finally: [String] = [], head: String = "limit: 1", hashes: [String: String] = [:]
    ) throws -> StrategyProgram {
        try program(yaml: yaml(buy: buy, finally: finally, head: head), hashes: hashes)
    }

    static func yaml(buy: [String], finally: [String] = [], head: String = "limit: 1") -> String {
        """
        strategy: mine
        \(head)
        keys: { stock: "{sale}:s", lock: "{sale}:l" }
        scripts: { buy: return 1, free: return 2, whole: { text: return 3, eval: true } }
        functions: { sale: "#!lua name=a", more: "#!lua name=b" }
        open: [ "SET {stock} {units}" ]
        buy: [ \(buy.joined(separator: ", ")) ]
        finally: [ \(finally.joined(separator: ", ")) ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
    }

    // MARK: Playing

    /// Plays an attempt against replies; when they run out, the connection is lost.
    static func play(
        _ machine: inout StrategyMachine, _ replies: [Said], attempt: Int = 5, buyer: Int = 3, quantity: Int = 1
    ) -> Played {
        var played = Played()
        var rest = replies[...]
        var isThere = false
        var action = machine.begin(.init(buyer: buyer, purchase: 4, attempt: attempt, quantity: quantity))
        while true {
            switch action {
            case .send, .receive, .follow:
                if action == .send { played.writes.append(commands(Array(machine.output))) }
                if action == .follow {
                    let node = machine.askedNode.map { "\($0.host):\($0.port)" } ?? "nowhere"
                    played.writes.append("\(node) <- \(commands(Array(machine.output)))")
                }
                if action != .receive { isThere = action == .follow }
                guard let next = rest.popFirst() else {
                    played.result = machine.lose()
                    return played
                }
                action = isThere ? machine.receiveElsewhere(next.reply) : machine.receive(next.reply)
            case .goToShelf:
                played.writes.append("(go to shelf \(machine.shelf))")
                action = machine.arrive()
            case .think(let microseconds):
                played.thoughts.append(microseconds)
                action = machine.afterThinking()
            case .finish(let result):
                #expect(rest.isEmpty, "replies were left over")
                played.result = result
                return played
            }
        }
    }

    /// Plays one attempt of a new machine.
    static func play(_ program: StrategyProgram, _ replies: [Said], quantity: Int = 1) -> Played {
        var machine = StrategyMachine(program)
        return play(&machine, replies, quantity: quantity)
    }

    /// RESP as words, commands separated by a bar.
    static func commands(_ bytes: [UInt8]) -> String {
        var lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")[...]
        var commands: [String] = []
        while let head = lines.popFirst(), head.hasPrefix("*") {
            let count = Int(head.dropFirst()) ?? 0
            var words: [String] = []
            for _ in 0..<count {
                let length = lines.popFirst()
                let word = lines.popFirst() ?? ""
                #expect(length == "$\(word.utf8.count)")
                words.append(word)
            }
            commands.append(words.joined(separator: " "))
        }
        return commands.joined(separator: " | ")
    }
}

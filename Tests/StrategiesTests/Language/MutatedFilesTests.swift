import FlashSale
import Shop
import Testing

@testable import Strategies

/// Strategy files that somebody garbled: each is refused with one line, or makes a program that runs.
@Suite struct MutatedFilesTests {
    private static let words = [
        "{left}", "{item}", "{quantity}", "{code - 1}", "{random 1..3}", "{reply}", "reply", "\"reply[1]\"",
        "json.code",
        "nil", "any", "'>= 1'", "'< {quantity}'", "'< {left}'", "'[0] 1'", "'/a/'", "'json.code == 0'", "error", "'0'",
        "won",
        "sold-out", "duplicate", "failed", "unknown", "send:", "script:", "function:", "atomically:", "think:",
        "finish:",
        "if:", "as:", "outcomes:", "remaining:", "keys:", "args:", "when:", "then:", "buy", "free", "left", "code",
        "locked",
        "not locked", "code == 'x'", "left < code", "- think", "[]", "{}", "GET", "WATCH", "HGET {item} a",
        "'{left - code}'",
        "total:", "minus:", "sum:", "below-zero:", "holds:", "fields:", "json", "count", "entries", "true", "-1",
        "1..3",
    ]

    private static func mutate(_ text: String, _ generator: inout SplitMix64) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let index = lines.indices.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<7, using: &generator) {
            case 0 where lines.count > 1: lines.remove(at: index)
            case 1: lines.insert(lines[index], at: index)
            case 2: lines.swapAt(index, lines.indices.randomElement(using: &generator) ?? index)
            case 3:
                guard let place = lines[index].indices.randomElement(using: &generator) else { continue }
                lines[index].remove(at: place)
            case 4:
                guard let place = lines[index].indices.randomElement(using: &generator),
                    let sign = "{}[]<>=!'\"/:,-+.# 0a售".randomElement(using: &generator)
                else { continue }
                lines[index].insert(sign, at: place)
            default:
                var parts = lines[index].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                guard let place = parts.indices.filter({ !parts[$0].isEmpty }).randomElement(using: &generator) else {
                    continue
                }
                parts[place] = words.randomElement(using: &generator) ?? ""
                lines[index] = parts.joined(separator: " ")
            }
        }
        return lines.joined(separator: "\n")
    }

    @Test("garbled files", arguments: 0..<8)
    func garbled(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let originals =
            [LanguageMistakesTests.example, LanguageMistakesTests.example, ShopScriptTests.example]
            + BuiltinStrategies.all.map(\.yaml)
        var runs = 0
        for _ in 0..<400 {
            let text = Self.mutate(originals.randomElement(using: &generator) ?? "", &generator)
            let strategy: Strategy
            do throws(StrategyFileError) {
                strategy = try StrategyFile.parse(text, file: "mine.yaml", companion: LanguageMistakesTests.companion)
            } catch {
                #expect(!error.message.contains("\n"), "\(text)")
                #expect(error.line.map { $0 >= 1 } ?? true)
                continue
            }
            runs += 1
            run(strategy, text: text, using: &generator)
        }
        #expect(runs > 20)
    }

    private func run(_ strategy: Strategy, text: String, using generator: inout SplitMix64) {
        let scenario = Scenario(
            strategy: .init(name: strategy.name, yaml: text), units: 10, buyers: 10, procs: 1, threads: 1)
        let program = StrategyProgram(
            strategy, saleTag: "{t}", readOnlyCommands: Played.readOnly,
            scriptHashes: Bool.random(using: &generator) ? ["buy": "h1", "free": "h2"] : [:], scenario: scenario)
        var machine = StrategyMachine(program)
        for attempt in 1...10 {
            var server = FickleServer(generator: generator)
            _ = server.play(&machine, attempt: attempt)
            #expect(server.complaint == nil, "\(server.log) of \(text)")
            generator = server.generator
        }
        let commands = SaleCommands(strategy, saleTag: "{t}", units: 10)
        for arguments in (commands.open + commands.stock + commands.close).compactMap(\.command) {
            #expect(!arguments.isEmpty)
        }
        _ = (commands.keys, commands.examples.count, commands.scriptKeys.count, strategy.commandsPerWin)
    }
}

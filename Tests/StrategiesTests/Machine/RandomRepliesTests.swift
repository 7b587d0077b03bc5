import FlashSale
import Testing

@testable import Strategies

/// Every built-in strategy against replies that no server gives, and connections that are lost anywhere.
@Suite struct RandomRepliesTests {
    private static let hashes = ["buy": "h1", "unlock": "h2", "fill": "h3"]

    @Test(
        "an attempt always ends, and says failed only where nothing took effect",
        arguments: BuiltinStrategies.names, [true, false])
    func ends(name: String, knowsHashes: Bool) throws {
        // Without the file's own claims of failure: what is left of them is the machine's.
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
            .replacing("then: failed", with: "then: conflict")
        let program = try Played.program(yaml: yaml, hashes: knowsHashes ? Self.hashes : [:])
        var machine = StrategyMachine(program)
        var generator = SplitMix64(
            seed: name.utf8.reduce(knowsHashes ? 1 : 2) { $0 &* 31 &+ UInt64($1) })
        var outcomes: Set<Outcome> = []
        var sent = 0
        for attempt in 1...2000 {
            var server = FickleServer(generator: generator)
            let result = server.play(&machine, attempt: attempt)
            generator = server.generator
            sent += server.commandCount
            #expect(server.complaint == nil, "attempt \(attempt): \(server.log)")
            if result.outcome == .failed { #expect(!server.hadEffect, "attempt \(attempt): \(server.log)") }
            if result.isHole {
                #expect([.unknown, .failed].contains(result.outcome), "attempt \(attempt): \(server.log)")
            }
            if result.remaining != nil { #expect(result.outcome == .won || result.outcome == .held) }
            outcomes.insert(result.outcome)
        }
        #expect(machine.commandsSent == sent)
        #expect(outcomes.contains(.unknown) && !outcomes.isDisjoint(with: [.won, .held]))
    }
}

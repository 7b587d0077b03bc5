import FlashSale
import Testing

@testable import Strategies

/// Every built-in strategy while its slot is on its way: no key is made anew where it is not, what is watched is watched where it
/// counts, and nothing that took effect is called failed.
@Suite struct MigratingSlotTests {
    private static let hashes = ["buy": "h1", "unlock": "h2", "fill": "h3"]

    @Test(arguments: BuiltinStrategies.names) func keepsItsPromises(_ name: String) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: name)).replacing("then: failed", with: "then: conflict")
        var machine = StrategyMachine(try Played.program(yaml: yaml, hashes: Self.hashes))
        machine.mayMove = true
        var nodes = MigratingNodes(seed: UInt64(bitPattern: Int64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) })))
        nodes.tellsLines = name == "cart"
        for attempt in 1...3000 where nodes.complaint == nil { nodes.play(&machine, attempt: attempt) }
        #expect(nodes.complaint == nil)
        #expect(nodes.executedThere > 0 && nodes.outcomes.contains(.unknown))
        #expect(!nodes.outcomes.isDisjoint(with: [.won, .held]))
        if name == "optimistic" { #expect(nodes.transactionsThere > 0) }
    }
}

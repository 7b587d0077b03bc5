import AllocationCounter
import FlashSale
import Strategies
import Testing

/// An attempt takes nothing from the heap: commands are prepared once, and every buffer is used again.
@Suite struct AllocationTests {
    /// Only replies that are numbers: in a build that is not optimised, reading a number from text takes blocks of its own.
    /// `scripts/bench machine` counts them in an optimised one, where there are none.
    @Test(
        "no attempt allocates",
        arguments: [("lua", [41]), ("lua-stream", [0]), ("decr", [7, 1])] as [(String, [Said])])
    func nothing(_ name: String, _ replies: [Said]) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        let program = try Played.program(yaml: yaml, hashes: ["buy": "abc", "unlock": "def"])
        var machine = StrategyMachine(program)
        let script = UnsafeMutableBufferPointer<Reply>.allocate(capacity: replies.count)
        _ = script.initialize(from: replies.map(\.reply))
        defer {
            script.deinitialize()
            script.deallocate()
        }
        var blocks = 0
        // The first attempts make the buffers as large as they have to be.
        for attempt in 1...200 {
            #expect(Self.play(&machine, script, attempt: attempt).outcome == .won)
            if attempt > 100 { blocks += Self.blocks(of: &machine, script, attempt: attempt) }
        }
        #expect(blocks == 0)
    }

    private static func blocks(
        of machine: inout StrategyMachine, _ script: UnsafeMutableBufferPointer<Reply>, attempt: Int
    ) -> Int {
        let before = allocation_counter_blocks()
        _ = play(&machine, script, attempt: attempt)
        return allocation_counter_blocks() - before
    }

    private static func play(
        _ machine: inout StrategyMachine, _ script: UnsafeMutableBufferPointer<Reply>, attempt: Int
    ) -> StrategyMachine.Result {
        var next = 0
        var action = machine.begin(.init(buyer: attempt, purchase: attempt, attempt: attempt))
        while true {
            switch action {
            case .send, .receive, .follow:
                action = machine.receive(script[next])
                next += 1
            case .think: action = machine.afterThinking()
            case .goToShelf: action = machine.arrive()
            case .finish(let result): return result
            }
        }
    }
}

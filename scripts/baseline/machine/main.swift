// What the strategy machine itself costs: attempts against replies that are ready in memory, without any I/O.
//
// Arguments: rounds, attempts in each, and the names of strategies, all of them where none is given. Prints one line for
// each round and strategy: strategy, round, nanoseconds an attempt, heap blocks an attempt.

import AllocationCounter
import FlashSale
import Glibc

/// One attempt's replies, in the order in which they come.
struct Scene {
    let name: String
    let yaml: String
    let replies: [Reply]
}

func reply(_ fill: (inout Reply) -> Void) -> Reply {
    var reply = Reply()
    fill(&reply)
    return reply
}

let decrement = """
    strategy: decr-only
    keys: { stock: "{sale}:stock" }
    open: [ "SET {stock} {units}" ]
    buy:
      - send: DECR {stock}
        outcomes:
          - { when: ">= 0", then: won, remaining: reply }
          - { when: "< 0", then: sold-out }
    stock: GET {stock}
    close: [ "DEL {stock}" ]
    """

let ok = reply { $0.append(.status, "OK") }
let queued = reply { $0.append(.status, "QUEUED") }
let executed = reply {
    $0.append(.array, integer: 2)
    $0.append(.status, "OK")
    $0.append(.integer, integer: 1)
}
let scenes = [
    Scene(name: "decr-only", yaml: decrement, replies: [reply { $0.append(.integer, integer: 41) }]),
    Scene(
        name: "lua", yaml: BuiltinStrategies.yaml(named: "lua")!, replies: [reply { $0.append(.integer, integer: 41) }]),
    Scene(
        name: "optimistic", yaml: BuiltinStrategies.yaml(named: "optimistic")!,
        replies: [ok, reply { $0.append(.string, "42") }, ok, queued, queued, executed]),
]

func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// A machine and what it is told. A struct that owns its state: captured variables would be measured too.
struct Stage: ~Copyable {
    var machine: StrategyMachine
    /// In plain memory: an array's references would be counted at each look.
    let replies: UnsafeMutableBufferPointer<Reply>
    var reply = Reply()
    var bytes = 0

    init(_ scene: Scene) throws {
        let strategy = try StrategyFile.parse(scene.yaml, file: scene.name)
        let scenario = Scenario(
            strategy: .init(name: scene.name, yaml: scene.yaml), units: 1000, buyers: 1, procs: 1, threads: 1)
        machine = StrategyMachine(
            StrategyProgram(
                strategy, saleTag: "{stress:benchmark}", readOnlyCommands: ["GET"],
                scriptHashes: ["buy": "0123456789012345678901234567890123456789"], scenario: scenario))
        replies = .allocate(capacity: scene.replies.count)
        _ = replies.initialize(from: scene.replies)
    }

    deinit {
        replies.deinitialize()
        replies.deallocate()
    }

    mutating func play(_ attempts: Int) {
        for attempt in 1...attempts { play(attempt: attempt) }
    }

    /// As a client does: the reply lies in a variable of its own.
    private mutating func receive(_ next: Int) -> StrategyMachine.Action {
        swap(&reply, &replies[next])
        defer { swap(&reply, &replies[next]) }
        return machine.receive(reply)
    }

    private mutating func play(attempt: Int) {
        var next = 0
        var action = machine.begin(
            .init(
                buyer: attempt, purchase: attempt, attempt: attempt, quantity: 1, worker: 0, thread: 0,
                nowMilliseconds: 0))
        while true {
            switch action {
            case .send:
                bytes &+= machine.output.count
                action = receive(next)
                next += 1
            case .receive:
                action = receive(next)
                next += 1
            case .think: action = machine.afterThinking()
            case .finish(let result):
                if case .won = result.outcome, next == replies.count { return }
                fatalError("the attempt did not win")
            }
        }
    }
}

/// Plays attempts; returns nanoseconds and heap blocks an attempt.
func measure(_ scene: Scene, attempts: Int) throws -> (nanoseconds: Double, blocks: Double) {
    var stage = try Stage(scene)
    stage.play(10_000)
    let blocksBefore = allocation_counter_blocks()
    let start = now()
    stage.play(attempts)
    let elapsed = now() - start
    let blocks = allocation_counter_blocks() - blocksBefore
    guard stage.bytes > 0 else { fatalError("nothing was written") }
    return (Double(elapsed) / Double(attempts), Double(blocks) / Double(attempts))
}

let arguments = Array(CommandLine.arguments.dropFirst())
let rounds = arguments.first.flatMap { Int($0) } ?? 9
let attempts = arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
let names = arguments.dropFirst(2)
// The strategies take turns, so that what else the machine does meets them all.
for round in 1...max(1, rounds) {
    for scene in scenes where names.isEmpty || names.contains(scene.name) {
        let (nanoseconds, blocks) = try measure(scene, attempts: max(1, attempts))
        print("\(scene.name),\(round),\(nanoseconds),\(blocks)")
    }
}

// What an attempt costs without any I/O: the strategy machine plays against replies that are ready in memory.
//
//     machine-benchmark time ROUNDS ATTEMPTS [STRATEGY...]      of all strategies where none is named; prints a line for each
//                                                               round and strategy: strategy, round, nanoseconds an attempt,
//                                                               heap blocks an attempt
//     machine-benchmark play STRATEGY ATTEMPTS                  plays so many attempts and prints nothing
//     machine-benchmark record STRATEGY ATTEMPTS JOURNAL        the same, recorded as the product records; JOURNAL is made
//
// The last two are for a tool that counts instructions.

import AllocationCounter
import CLinux
import Clients
import FlashSale
import Glibc

/// Plays attempts; returns nanoseconds and heap blocks an attempt.
func measure(_ scene: Scene, attempts: Int) throws -> (nanoseconds: Double, blocks: Double) {
    var stage = try Stage(scene)
    stage.play(10_000)
    let blocksBefore = allocation_counter_blocks()
    let start = Clock.nanoseconds()
    stage.play(attempts)
    let elapsed = Clock.nanoseconds() - start
    let blocks = allocation_counter_blocks() - blocksBefore
    guard stage.bytes > 0 else { fatalError("nothing was written") }
    return (Double(elapsed) / Double(attempts), Double(blocks) / Double(attempts))
}

/// Times all strategies that are wanted. They take turns, so that what else the machine does meets them all.
func time(rounds: Int, attempts: Int, names: ArraySlice<String>) throws {
    for round in 1...rounds {
        for scene in Scene.all where names.isEmpty || names.contains(scene.name) {
            let (nanoseconds, blocks) = try measure(scene, attempts: attempts)
            print("\(scene.name),\(round),\(nanoseconds),\(blocks)")
        }
    }
}

func fail(_ message: String) -> Never {
    let line = "machine-benchmark: \(message)\n"
    write(STDERR_FILENO, line, line.utf8.count)
    exit(64)
}

func number(_ text: String) -> Int {
    guard let number = Int(text), number > 0 else { fail("\(text) is not a number from 1") }
    return number
}

func scene(_ name: String) -> Scene {
    guard let scene = Scene.all.first(where: { $0.name == name }) else { fail("there is no strategy \(name) here") }
    return scene
}

let arguments = CommandLine.arguments
switch (arguments.dropFirst().first, arguments.count) {
case ("time", 4...):
    try time(rounds: number(arguments[2]), attempts: number(arguments[3]), names: arguments.dropFirst(4))
case ("play", 4):
    var stage = try Stage(scene(arguments[2]))
    stage.playUnrecorded(number(arguments[3]))
case ("record", 5):
    var stage = try Stage(scene(arguments[2]))
    var recorder = try stage.recorder(JournalWriter(path: arguments[4], worker: 0))
    let attempts = number(arguments[3])
    try stage.playRecorded(attempts, recorder: &recorder)
    guard recorder.tally.attempts == attempts else { fatalError("some attempts were not recorded") }
default: fail("wanted: time ROUNDS ATTEMPTS [STRATEGY...], play STRATEGY ATTEMPTS or record STRATEGY ATTEMPTS JOURNAL")
}

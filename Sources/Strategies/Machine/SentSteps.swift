/// How often each step of a strategy was written to the wire: all that an attempt counts. ``SentCommands`` makes commands
/// of it afterwards.
package struct SentSteps: Codable, Sendable, Equatable {
    /// Of each step of `buy` and, behind them, of `finally`.
    package var writes: [Int]
    /// How often the script or the libraries of each step were loaded again.
    package var reloads: [Int]
    /// UNWATCH after attempts that watched and ended without EXEC.
    package var unwatches: Int

    package init(writes: [Int] = [], reloads: [Int] = [], unwatches: Int = 0) {
        self.writes = writes
        self.reloads = reloads
        self.unwatches = unwatches
    }

    /// Adds what another client wrote.
    package mutating func add(_ other: SentSteps) {
        Self.add(other.writes, to: &writes)
        Self.add(other.reloads, to: &reloads)
        unwatches &+= other.unwatches
    }

    private static func add(_ counts: [Int], to sums: inout [Int]) {
        if sums.count < counts.count { sums += repeatElement(0, count: counts.count - sums.count) }
        for (index, count) in counts.enumerated() { sums[index] &+= count }
    }
}

/// How often a machine has written each step, in plain memory: counting costs an attempt one addition a step.
struct StepCounts: ~Copyable {
    /// How often each step was written, and behind that how often the script of each was loaded again.
    private let memory: UnsafeMutablePointer<Int>
    private let steps: Int
    /// UNWATCH commands written.
    var unwatches = 0

    init(steps: Int) {
        self.steps = steps
        memory = .allocate(capacity: 2 * steps)
        memory.initialize(repeating: 0, count: 2 * steps)
    }

    deinit { memory.deallocate() }

    @inline(__always)
    mutating func countWrite(ofStep step: Int) { memory[step] &+= 1 }

    mutating func countReload(ofStep step: Int) { memory[steps + step] &+= 1 }

    var sent: SentSteps {
        SentSteps(
            writes: (0..<steps).map { memory[$0] }, reloads: (0..<steps).map { memory[steps + $0] },
            unwatches: unwatches)
    }
}

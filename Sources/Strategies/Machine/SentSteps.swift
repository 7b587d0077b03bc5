/// How often each step of a strategy was written to the wire: all that an attempt counts. ``SentCommands`` makes commands
/// of it afterwards.
package struct SentSteps: Codable, Sendable, Equatable {
    /// Of each step of `buy` and, behind them, of `finally`.
    package var writes: [Int]
    /// How often the script or the libraries of each step were loaded again.
    package var reloads: [Int]
    /// UNWATCH after attempts that watched and ended without EXEC.
    package var unwatches: Int
    /// How often a step went to another node than the sale's, behind ASKING.
    package var elsewhere: Int

    package init(writes: [Int] = [], reloads: [Int] = [], unwatches: Int = 0, elsewhere: Int = 0) {
        self.writes = writes
        self.reloads = reloads
        self.unwatches = unwatches
        self.elsewhere = elsewhere
    }

    /// Adds what another client wrote.
    package mutating func add(_ other: SentSteps) {
        Self.add(other.writes, to: &writes)
        Self.add(other.reloads, to: &reloads)
        unwatches &+= other.unwatches
        elsewhere &+= other.elsewhere
    }

    private static func add(_ counts: [Int], to sums: inout [Int]) {
        if sums.count < counts.count { sums += repeatElement(0, count: counts.count - sums.count) }
        for (index, count) in counts.enumerated() { sums[index] &+= count }
    }
}

/// What a machine has met of its program, in plain memory: counting costs an attempt one addition a step, an outcome rule
/// and a capture.
struct StepCounts: ~Copyable {
    /// How often each step was written; behind that how often the script of each was loaded again, how often each ended an
    /// attempt without a command, how often each rule matched, and how often each capture was taken.
    private let memory: UnsafeMutablePointer<Int>
    private let steps: Int
    private let rules: Int
    private let captures: Int
    /// UNWATCH commands written.
    var unwatches = 0
    /// Steps that went to another node.
    var elsewhere = 0

    init(steps: Int, rules: Int = 0, captures: Int = 0) {
        self.steps = steps
        self.rules = rules
        self.captures = captures
        memory = .allocate(capacity: 3 * steps + rules + captures)
        memory.initialize(repeating: 0, count: 3 * steps + rules + captures)
    }

    deinit { memory.deallocate() }

    @inline(__always)
    mutating func countWrite(ofStep step: Int) { memory[step] &+= 1 }

    mutating func countReload(ofStep step: Int) { memory[steps + step] &+= 1 }

    mutating func countEnd(byStep step: Int) { memory[2 * steps + step] &+= 1 }

    @inline(__always)
    mutating func countMatch(ofRule rule: Int) { memory[3 * steps + rule] &+= 1 }

    @inline(__always)
    mutating func countTaken(capture: Int) { memory[3 * steps + rules + capture] &+= 1 }

    var met: MetParts {
        MetParts(
            steps: (0..<steps).map { memory[$0] &+ memory[2 * steps + $0] },
            rules: (0..<rules).map { memory[3 * steps + $0] },
            captures: (0..<captures).map { memory[3 * steps + rules + $0] })
    }

    var sent: SentSteps {
        SentSteps(
            writes: (0..<steps).map { memory[$0] }, reloads: (0..<steps).map { memory[steps + $0] },
            unwatches: unwatches, elsewhere: elsewhere)
    }
}

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

internal import FlashSale

/// What an attempt has captured and drawn that put units on hold, for those that follow it on any client.
package struct HeldValues: Sendable {
    fileprivate var captures: [StrategyMachine.Capture] = []
    fileprivate var draws: [Int] = []
    /// Captures that were taken, one bit each.
    fileprivate var taken: UInt64 = 0

    package init() {}
}

extension StrategyMachine {
    /// Keeps what the attempt has that is over, in memory that was used before where there is some.
    package mutating func keep(in held: inout HeldValues) {
        held.taken = values.taken & ~values.kept
        if held.captures.count != values.captures.count || held.draws.count != values.draws.count {
            held.captures = values.captures.map { _ in Capture() }
            held.draws = values.draws
        }
        for index in values.captures.indices where held.taken & 1 << UInt64(index) != 0 {
            held.captures[index].number = values.captures[index].number
            held.captures[index].bytes.removeAll(keepingCapacity: true)
            held.captures[index].bytes.append(contentsOf: values.captures[index].bytes)
        }
        for index in values.draws.indices { held.draws[index] = values.draws[index] }
    }

    /// Takes over what the hold has that the next attempt follows. What this client has from its sign-in stays its own.
    package mutating func resume(_ held: borrowing HeldValues) {
        values.resumed = held.taken & ~values.kept
        for index in held.captures.indices where values.resumed & 1 << UInt64(index) != 0 {
            values.captures[index].number = held.captures[index].number
            values.captures[index].bytes.removeAll(keepingCapacity: true)
            values.captures[index].bytes.append(contentsOf: held.captures[index].bytes)
        }
        for index in held.draws.indices { values.draws[index] = held.draws[index] }
    }

    /// Begins at the first step of a phase that follows a hold.
    @inline(never)
    mutating func enter(_ phase: AttemptPhase) {
        values.taken |= values.resumed
        place.current = phase == .pay ? tables.buyEnd : tables.payEnd
        place.end = phase == .pay ? tables.payEnd : tables.finallyStart
    }
}

/// What a client keeps from before its first attempt.
extension StrategyMachine {
    /// Takes over what a sign-in captured for the same client; its captures are the first of this machine's.
    ///
    /// - Parameter other: has run ``StrategyProgram/signIn(of:saleTag:scenario:)``.
    package mutating func signIn(from other: borrowing StrategyMachine) {
        context.client = other.context.client
        for index in 0..<min(values.captures.count, other.values.captures.count)
        where other.values.taken & 1 << UInt64(index) != 0 {
            let capture = other.values.captures[index]
            // A number that is wanted and is none counts as not there.
            guard capture.number != nil || !tables.captureIsNumber[index] else { continue }
            values.captures[index] = capture
            values.kept |= 1 << UInt64(index)
        }
    }

    /// Takes over what the client of another machine has kept.
    package mutating func keep(from other: borrowing StrategyMachine) {
        context.client = other.context.client
        for index in 0..<min(values.captures.count, other.values.captures.count)
        where other.values.kept & 1 << UInt64(index) != 0 {
            values.captures[index] = other.values.captures[index]
            values.kept |= 1 << UInt64(index)
        }
    }
}

/// Numbers as they are reckoned at the time of an attempt.
extension StrategyProgram {
    /// `constant` and a run of terms.
    struct Sum: Equatable, BitwiseCopyable {
        var constant: Int
        var start: Int
        var count: Int
    }

    struct Term: Equatable, BitwiseCopyable {
        var isNegative: Bool
        var source: Source
    }

    /// Where a number comes from at the time of an attempt.
    enum Source: Equatable, BitwiseCopyable {
        case buyer, purchase, attempt, quantity, worker, thread, client, nowMilliseconds, random
        /// What a line of the cart wants, from 0.
        case quantityOfLine(Int)
        /// Which attempt of its purchase it is, from 1, where a purchase makes at most so many.
        case attemptNumber(attempts: Int)
        case randomBetween(Int, Int)
        case capture(Int)
        /// A part of the reply at hand.
        case reply(Path)
        /// One of the numbers that are drawn once for each attempt.
        case draw(Int)
        /// The number of the shelf that the attempt looks at, and the units that it had when the sale opened.
        case shelf, shelfUnits
        /// What is left of another term, which no sum has, after division.
        case remainder(of: Int, by: Int)
    }
}

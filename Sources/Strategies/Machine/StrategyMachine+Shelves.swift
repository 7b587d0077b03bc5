internal import FlashSale

/// Sharded stock: an attempt is a tour. Where one shelf is sold out, the buyer looks at the next, and only who was told so at all of
/// them is told that the sale is sold out.
///
/// A buyer begins at the same shelf each time and goes the same way round. So whoever has bought from a shelf comes by it again
/// before any other that has units left: all before it were empty, and none of them fills again. A shelf that knows its buyers can
/// keep a limit thus.
extension StrategyMachine {
    /// The shelf that the attempt looks at, or goes to next, from 1; 0 where the stock is not sharded.
    package var shelf: Int { values.shelf }

    /// Goes to where the buyer begins: drawn from the seed and the buyer alone.
    mutating func beginTour() {
        var generator = SplitMix64(
            seed: ~tables.seed ^ (UInt64(bitPattern: Int64(context.buyer)) &* 0x9E37_79B9_7F4A_7C15))
        values.shelf = Int(generator.next() % UInt64(tables.shelves.count)) + 1
        values.looks = 0
    }

    /// The client is at the node of ``shelf``.
    package mutating func arrive() -> Action {
        // What was watched at another shelf was watched on another connection. Whether this one has something watched from a look
        // before, only it knows.
        watch.leave()
        watch.isOwed = tables.watches
        return look()
    }

    /// The result where the attempt ends before it was to; nil while it is open. Whoever was told at one shelf that it is empty was not
    /// told so of the sale, and has taken nothing.
    var certain: Result? {
        guard let decided, decided.outcome == .soldOut, values.looks + 1 < tables.shelves.count else { return decided }
        return Result(.failed)
    }

    /// Ends the attempt, or goes on to the next shelf.
    @inline(__always)
    mutating func finish(_ result: Result) -> Action {
        if tables.shelves.count > 0 { return endLook(result) }
        return .finish(result)
    }

    @inline(never)
    private mutating func endLook(_ result: Result) -> Action {
        guard result.outcome == .soldOut, values.looks + 1 < tables.shelves.count else {
            var result = result
            // What is left on a shelf says nothing of the sale, but that it was oversold.
            if let remaining = result.remaining, remaining >= 0 { result.remaining = nil }
            decided = result
            return .finish(result)
        }
        // Nobody can go on along a connection that is of no more use; nothing was taken so far.
        guard !connectionIsSuspect else {
            let result = Result(.failed)
            decided = result
            return .finish(result)
        }
        values.looks += 1
        // What was watched at the last shelf says nothing of the next.
        asked.watches = 0
        values.shelf = values.shelf % tables.shelves.count + 1
        return goesToShelves ? goToShelf() : look()
    }

    /// Nothing was sent to the shelf that is gone to now, and nothing was taken before.
    mutating func goToShelf() -> Action {
        decided = nil
        written = Written()
        return .goToShelf
    }
}

/// Whether some order of everything, consistent with real time, explains every reply.
enum Explanation: Equatable {
    case explained
    /// Why there is none: at most ``Contradiction/limit`` reasons, and how many there are.
    case contradicted([Contradiction], total: Int)
    /// The search was given up; the reason is for people.
    case undecided(String)
}

/// A small set of things that no order explains. Numbers are the caller's indices of operations.
enum Contradiction: Equatable {
    /// Two took one position.
    case shared(position: Int, UInt32, UInt32)
    /// A position below 1 or above N.
    case outside(UInt32)
    /// A position that was never taken, as the stock at the end says.
    case beyondFinal(UInt32)
    /// The first took an earlier position, but was called only after the second had returned.
    case outOfSequence(earlier: UInt32, later: UInt32)
    /// Somebody was told that too little is left, before a unit was taken that they could have had.
    case soldOutTooEarly(StockHistory.SoldOut, takenLater: UInt32)
    /// Somebody was told that too little is left, but the stock at the end is enough.
    case soldOutWithStock(StockHistory.SoldOut)
    /// So many units from a position on cannot have been taken by anyone.
    case hole(Hole)
    /// A certain taking for which no position is left.
    case unplaced(UInt32)
    /// What was certainly taken is more than there was, or not what is missing at the end.
    case total(taken: Int, possible: Int)
    /// More is left at the end than there was.
    case moreThanEver(final: Int)

    struct Hole: Equatable {
        var first: Int
        /// Units in the hole that nobody can have taken.
        var units: Int
        /// The takings before it and after it.
        var before: UInt32?
        var after: UInt32?
        /// Takings that can be in it, but are too few, or needed in others.
        var candidates: [UInt32]
        /// Who was told that the units of the hole are gone.
        var soldOut: StockHistory.SoldOut?
    }

    /// How many are shown.
    static let limit = 10
    /// How many candidates of one hole are shown.
    static let candidateLimit = 8
}

/// Contradictions as they are found.
struct ContradictionList {
    private(set) var first: [Contradiction] = []
    private(set) var total = 0

    var isEmpty: Bool { total == 0 }

    mutating func add(_ contradiction: Contradiction) {
        total += 1
        if first.count < Contradiction.limit { first.append(contradiction) }
    }

    mutating func add(_ others: ContradictionList) {
        first += others.first.prefix(Contradiction.limit - first.count)
        total += others.total
    }

    /// Counts one that is beyond the limit, so that it need not be made.
    mutating func addAnother() { total += 1 }
}

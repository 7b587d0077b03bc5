/// A sale of carts as the stocks of its items see it, where nothing ever comes back to these.
///
/// All intervals are closed: at equal times either may have come first.
struct JointHistory {
    /// An operation that was told positions.
    struct Operation: Equatable {
        /// The earliest and the latest instant of its effect, in nanoseconds.
        var call: UInt64
        var end: UInt64
    }

    /// Units of one item that an operation certainly took, with their positions.
    struct Claim: Equatable {
        var item: UInt32
        /// An index into ``JointHistory/operations``.
        var operation: UInt32
        /// The last position that it took, from 1 to the units of the item.
        var last: UInt32
        /// At least 1, and at most `last`.
        var quantity: UInt32

        var first: UInt32 { last - quantity + 1 }
    }

    /// Units of one item that somebody took, or may have taken, at a time from `call` on.
    struct Silent: Equatable {
        var item: UInt32
        var quantity: UInt32
        var call: UInt64
    }

    /// What a cart wanted of one item.
    struct Wish: Equatable {
        var item: Int
        var quantity: Int
    }

    /// Of each item.
    struct Stock: Equatable {
        /// Units when the doors opened.
        var units: Int
        /// What was left after everything; nil where that is not known.
        var final: Int?
    }

    var stocks: [Stock]
    var operations: [Operation] = []
    var claims: [Claim] = []
    var silent: [Silent] = []

    /// Sorts what it has by item. To be called once, after all is there.
    ///
    /// - Returns: whether no two claims are of one unit. If some are, there is no order of positions.
    mutating func sort() -> Bool {
        claims.sort { $0.item != $1.item ? $0.item < $1.item : $0.last < $1.last }
        silent.sort { $0.item != $1.item ? $0.item < $1.item : $0.call < $1.call }
        for index in claims.indices.dropFirst()
        where claims[index].item == claims[index - 1].item && claims[index].first <= claims[index - 1].last {
            return false
        }
        return true
    }
}

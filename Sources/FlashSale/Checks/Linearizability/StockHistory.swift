/// A sale as its stock sees it: what was certainly taken, what may have been, and who was told that too little is left.
///
/// All intervals are closed: at equal times either may have come first.
struct StockHistory {
    /// Something that took units, or may have.
    struct Taking: Equatable {
        /// The earliest instant of its effect, in nanoseconds.
        var call: UInt64
        /// The latest one; the last that there is, `UInt64.max`, where it is open.
        var end: UInt64
        /// Units, at least 1.
        var quantity: UInt32
        /// Whose it is; the caller's index.
        var operation: UInt32
    }

    /// What makes one taking different from the others; few have it.
    struct Doubt: Equatable {
        /// The last position that it took, if it did: N − r, as it was told.
        var last: Int?
        /// Other quantities that it may have had instead, where that is not known.
        var alternatives: [UInt32] = []
        /// Of optional ones: an index into ``pools``.
        var pool: Int?
    }

    /// A certain taking that says what it left, and thereby which positions it took.
    struct Claim: Equatable {
        var call: UInt64
        var end: UInt64
        /// The last position that it took: N − r.
        var last: Int
        var quantity: UInt32
        var operation: UInt32

        var first: Int { last - Int(quantity) + 1 }
    }

    /// Somebody was told that fewer than `quantity` are left.
    struct SoldOut: Equatable {
        var quantity: Int
        var returned: UInt64
        /// The caller's index.
        var attempt: UInt32
    }

    /// Optional takings of which the ledger says how many took effect, but not which.
    struct Pool: Equatable {
        var least: Int
        var most: Int
    }

    /// N, at least 1.
    var units: Int
    /// What was left after everything that is counted here; nil if nobody looked.
    var final: Int?
    var claims: [Claim] = []
    /// Certain takings that do not say what they left, or whose quantity is not known.
    var certain: [Taking] = []
    /// Takings that may not have happened.
    var optional: [Taking] = []
    /// Of takings in ``certain`` and ``optional``, by their operation.
    var doubts: [UInt32: Doubt] = [:]
    var soldOuts: [SoldOut] = []
    var pools: [Pool] = []
    /// Whether there were takings that nobody recorded. They may be in any hole.
    var hasGaps = false
    /// What machines' own clocks tell; nil where all times are of one clock.
    var machines: MachineOrder?

    /// Shelves that the units are on. Who was told sold-out was told so at each of them, and what each has only falls.
    var shelves = 1

    /// The position that must be filled, with all before it, before somebody may be told that fewer than `quantity` are
    /// left: on each shelf, where there are several.
    func position(emptying soldOut: SoldOut) -> Int { units - mostLeft(after: soldOut) }

    /// Units that may be left where somebody is rightly told that they are too few: on each shelf one less than was wanted.
    func mostLeft(after soldOut: SoldOut) -> Int { shelves * (soldOut.quantity - 1) }
}

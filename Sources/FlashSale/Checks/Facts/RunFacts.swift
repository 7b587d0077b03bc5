/// Everything that the checks may look at. Nothing here is read from anywhere: it is what has been recorded.
package struct RunFacts: Sendable {
    package var recorded: RecordedAttempts
    package var rules: SaleRules
    /// The sale from the opening of the doors until the last client was gone.
    package var epoch: Epoch
    /// What was read of each item where there are several, in the order of the scenario; ``epoch`` is what they have together, without
    /// orders. Empty where there is one.
    package var items: [ItemEpoch] = []
    /// What was on hold, where purchases take their time, of facts that tell them by purchase (``byPurchase``); nil in all others.
    var holds: [Hold]?
    /// The attempts as they were made, where ``holds`` are known.
    var asMade: History?
    /// Of the facts of one of several items, buyers who may have something of another one.
    var buyersElsewhere: Set<Int> = []
    /// Of the facts of one of several items, units of it that carts wanted which were refused, perhaps for want of another item. Nobody
    /// tried by them whether more of this one can be had than there is.
    var wishesElsewhere = 0
    package var doubts: Doubts
    /// What came of planned faults, in the order in which they were named; empty where none was planned.
    package var faults: [FaultRecord] = []
    /// Where the stock was changed by something else than the scheme, in the order of time; each ends an epoch.
    package var resets: [StockReset] = []
    /// What came of the strategy file's claims in the trial before the run; empty where it has none.
    package var claims: [RunRecord.Claim] = []
    /// The checks that the scheme violates already where one buyer comes after the other.
    package var brokenInRehearsal: [CheckName] = []

    package init(_ recorded: RecordedAttempts, rules: SaleRules, epoch: Epoch, doubts: Doubts = Doubts()) {
        self.recorded = recorded
        self.rules = rules
        self.epoch = epoch
        self.doubts = doubts
    }

    /// Whether an attempt whose end is not known, or which the history lacks, may still have taken effect after the final
    /// read.
    package var hasStragglers: Bool {
        !doubts.clientsWereGone && (recorded.survey.openEnds > 0 || recorded.hasGaps)
    }
}

/// A time in which units left the stock, and came to it in no other ways than are told here: what there was at its start, and
/// what was read at its end.
package struct Epoch: Sendable {
    /// Units of stock when it began.
    package var units: Int
    /// Units that were given to the sale meanwhile.
    package var restocks: [Restock] = []
    /// CLOCK_MONOTONIC from the opening of the doors until the last client was gone; nil where it is not known.
    package var span: ClosedRange<UInt64>?
    /// What the probe read at its end.
    package var stock: FinalStock
    /// Of ``stock``, the units that were on hold; nil where nobody counts them apart.
    package var held: Int?
    /// nil where the strategy keeps none, or where it could not be read (``ledgerProblem`` then says why).
    package var ledger: Ledger?
    package var ledgerProblem: String?
    /// The names of the units that were for sale, where the strategy file lists them.
    package var forSale: UnitsForSale?
    /// What stores said that keep the same thing; empty where there is one of each.
    package var stores: [StoreComparison] = []
    /// How the consumers were waited for; nil where the strategy file has no `drain:`.
    package var drain: DrainRecord?

    package init(
        units: Int, span: ClosedRange<UInt64>? = nil, stock: FinalStock, ledger: Ledger? = nil,
        ledgerProblem: String? = nil
    ) {
        self.units = units
        self.span = span
        self.stock = stock
        self.ledger = ledger
        self.ledgerProblem = ledgerProblem
    }
}

/// What the strategy file says that buyers may have.
package struct SaleRules: Sendable, Equatable {
    /// Units that one buyer may have; nil if there is no limit.
    package var limit: Int?
    /// Purchases that one buyer may make; nil if there is no limit.
    package var purchaseLimit: Int?
    /// Which repeated calls take nothing.
    package var idempotency: Idempotency
    /// Whether an attempt may give its units back before it ends: then one whose answer was lost may have done so, too.
    package var givesBack = false
    /// Units that were taken and not sold come back by themselves, no sooner than so many nanoseconds after the call; nil if
    /// they never do.
    package var lapsesNanoseconds: UInt64?
    /// Shelves that the stock is on, each with units of its own: sold-out is who was told so at every one of them, one after the
    /// other. nil where the stock is in one place.
    package var shelves: Int?

    package init(limit: Int? = nil, purchaseLimit: Int? = nil, idempotency: Idempotency = .none) {
        self.limit = limit
        self.purchaseLimit = purchaseLimit
        self.idempotency = idempotency
    }

    /// Whether a buyer may have only so much.
    package var hasLimit: Bool { limit != nil || purchaseLimit != nil }
}

/// What the strategy file's `idempotent:` says: which repeated calls take nothing and give what the first one got.
package enum Idempotency: String, Sendable, CaseIterable, Codable {
    /// Every call stands for itself.
    case none
    /// The calls of one purchase.
    case purchase
    /// The calls of one buyer, whichever purchase they are for.
    case buyer
}

/// Why what was read beside the history may be wrong. Nobody is accused because of what may be.
package struct Doubts: Sendable, Equatable {
    /// Whether every client of ours was seen to be gone on the server before the final read.
    package var clientsWereGone = true
    /// How the server was lost while buyers bought; nil if it was there all the time, as far as is known.
    package var serverLoss: ServerLoss?
    /// What may have taken keys of the sale away beside the scheme; nil where nothing did, as far as is known.
    package var keysLoss: KeysLoss?
    /// What is wrong with files that the verdict rests on, in words for the user.
    package var recordProblems: [String] = []
    /// Why the units, the stock at the end, and whatever else is not in the history may be wrong, in words that go on after
    /// "but"; nil if they can be relied on.
    package var reason: String?

    package init() {}
}

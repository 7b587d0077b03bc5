/// Carts of several items that were refused where units can come back: whether any of their items may have lacked units at an instant of
/// their time.
///
/// The bounds are those of ``HeldBounds``: what others bought, may have bought, or held for a moment counts as taken from their calls on.
/// What a refused cart held itself is no reason to refuse it. So two carts that refuse each other, because each holds what the other
/// lacks, are right; that they keep what they held is seen in the accounts.
///
/// One item is looked at after the other, so that the bounds of one are in memory at a time. Each look is O(n log n).
struct CartRefusals {
    private let history: History
    private let reader: CartReader
    /// Where the refusals are, in the order in which they lie.
    private var positions: [History.Position] = []
    /// Of each whether an item explains it that was looked at.
    private var isExplained: [Bool] = []
    /// Whether a look found one of which some unit was there all the time.
    private var sawStock = false

    /// - Parameter areAsked: otherwise there are none.
    init(_ facts: RunFacts, _ reader: CartReader, areAsked: Bool) {
        history = facts.recorded.history
        self.reader = reader
        // What nobody recorded may have taken anything; a server that lost its stock has nothing left to sell; who looks at one shelf
        // after the other may find each of them empty; and what a reset left is of another epoch.
        guard areAsked, !facts.recorded.hasGaps, facts.doubts.serverLoss == nil, facts.rules.shelves == nil,
            facts.resets.isEmpty
        else { return }
        for (position, record) in history.records where record.outcome == .soldOut {
            if reader.parts(ofPurchase: record.purchase).count > 1 { positions.append(position) }
        }
        isExplained = Array(repeating: false, count: positions.count)
    }

    var isEmpty: Bool { positions.isEmpty }
    var count: Int { positions.count }

    /// Those that no item explains, once all were looked at.
    var unexplained: [History.Position] { zip(positions, isExplained).lazy.filter { !$0.1 }.map(\.0) }

    /// - Parameter own: of one item, with the parts of carts in the order in which these lie.
    /// - Returns: whether units of it were there all the time while a cart was refused.
    mutating func look(at own: RunFacts, item: Int) -> Bool {
        let own = own.believable.withOrdersOfUnits.widened
        let bounds = ReturnableStock.bounds(own, Resolution(own))
        let units = own.epoch.units
        var next = 0
        for (_, record) in own.recorded.history.records where record.isPart && record.outcome == .soldOut {
            while next < positions.count, history.record(at: positions[next]).id != record.id { next += 1 }
            guard next < positions.count else { break }
            guard !isExplained[next] || !sawStock else { continue }
            let call = record.invokedNanoseconds
            let interval = call...max(call, record.returnedNanoseconds ?? .max)
            let most = bounds.most(in: interval) - own.rules.ownHold(record)
            if most > units - record.quantity { isExplained[next] = true }
            if most < units { sawStock = true }
        }
        return sawStock
    }
}

/// Decides whether a sale is linearizable: whether some order of its operations, consistent with real time, explains every
/// reply (Herlihy and Wing 1990).
///
/// To decide that is NP-complete in general (Gibbons and Korach 1997), and general checkers search (Wing and Gong 1993;
/// Lowe 2017). A stock that is only ever taken from needs no search where replies say what is left: they fix the order
/// (``ClaimSequence``). What they leave open are holes, into which takings must fit that say nothing or may not have
/// happened (``SlotMatching``). Where these differ in their quantities, the rest of the problem is one of sums, and a search
/// is made with a limit (``SilentSale``, ``GapSearch``); past it the answer is `undecided`.
///
/// A sold-out for q constrains only that q units were too many at its return: all positions up to N − q + 1 are taken by
/// then. Its call says nothing, since the stock never rises.
struct Linearizer {
    /// Decides it.
    ///
    /// - Parameter history: any; claims of positions that do not exist are contradictions.
    static func explain(_ history: StockHistory) -> Explanation {
        guard history.doubts.isEmpty else { return Choices(history).explain() }
        var steps = GapSearch.stepLimit
        return solve(history, steps: &steps)
    }

    /// Decides a history without doubts.
    ///
    /// - Parameter steps: that a search may make; those that it makes are taken from it.
    static func solve(_ history: StockHistory, steps: inout Int) -> Explanation {
        if let final = history.final, final > history.units {
            return .contradicted([.moreThanEver(final: final)], total: 1)
        }
        let sequence = ClaimSequence(history)
        guard sequence.contradictions.isEmpty else {
            return .contradicted(sequence.contradictions.first, total: sequence.contradictions.total)
        }
        guard !history.hasGaps else { return .explained }
        let lastClaimed = sequence.byPosition.last.map { history.claims[Int($0)].last } ?? 0
        let lastSoldOut = history.soldOuts.map { history.position(emptying: $0) }.max() ?? 0
        let mandatory = history.final.map { history.units - $0 } ?? max(lastClaimed, lastSoldOut)
        let deadlines = Deadlines(history)
        guard let quantity = commonQuantity(history) else {
            if history.claims.isEmpty { return SilentSale.explain(history, steps: &steps) }
            return search(history, sequence: sequence, mandatory: mandatory, deadlines: deadlines, steps: &steps)
        }
        let (holes, tail) = Gap.all(in: history, between: sequence, upTo: mandatory)
        var contradictions = ContradictionList()
        var pieces: [Gap] = []
        var rest: [Gap] = []
        for hole in holes {
            if hole.after != nil || history.final != nil, !hole.units.isMultiple(of: quantity) {
                contradictions.add(.hole(notDivisible(hole, history)))
            }
            for piece in hole.pieces(of: quantity, deadlines) {
                // Without a last read only those must be filled that a sold-out needs.
                let needed: Int
                if hole.after == nil, history.final == nil {
                    let slots = mandatory < piece.first ? 0 : (mandatory - piece.first) / quantity + 1
                    needed = min(piece.units, slots * quantity)
                } else {
                    needed = piece.units
                }
                if needed > 0 {
                    var full = piece
                    full.units = needed
                    pieces.append(full)
                }
                if needed < piece.units {
                    var free = piece
                    free.first += needed
                    free.units -= needed
                    rest.append(free)
                }
            }
            if hole.after == nil, history.final == nil {
                let start = hole.first + hole.units / quantity * quantity
                if mandatory >= start { contradictions.add(.hole(notDivisible(hole, history))) }
            }
        }
        if let tail { rest += tail.pieces(of: quantity, deadlines) }
        let matching = SlotMatching(quantity: quantity)
        matching.fill(pieces, with: history.certain + history.optional, of: history, noting: &contradictions)
        matching.place(history.certain, in: pieces + rest, noting: &contradictions)
        return contradictions.isEmpty
            ? .explained : .contradicted(contradictions.first, total: contradictions.total)
    }

    private static func notDivisible(_ hole: Gap, _ history: StockHistory) -> Contradiction.Hole {
        let candidates = (history.certain + history.optional).prefix(Contradiction.candidateLimit)
        return Contradiction.Hole(
            first: hole.first, units: hole.units, before: hole.before, after: hole.after,
            candidates: candidates.map(\.operation), soldOut: nil)
    }

    /// Of all takings that say nothing; nil if they differ.
    private static func commonQuantity(_ history: StockHistory) -> Int? {
        let first = (history.certain.first ?? history.optional.first)?.quantity ?? 1
        return history.certain.allSatisfy { $0.quantity == first }
            && history.optional.allSatisfy { $0.quantity == first }
            ? Int(first) : nil
    }

    private static func search(
        _ history: StockHistory, sequence: ClaimSequence, mandatory: Int, deadlines: Deadlines,
        steps: inout Int
    ) -> Explanation {
        let (holes, tail) = Gap.all(in: history, between: sequence, upTo: mandatory)
        let wanted = history.certain.reduce(0) { $0 + Int($1.quantity) }
        let room = holes.reduce(0) { $0 + $1.units } + (tail?.units ?? 0)
        guard wanted <= room else {
            return .contradicted([.total(taken: wanted, possible: room)], total: 1)
        }
        var gaps = GapSearch(
            history, holes: holes, tail: tail, deadlines: deadlines, mandatory: mandatory, steps: steps)
        let result = gaps.run()
        steps = gaps.stepsLeft
        switch result {
        case .found: return .explained
        case .givenUp:
            let takings = history.certain.count + history.optional.count
            return .undecided(
                "\(takings.counted("attempt")) of different quantities may fill \(holes.count.counted("hole")), and "
                    + "\(GapSearch.stepLimit.grouped) steps were not enough to try all ways")
        case .impossible:
            let hole = holes.first ?? tail
            guard let hole else { return .contradicted([.total(taken: wanted, possible: room)], total: 1) }
            return .contradicted([.hole(notDivisible(hole, history))], total: 1)
        }
    }
}

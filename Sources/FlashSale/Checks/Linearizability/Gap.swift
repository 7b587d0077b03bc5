/// Neighbouring positions that no claim covers, or the part of them before which the same sold-outs must come.
struct Gap: Equatable {
    var first: Int
    /// Positions, at least 1.
    var units: Int
    /// Who fills it is called no later than `latest` and ends no earlier than `earliest`.
    var earliest: UInt64
    var latest: UInt64
    /// Claims beside it.
    var before: UInt32?
    var after: UInt32?

    /// The holes of a sale up to the last position that must be filled, and the rest of the stock.
    ///
    /// - Parameters:
    ///   - sequence: without contradictions.
    ///   - mandatory: the last position that must be filled.
    static func all(in history: StockHistory, between sequence: ClaimSequence, upTo mandatory: Int) -> (
        holes: [Gap], tail: Gap?
    ) {
        var holes: [Gap] = []
        var position = 1
        var earliest: UInt64 = 0
        var before: UInt32?
        for index in sequence.byPosition {
            let claim = history.claims[Int(index)]
            if claim.first > position {
                holes.append(
                    Gap(
                        first: position, units: claim.first - position, earliest: earliest, latest: .max,
                        before: before, after: claim.operation))
            }
            position = claim.last + 1
            earliest = max(earliest, claim.call)
            before = claim.operation
        }
        // What comes before a claim is called before it ends.
        var latest = UInt64.max
        var hole = holes.count - 1
        for index in sequence.byPosition.reversed() {
            let claim = history.claims[Int(index)]
            latest = min(latest, claim.end)
            if hole >= 0, holes[hole].after == claim.operation {
                holes[hole].latest = latest
                hole -= 1
            }
        }
        var tail: Gap?
        let end = history.final.map { history.units - $0 } ?? history.units
        if position <= end {
            let rest = Gap(
                first: position, units: end - position + 1, earliest: earliest, latest: .max, before: before, after: nil
            )
            if mandatory >= position { holes.append(rest) } else { tail = rest }
        }
        return (holes, tail)
    }

    /// The same positions as slots of `quantity` units, cut where the latest call changes because of a sold-out.
    ///
    func pieces(of quantity: Int, _ deadlines: Deadlines) -> [Gap] {
        var pieces: [Gap] = []
        var slot = 0
        let slots = units / quantity
        for deadline in deadlines.from(first) {
            guard slot < slots else { break }
            guard deadline.position >= first + slot * quantity else { continue }
            let end = min(slots, (deadline.position - first) / quantity + 1)
            pieces.append(
                Gap(
                    first: first + slot * quantity, units: (end - slot) * quantity, earliest: earliest,
                    latest: min(latest, deadline.latest), before: before, after: after))
            slot = end
        }
        if slot < slots {
            pieces.append(
                Gap(
                    first: first + slot * quantity, units: (slots - slot) * quantity, earliest: earliest,
                    latest: latest, before: before, after: after))
        }
        return pieces
    }
}

/// When positions must be taken at the latest because somebody was told that they are gone.
///
/// There may be as many sold-outs as attempts, each for another quantity, and as many holes, so that a hole finds its own
/// by halving.
struct Deadlines {
    struct Deadline {
        /// This position and all before it …
        var position: Int
        /// … are taken at this instant.
        var latest: UInt64
    }

    /// By position; the later a position, the later it must be taken.
    private let ascending: [Deadline]

    init(_ history: StockHistory) {
        var deadlines = history.soldOuts.map {
            Deadline(position: history.position(emptying: $0), latest: $0.returned)
        }
        deadlines.sort { $0.position < $1.position }
        // What must be taken before a later position must be taken as early as that.
        for index in deadlines.indices.dropLast().reversed() {
            deadlines[index].latest = min(deadlines[index].latest, deadlines[index + 1].latest)
        }
        ascending = deadlines
    }

    /// Those of a position and of all after it.
    func from(_ position: Int) -> ArraySlice<Deadline> {
        ascending[ascending.partitioningIndex { $0.position >= position }...]
    }
}

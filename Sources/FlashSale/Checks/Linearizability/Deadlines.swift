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
        var (low, high) = (0, ascending.count)
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return ascending[low...]
    }
}

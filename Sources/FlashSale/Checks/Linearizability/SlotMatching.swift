/// Fills the holes of a sale with takings of one quantity each: a matching between slots and takings.
///
/// A slot and a taking fit if their intervals meet. Which of two takings comes first never matters, since two in the wrong
/// order can be swapped. Slots stand in the order of both of their bounds, so that each taking fits neighbouring slots (a
/// convex bipartite graph), and giving each slot the taking that ends first leaves no more slots empty than any other way
/// (Glover 1967). Every slot can be filled and every certain taking placed at once if each can be done by itself
/// (Mendelsohn and Dulmage 1958).
struct SlotMatching {
    private let quantity: Int

    init(quantity: Int) { self.quantity = quantity }

    /// Whether every slot can be filled with some of the takings.
    func fill(
        _ pieces: [Gap], with takings: [StockHistory.Taking], of history: StockHistory,
        noting contradictions: inout ContradictionList
    ) {
        let sorted = takings.sorted { $0.call < $1.call }
        var waiting = EarliestEnd()
        var next = 0
        for piece in pieces {
            while next < sorted.count, sorted[next].call <= piece.latest {
                waiting.insert(sorted[next])
                next += 1
            }
            while let first = waiting.first, first.end < piece.earliest { waiting.removeFirst() }
            var empty = piece.units / quantity
            while empty > 0, waiting.first != nil {
                waiting.removeFirst()
                empty -= 1
            }
            guard empty > 0 else { continue }
            guard contradictions.first.count < Contradiction.limit else {
                contradictions.addAnother()
                continue
            }
            let fits = sorted.lazy.filter { $0.call <= piece.latest && $0.end >= piece.earliest }
            let position = history.soldOuts.filter {
                history.position(emptying: $0) >= piece.first && $0.returned == piece.latest
            }
            contradictions.add(
                .hole(
                    .init(
                        first: piece.first, units: empty * quantity, before: piece.before, after: piece.after,
                        candidates: fits.prefix(Contradiction.candidateLimit).map(\.operation),
                        soldOut: position.first)))
        }
    }

    /// Whether every taking finds a slot.
    func place(_ takings: [StockHistory.Taking], in pieces: [Gap], noting contradictions: inout ContradictionList) {
        let sorted = takings.sorted { $0.call < $1.call }
        var waiting = EarliestEnd()
        var next = 0
        for piece in pieces {
            while next < sorted.count, sorted[next].call <= piece.latest {
                waiting.insert(sorted[next])
                next += 1
            }
            while let first = waiting.first, first.end < piece.earliest {
                contradictions.add(.unplaced(first.operation))
                waiting.removeFirst()
            }
            var free = piece.units / quantity
            while free > 0, waiting.first != nil {
                waiting.removeFirst()
                free -= 1
            }
        }
        while let first = waiting.first {
            contradictions.add(.unplaced(first.operation))
            waiting.removeFirst()
        }
        for taking in sorted[next...] { contradictions.add(.unplaced(taking.operation)) }
    }
}

/// A heap with the taking that ends first at the root.
private struct EarliestEnd {
    private var heap: [StockHistory.Taking] = []

    var first: StockHistory.Taking? { heap.first }

    mutating func insert(_ taking: StockHistory.Taking) {
        heap.append(taking)
        var index = heap.count - 1
        while index > 0, heap[index].end < heap[(index - 1) / 2].end {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in 2 * index + 1..<2 * index + 3 where child < heap.count && heap[child].end < heap[least].end {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}

extension History {
    /// A time of which one wants to know what else happened in it.
    package struct Neighbourhood: Sendable, Equatable {
        /// CLOCK_MONOTONIC.
        package var window: ClosedRange<UInt64>
        /// Within or beside the window: what is nearest to it counts most.
        package var moment: UInt64
        /// Attempts that are known already.
        package var excluded: Set<Int>

        package init(window: ClosedRange<UInt64>, moment: UInt64, excluded: Set<Int>) {
            self.window = window
            self.moment = moment
            self.excluded = excluded
        }
    }

    /// Attempts that overlap a window.
    package struct Neighbours: Sendable, Equatable {
        /// In the order of invocation.
        package var attempts: [Attempt] = []
        /// How many there are in all.
        package var count = 0
    }

    /// For each place the attempts that overlap its window: those first that may have changed the stock, and of these the ones
    /// nearest to its moment. One pass over the history, whatever the number of places.
    ///
    /// An attempt whose end is not known counts as over at once, so that it does not seem to be near everything.
    ///
    /// - Parameter limit: the most attempts of a place, at least 1.
    package func neighbours(of places: [Neighbourhood], limit: Int) -> [Neighbours] {
        guard let earliest = places.map(\.window.lowerBound).min(), let latest = places.map(\.window.upperBound).max()
        else { return [] }
        var nearest = places.map { _ in Nearest(limit: limit) }
        for (position, record) in records {
            let invoked = record.invokedNanoseconds
            let end = Swift.max(invoked, record.returnedNanoseconds ?? invoked)
            guard invoked <= latest, end >= earliest else { continue }
            for (index, place) in places.enumerated() {
                guard invoked <= place.window.upperBound, end >= place.window.lowerBound,
                    !place.excluded.contains(record.id)
                else { continue }
                let distance =
                    place.moment < invoked ? invoked - place.moment : place.moment > end ? place.moment - end : 0
                nearest[index].take(
                    .init(isIdle: !record.outcome.mayTakeEffect, distance: distance, position: position))
            }
        }
        return nearest.map { nearest in
            let attempts = attempts(at: nearest.kept.map(\.position))
            return Neighbours(
                attempts: attempts.sorted { ($0.invokedNanoseconds, $0.id) < ($1.invokedNanoseconds, $1.id) },
                count: nearest.count)
        }
    }

    /// The nearest few of any number.
    private struct Nearest {
        struct Candidate {
            var isIdle: Bool
            var distance: UInt64
            var position: Position

            static func < (left: Candidate, right: Candidate) -> Bool {
                if left.isIdle != right.isIdle { return right.isIdle }
                return left.distance != right.distance
                    ? left.distance < right.distance : left.position < right.position
            }
        }

        let limit: Int
        var count = 0
        /// From the nearest on.
        var kept: [Candidate] = []

        init(limit: Int) { self.limit = limit }

        mutating func take(_ candidate: Candidate) {
            count += 1
            if kept.count == limit {
                guard let last = kept.last, candidate < last else { return }
                kept.removeLast()
            }
            kept.insert(candidate, at: kept.firstIndex { candidate < $0 } ?? kept.count)
        }
    }
}

extension Outcome {
    /// Whether it may have changed the stock, if only for a while.
    fileprivate var mayTakeEffect: Bool {
        switch self {
        case .won, .unknown, .returned, .held: true
        case .soldOut, .conflict, .duplicate, .failed: false
        }
    }
}

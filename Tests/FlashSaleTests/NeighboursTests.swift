import FlashSale
import Testing

/// What else happened in a time.
struct NeighboursTests {
    private func attempt(_ id: Int, _ invoked: UInt64, _ returned: UInt64?, _ outcome: Outcome = .soldOut) -> Attempt {
        Attempt(
            id: id, purchase: id, buyer: id, worker: 0, thread: 0, invokedNanoseconds: invoked,
            returnedNanoseconds: returned, outcome: outcome)
    }

    @Test func onlyWhatOverlapsTheWindowCounts() {
        let history = History([
            attempt(1, 0, 99), attempt(2, 50, 100), attempt(3, 200, 300), attempt(4, 201, 300), attempt(5, 120, 130),
            // Its end is not known, and it does not count as near to all that follows.
            attempt(6, 10, nil, .unknown), attempt(7, 150, nil, .unknown),
        ])
        let found = history.neighbours(of: [.init(window: 100...200, moment: 150, excluded: [5])], limit: 10)
        #expect(found.map { $0.attempts.map(\.id) } == [[2, 7, 3]] && found[0].count == 3)
    }

    @Test func whatChangedTheStockComesFirstAndThenWhatIsNear() {
        let history = History(
            (0..<50).map { attempt($0 + 1, UInt64(100 + $0), UInt64(100 + $0), $0 == 0 ? .won : .soldOut) })
        let places: [History.Neighbourhood] = [
            .init(window: 100...200, moment: 149, excluded: []), .init(window: 100...110, moment: 104, excluded: [1]),
            .init(window: 900...901, moment: 900, excluded: []),
        ]
        let found = history.neighbours(of: places, limit: 3)
        #expect(found.map { $0.attempts.map(\.id) } == [[1, 49, 50], [4, 5, 6], []])
        #expect(found.map(\.count) == [50, 10, 0])
    }

    @Test func nothingIsAskedOfNoPlaces() { #expect(History([attempt(1, 1, 2)]).neighbours(of: [], limit: 5).isEmpty) }
}

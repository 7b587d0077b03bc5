import FlashSale
import Testing

/// At which node an attempt was made: in the journal, in words, and what it says of when the primary changed.
struct NodeTimesTests {
    private static let nodes = ["a:1", "b:1"]

    private func attempt(
        _ id: Int, _ invoked: UInt64, _ returned: UInt64?, node: Int, _ outcome: Outcome = .won
    ) -> Attempt {
        Attempt(
            id: id, purchase: id, buyer: id, invokedNanoseconds: invoked, returnedNanoseconds: returned,
            outcome: outcome, node: node)
    }

    @Test(arguments: 0...15) func aRecordKeepsTheNode(_ node: Int) {
        var written = attempt(7, 1, 2, node: node)
        written.remaining = 3
        written.isHole = true
        #expect(Array(History([written])) == [written])
    }

    @Test(arguments: [(0, nil), (1, "a:1"), (2, "b:1"), (3, "other"), (15, "other")])
    func aNodeHasItsName(_ node: Int, _ name: String?) { #expect(NodeTimes.name(node, of: Self.nodes) == name) }

    private func reset(from: String? = "a:1", to: String? = "b:1") -> StockReset {
        var reset = StockReset(
            .failover, startedNs: 1000, endedNs: 2000, before: nil, after: .units(3), cutConnections: false,
            mayForget: true)
        (reset.from, reset.to) = (from, to)
        return reset
    }

    private func widened(
        _ attempts: [Attempt], _ reset: StockReset, within span: ClosedRange<UInt64> = 0...UInt64.max
    ) -> ClosedRange<UInt64> {
        let found = NodeTimes.widened(reset, nodes: Self.nodes, within: span, History(attempts))
        return found.startedNs...found.endedNs
    }

    @Test func whoeverWasThereWidensTheChange() {
        #expect(widened([attempt(1, 0, 900, node: 1), attempt(2, 2100, 2200, node: 2)], reset()) == 1000...2000)
        // The new one served before the change was seen.
        #expect(widened([attempt(1, 800, 900, node: 2)], reset()) == 800...2000)
        // The old one still did after it.
        #expect(widened([attempt(1, 1900, 2500, node: 1)], reset()) == 1000...2500)
        #expect(widened([attempt(1, 2600, 2700, node: 1)], reset()) == 1000...2700)
    }

    @Test func whatSaysNothingDoesNot() {
        let untold = [
            attempt(1, 10, 20, node: 0), attempt(2, 30, 40, node: 15), attempt(3, 50, 60, node: 2, .failed),
            attempt(4, 3000, nil, node: 1, .unknown), attempt(5, 3000, 3100, node: 1, .failed),
        ]
        #expect(widened(untold, reset()) == 1000...2000)
        #expect(widened([attempt(1, 800, 900, node: 2)], reset(to: nil)) == 1000...2000)
        #expect(widened([attempt(1, 800, 900, node: 2)], reset(from: "c:1")) == 1000...2000)
        // Other changes have their own.
        let others = [attempt(1, 100, 200, node: 2), attempt(2, 5000, 6000, node: 1)]
        #expect(widened(others, reset(), within: 500...4000) == 1000...2000)
    }
}

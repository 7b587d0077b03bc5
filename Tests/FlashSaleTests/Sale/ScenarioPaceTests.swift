import FlashSale
import Testing

@Suite struct ScenarioPaceTests {
    /// A pace that a file may hold, and whether a run can have it.
    struct Case: CustomTestStringConvertible, Sendable {
        var pace: Pace
        var isPlausible: Bool
        var testDescription: String { "\(pace)" }

        init(_ pace: Pace, _ isPlausible: Bool) {
            self.pace = pace
            self.isPlausible = isPlausible
        }

        static func rate(_ from: Double, _ to: Double, over ramp: UInt64 = 1000, _ isPlausible: Bool) -> Case {
            Case(Pace(rate: Rate(from: from, to: to, rampNanoseconds: ramp)), isPlausible)
        }
    }

    private static let day: UInt64 = 86_400_000_000_000
    static let cases: [Case] = [
        Case(.rush, true), .rate(5, 5, over: 0, true), .rate(0, 5, true), .rate(5, 0, true),
        .rate(0.001, 10_000_000, true),
        .rate(5, 5, over: day, true), .rate(0, 0, over: 1000, false), .rate(0, 0, over: 0, false),
        .rate(0, 5, over: 0, false),
        .rate(-1, 5, false), .rate(5, -1, false), .rate(.nan, 5, false), .rate(5, .nan, false),
        .rate(.nan, .nan, over: 0, false), .rate(.infinity, .infinity, over: 0, false), .rate(5, 1e300, false),
        .rate(5, 10_000_000.1, false), .rate(1e-300, 1e-300, over: 0, false), .rate(5, 6, over: day + 1, false),
        Case(Pace(durationNanoseconds: 1), true), Case(Pace(durationNanoseconds: 0), false),
        Case(Pace(durationNanoseconds: day + 1), false), Case(Pace(durationNanoseconds: .max), false),
        Case(Pace(warmUpNanoseconds: day), true), Case(Pace(warmUpNanoseconds: .max), false),
        Case(Pace(bursts: [.init(buyers: 10, atNanoseconds: day)]), true),
        Case(Pace(bursts: [.init(buyers: 11, atNanoseconds: 0)]), false),
        Case(Pace(bursts: [.init(buyers: 0, atNanoseconds: 0)]), false),
        Case(Pace(bursts: [.init(buyers: -1, atNanoseconds: 0), .init(buyers: 2, atNanoseconds: 0)]), false),
        Case(Pace(bursts: [.init(buyers: .max, atNanoseconds: 0), .init(buyers: .max, atNanoseconds: 0)]), false),
        Case(Pace(bursts: [.init(buyers: 1, atNanoseconds: .max)]), false),
        Case(Pace(bursts: [.init(buyers: 1, atNanoseconds: 4)], durationNanoseconds: 5), true),
        Case(Pace(bursts: [.init(buyers: 1, atNanoseconds: 5)], durationNanoseconds: 5), false),
        Case(Pace(bursts: Array(repeating: .init(buyers: 1, atNanoseconds: 0), count: 1001)), false),
    ]

    @Test("a pace that was read from a file may be anything", arguments: cases)
    func plausible(example: Case) {
        #expect(Scenario.paced(example.pace, buyers: 10).isPlausible == example.isPlausible)
    }

    @Test(
        "a run that ends by time",
        arguments: [
            (Pace.rush, false), (Pace(rate: Rate(perSecond: 5)), false), (Pace(durationNanoseconds: 5), true),
            (Pace(rate: Rate(from: 5, to: 0, rampNanoseconds: 9)), true),
            (Pace(rate: Rate(from: 0, to: 5, rampNanoseconds: 9)), false), (Pace(warmUpNanoseconds: 5), false),
        ])
    func endsByTime(pace: Pace, ends: Bool) { #expect(pace.endsByTime == ends) }

    @Test(
        "its buyers are those up to the last who came",
        arguments: [
            // Purchases of each buyer, of rushes, purchases that were made, and buyers.
            (1, 0, [], 1), (1, 0, [1, 2, 3], 3), (1, 0, [7, 2], 7), (2, 0, [1, 2, 3], 2), (2, 0, [4], 2),
            (3, 0, [7], 3),
            (3, 0, [30], 10), (3, 0, [31, 99_999], 1), (1, 4, [], 4), (1, 4, [2], 4), (1, 4, [5], 5), (2, 4, [9], 5),
        ])
    func trims(perBuyer: Int, rush: Int, purchases: [Int], buyers: Int) {
        var pace = Pace(durationNanoseconds: 1000)
        if rush > 0 { pace.bursts = [.init(buyers: rush, atNanoseconds: 0)] }
        let scenario = Scenario.paced(pace, buyers: 10, perBuyer: perBuyer)
        let history = History(purchases.map { attempt(of: $0) })
        var expected = scenario
        expected.buyers = buyers
        #expect(scenario.trimmed(to: history) == expected)
        #expect(scenario.trimmed(to: history).trimmed(to: history) == expected)
        #expect(expected.isPlausible)
    }

    @Test("nobody is forgotten of a run that ends when all were served")
    func keeps() {
        let scenario = Scenario.paced(.rush, buyers: 10)
        #expect(scenario.trimmed(to: History([attempt(of: 3)])) == scenario)
    }

    private func attempt(of purchase: Int) -> Attempt {
        Attempt(
            id: purchase, purchase: purchase, buyer: purchase, worker: 0, number: 1, invokedNanoseconds: 1,
            returnedNanoseconds: 2, outcome: .soldOut)
    }
}

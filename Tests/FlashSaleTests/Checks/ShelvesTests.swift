import FactsTestSupport
import FlashSale
import Foundation
import Testing

/// What checks make of a stock on several shelves, where sold-out is told by one after the other.
struct ShelvesTests {
    private static func facts(
        _ attempts: [Attempt], units: Int, left: Int, shelves: Int?, givesBack: Bool = false
    ) -> RunFacts {
        var facts = RunFacts(
            scenario: Scenario(
                strategy: .init(name: "shelves", yaml: ""), units: units, buyers: 100, procs: 1, threads: 4),
            history: attempts, ledger: nil, finalStock: .units(left),
            workers: [.init(index: 0, reported: Tally(attempts))])
        facts.rules.shelves = shelves
        facts.rules.givesBack = givesBack
        return facts
    }

    private static func attempt(
        _ id: Int, _ outcome: Outcome, _ call: UInt64, _ end: UInt64, quantity: Int = 1
    ) -> Attempt {
        Attempt(
            id: id, purchase: id, buyer: id, invokedNanoseconds: call, returnedNanoseconds: end, outcome: outcome,
            quantity: quantity)
    }

    private static func linearizable(_ facts: RunFacts) throws -> CheckResult {
        try #require(Checks.ofSale(facts).first { $0.name == .linearizable })
    }

    @Test("each shelf may have one unit less than somebody wants")
    func fragments() throws {
        // Three shelves of two units each; one unit of each is sold, so that nobody gets two any more.
        let attempts =
            (1...3).map { Self.attempt($0, .won, UInt64($0), UInt64($0) + 1) }
            + [Self.attempt(4, .soldOut, 10, 20, quantity: 2)]
        let sharded = try Self.linearizable(Self.facts(attempts, units: 6, left: 3, shelves: 3))
        #expect(sharded.result == .upheld, "\(sharded)")
        #expect(sharded.detail.contains("what was left is told of a shelf"))
        // In one place, three are enough for two; and four are too many for three shelves.
        #expect(try Self.linearizable(Self.facts(attempts, units: 6, left: 3, shelves: nil)).result == .violated)
        let more = Array(attempts.dropFirst())
        #expect(try Self.linearizable(Self.facts(more, units: 6, left: 4, shelves: 3)).result == .violated)
    }

    @Test("whoever was told sold-out by all, after that nobody wins")
    func tooEarly() throws {
        let early = [Self.attempt(1, .won, 0, 1), Self.attempt(2, .soldOut, 2, 5), Self.attempt(3, .won, 6, 7)]
        let result = try Self.linearizable(Self.facts(early, units: 2, left: 0, shelves: 2))
        #expect(result.result == .violated, "\(result)")
        // Called before the tour was over, it may have been the last.
        let meanwhile = [Self.attempt(1, .won, 0, 1), Self.attempt(2, .soldOut, 2, 5), Self.attempt(3, .won, 4, 7)]
        #expect(try Self.linearizable(Self.facts(meanwhile, units: 2, left: 0, shelves: 2)).result == .upheld)
    }

    @Test("where units come back, all shelves need never be empty at once")
    func givenBack() throws {
        // The tour finds the first shelf empty while its unit is away for a moment, and then the second, whose unit was sold since.
        let attempts = [
            Self.attempt(1, .returned, 0, 3), Self.attempt(2, .soldOut, 1, 20), Self.attempt(3, .won, 10, 12),
        ]
        let result = try Self.linearizable(Self.facts(attempts, units: 2, left: 1, shelves: 2, givesBack: true))
        #expect(result.result == .upheld, "\(result)")
        #expect(result.detail.contains("neither is used"))
        #expect(
            try Self.linearizable(Self.facts(attempts, units: 2, left: 1, shelves: nil, givesBack: true)).result
                == .violated)
    }

    /// Sales of a right scheme: every attempt looks at one shelf after the other, each at a moment of its own.
    @Test("a right sale on several shelves is never accused, whatever the moments are")
    func rightSales() throws {
        for seed in 0..<2000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let shelves = Int.random(in: 1...4, using: &random)
            let units = Int.random(in: shelves...(3 * shelves), using: &random)
            let most = Int.random(in: 1...3, using: &random)
            var stock = (0..<shelves).map { units / shelves + ($0 < units % shelves ? 1 : 0) }
            struct Look { var instant: UInt64, attempt: Int, number: Int }
            var attempts: [Attempt] = []
            var looks: [Look] = []
            for id in 1...Int.random(in: 1...12, using: &random) {
                let call = UInt64.random(in: 0...30, using: &random)
                let instants = (0..<shelves).map { _ in call + UInt64.random(in: 0...15, using: &random) }.sorted()
                for (number, instant) in instants.enumerated() {
                    looks.append(Look(instant: instant, attempt: id - 1, number: number))
                }
                attempts.append(
                    Self.attempt(
                        id, .soldOut, call, instants[shelves - 1] + UInt64.random(in: 0...5, using: &random),
                        quantity: Int.random(in: 1...most, using: &random)))
            }
            for look in looks.sorted(by: { ($0.instant, $0.attempt, $0.number) < ($1.instant, $1.attempt, $1.number) })
            where attempts[look.attempt].outcome == .soldOut {
                let shelf = (look.attempt + look.number) % shelves
                guard stock[shelf] >= attempts[look.attempt].quantity else { continue }
                stock[shelf] -= attempts[look.attempt].quantity
                attempts[look.attempt].outcome = .won
                attempts[look.attempt].returnedNanoseconds = look.instant + UInt64.random(in: 0...5, using: &random)
            }
            let left = stock.reduce(0, +)
            let checks = Checks.ofSale(Self.facts(attempts, units: units, left: left, shelves: shelves))
            #expect(!checks.contains { $0.result == .violated }, "seed \(seed): \(checks)")
        }
    }

    @Test func theFindingOfUnitsLeftKnowsShelves() throws {
        let attempts = [Self.attempt(1, .won, 0, 1), Self.attempt(2, .soldOut, 2, 3, quantity: 2)]
        func finding(_ shelves: Int?) -> Finding? {
            let facts = Self.facts(attempts, units: 3, left: 2, shelves: shelves)
            return Checks.judge(facts).findings.first { $0.name == .soldOutWithStock }
        }
        #expect(finding(2) == nil && finding(nil) != nil)
    }

    @Test(arguments: [
        ("{stress:0zwns0t7gnar:3}stock", true), ("{stress:0zwns0t7gnar:1024}stock", true),
        ("{stress:0zwns0t7gnar}stock", true), ("{stress:0zwns0t7gnar:}stock", false),
        ("{stress:0zwns0t7gnar:x}stock", false), ("{stress:0zwns0t7gnar:12345}stock", false),
        ("{stress:0zwns0t7gnar:3:4}stock", false),
    ])
    func aShelfsKeyTellsItsRun(_ key: String, _ isKey: Bool) {
        let id = RunID(key: Array(key.utf8), nowSeconds: 1_900_000_000)
        #expect(id?.text == (isKey ? "0zwns0t7gnar" : nil))
    }
}

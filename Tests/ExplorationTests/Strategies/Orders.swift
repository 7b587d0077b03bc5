import EmbeddedRedis
import Exploration
import FlashSale
import Strategies
import TestSupport

/// Explores strategies on one private server.
struct Orders {
    private let server: EmbeddedServer

    init() throws { server = try StrategySale.startServer(executable: StressBinary.path) }

    struct Found {
        var end: ExplorationEnd
        var counts: ExplorationCounts
        /// What each buyer has sent and heard in each order, and what was there afterwards, each once.
        var ends: Set<String> = []
        /// Outcomes of the attempts in each order, sorted, each once.
        var outcomes: Set<[Outcome]> = []
        /// The first order in which each check is violated.
        var violated: [CheckName: Schedule] = [:]
        var everWon = false
    }

    func sale(
        _ yaml: String, buyers: Int, units: Int, purchasesPerBuyer: Int = 1, attempts: Int = 1
    ) throws -> StrategySale {
        let strategy = try StrategyFile.parse(yaml, file: "shop.yaml")
        var settings = StrategySale.Settings(buyers: buyers, units: units)
        settings.purchasesPerBuyer = purchasesPerBuyer
        settings.attempts = attempts
        return try StrategySale.open(
            strategy, from: .init(name: strategy.name, yaml: yaml), settings, on: server)
    }

    func explore(
        _ yaml: String, buyers: Int, units: Int, purchasesPerBuyer: Int = 1, attempts: Int = 1,
        _ bounds: ExplorationBounds = .init()
    ) throws -> Found {
        var sale = try sale(
            yaml, buyers: buyers, units: units, purchasesPerBuyer: purchasesPerBuyer, attempts: attempts)
        var found = Found(end: .complete, counts: .init())
        (found.end, found.counts) = try Explorer.explore(&sale, within: bounds) {
            execution, sale throws(RunError) in
            let talks = (0..<sale.buyers).map { buyer in
                execution.steps.filter { $0.offer.choice.buyer == buyer }.map {
                    "\($0.offer.choice.fault?.rawValue ?? "") \($0.offer.words) -> \($0.taken?.reply ?? "-")"
                }.joined(separator: "\n")
            }
            found.ends.insert("\(talks), \(try sale.look()), \(sale.leftovers().sorted())")
            let facts = try sale.facts()
            let outcomes = facts.recorded.history.map(\.outcome)
            found.outcomes.insert(outcomes.sorted { $0.rawValue < $1.rawValue })
            if outcomes.contains(.won) { found.everWon = true }
            for check in Checks.ofSale(facts) where check.result == .violated && found.violated[check.name] == nil {
                found.violated[check.name] = execution.schedule
            }
            return true
        }
        return found
    }
}

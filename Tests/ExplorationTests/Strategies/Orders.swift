import EmbeddedRedis
import Exploration
import FlashSale
import Strategies
import TestSupport

/// Explores strategies on one private server.
struct Orders {
    private let server: EmbeddedServer

    /// - Parameter stopsClock: whether time passes only where an order says so.
    init(stopsClock: Bool = false) throws {
        server = try StrategySale.startServer(stopsClock: stopsClock, executable: StressBinary.path)
    }

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
        _ yaml: String, buyers: Int, units: Int, purchasesPerBuyer: Int = 1, attempts: Int = 1,
        afterHold: [AfterHold] = [], carts: [[CartLine]] = []
    ) throws -> StrategySale {
        let strategy = try StrategyFile.parse(yaml, file: "shop.yaml")
        var settings = StrategySale.Settings(buyers: buyers, units: units)
        settings.purchasesPerBuyer = purchasesPerBuyer
        settings.attempts = attempts
        (settings.afterHold, settings.carts) = (afterHold, carts)
        return try StrategySale.open(
            strategy, from: .init(name: strategy.name, yaml: yaml), settings, on: server)
    }

    /// The sale of a phase.
    func made(_ yaml: String, _ phase: ExplorationPhase) throws(RunError) -> StrategySale {
        do {
            return try sale(
                yaml, buyers: phase.buyers, units: phase.units, afterHold: phase.afterHold, carts: phase.carts)
        } catch {
            throw error as? RunError ?? RunError(.bug, "\(error)")
        }
    }

    /// As the command does, of buyers with carts.
    func explore(_ yaml: String, carts: [[CartLine]], units: Int) throws -> Exploration {
        var phase = ExplorationPhase(buyers: carts.count, units: units)
        phase.carts = carts
        return try Exploration.run([phase]) { phase throws(RunError) in try made(yaml, phase) }
    }

    func explore(
        _ yaml: String, buyers: Int, units: Int, purchasesPerBuyer: Int = 1, attempts: Int = 1,
        afterHold: [AfterHold] = [], carts: [[CartLine]] = [], _ bounds: ExplorationBounds = .init()
    ) throws -> Found {
        var sale = try sale(
            yaml, buyers: buyers, units: units, purchasesPerBuyer: purchasesPerBuyer, attempts: attempts,
            afterHold: afterHold, carts: carts)
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
            let expiries = execution.steps.indices.filter { execution.steps[$0].offer.choice.isExpiry }
            for check in OrderChecks.results(facts, expiries: expiries)
            where check.result == .violated && found.violated[check.name] == nil {
                found.violated[check.name] = execution.schedule
            }
            return true
        }
        return found
    }
}

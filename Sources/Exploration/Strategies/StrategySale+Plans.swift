internal import EmbeddedRedis
package import FlashSale
internal import Shop
internal import Strategies

/// What each purchase wants, and what it does with a hold.
struct PurchasePlan: Hashable {
    /// Of the attempts that follow its hold (``LaterAttempt/place``).
    var places: [Int]
    /// Where its cart is among those that differ; 0 where there are none.
    var cart: Int
}

extension StrategySale {
    static func firstPurchase(_ scenario: Scenario) -> Int { (firstBuyer - 1) * scenario.purchasesPerBuyer + 1 }

    static func scenario(
        _ strategy: Strategy, _ source: Scenario.StrategySource, _ settings: Settings
    ) -> Scenario {
        var scenario = Scenario(
            strategy: source, units: settings.units, buyers: firstBuyer + settings.buyers - 1,
            purchasesPerBuyer: settings.purchasesPerBuyer,
            quantity: .init(min: settings.quantity, max: settings.quantity), attempts: settings.attempts, procs: 1,
            threads: 1, clients: settings.buyers * settings.purchasesPerBuyer)
        scenario.retryUnknown = settings.retryUnknown
        scenario.phases = strategy.phasePlan
        guard !settings.carts.isEmpty else { return scenario }
        let lines = settings.carts.flatMap(\.self)
        let count = 1 + (lines.map(\.item).max() ?? 0)
        let names = strategy.items.map { $0.map(\.item) } ?? []
        var goods = ItemsForSale(
            items: (0..<count).map { place in
                .init(item: names.count > place ? names[place] : String(place + 1), units: settings.units)
            },
            cart: .init(min: 1, max: settings.carts.map(\.count).max() ?? 1))
        // The purchase with number 1 has the first of them.
        let first = (firstPurchase(scenario) - 1) % settings.carts.count
        goods.carts = settings.carts.indices.map { place in
            settings.carts[(place - first + settings.carts.count) % settings.carts.count]
        }
        scenario.items = goods
        scenario.units = goods.units
        let quantities = lines.map(\.quantity)
        scenario.quantity = .init(min: quantities.min() ?? 1, max: quantities.max() ?? 1)
        return scenario
    }

    static func plans(_ scenario: Scenario, _ settings: Settings) -> [PurchasePlan] {
        (0..<scenario.clients).map { index in
            let after = settings.afterHold.indices.contains(index) ? settings.afterHold[index] : .pay
            let cart = settings.carts.isEmpty ? [] : settings.carts[index % settings.carts.count]
            return PurchasePlan(
                places: scenario.phases == nil ? [] : after.places,
                cart: settings.carts.firstIndex(of: cart) ?? 0)
        }
    }

    // MARK: The end

    package mutating func facts() throws(RunError) -> RunFacts {
        // As a run waits until every hold has lapsed.
        if takesTime { try letTimePass(milliseconds: lapseMilliseconds) }
        let ends = try sale.onEachItem { sale throws(RunError) in sale.readAccount() }
        let units = scenario.items?.items.map(\.units) ?? [scenario.units]
        let history = participants.flatMap(\.attempts)
        var recorded = RecordedAttempts(
            History(history), of: scenario, workers: [.init(index: 0, reported: Tally(history))])
        recorded.tellsLeft = scenario.items != nil && sale.strategy.tellsLeft
        let epochs = ends.enumerated().map { index, end in
            var epoch = Epoch(
                units: units[index], stock: end.stock, ledger: end.ledger, ledgerProblem: end.ledgerProblem)
            epoch.held = end.held
            epoch.forSale = sale.forSale(item: index)
            return epoch
        }
        var facts = RunFacts(recorded, rules: sale.strategy.rules, epoch: epochs[0])
        if let items = scenario.items {
            facts.items = zip(items.items, epochs).map { ItemEpoch(item: $0.item, epoch: $1) }
            facts.epoch = .ofAll(facts.items, span: nil)
        }
        return facts
    }
}

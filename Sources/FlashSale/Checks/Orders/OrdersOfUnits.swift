extension RunFacts {
    /// The facts with orders that can be counted: one for each id, where the ledger has one for each unit.
    ///
    /// A hash from a unit to its buyer has three entries of a buyer who wanted three. They become one order of three units,
    /// which is all that the id has bought, as in a ledger of quantities. Where every attempt wants one unit, an entry is an
    /// order already. And where a ledger that is no such hash names units beside an order of several, nobody knows how it
    /// writes several names down: they are not looked at.
    var withOrdersOfUnits: RunFacts {
        guard let ledger = epoch.ledger, ledger.orders.contains(where: { $0.unit != nil }),
            recorded.survey.commonQuantity != 1
        else { return self }
        var facts = self
        if ledger.unitsAreKeys {
            facts.epoch.ledger?.orders = Self.merged(ledger.orders)
            facts.epoch.ledger?.mergesRepeats = true
        } else {
            for index in ledger.orders.indices { facts.epoch.ledger?.orders[index].unit = nil }
        }
        return facts
    }

    /// One order for each id that the orders name, in the order in which these come first.
    private static func merged(_ orders: [Ledger.Order]) -> [Ledger.Order] {
        struct Key: Hashable {
            var scope: Scope
            var id: Int
        }
        var merged: [Ledger.Order] = []
        var units: [[String]] = []
        var places: [Key: Int] = [:]
        for order in orders {
            let key = Key(scope: Scope(order), id: order.attempt ?? order.purchase ?? order.buyer ?? 0)
            let names = order.unit.map { UnitText.names(in: $0) } ?? []
            if let place = places[key] {
                merged[place].quantity = (merged[place].quantity ?? 1) + (order.quantity ?? 1)
                units[place] += names
            } else {
                places[key] = merged.count
                var first = order
                first.quantity = order.quantity ?? 1
                merged.append(first)
                units.append(names)
            }
        }
        for place in merged.indices { merged[place].unit = units[place].isEmpty ? nil : UnitText.text(units[place]) }
        return merged
    }
}

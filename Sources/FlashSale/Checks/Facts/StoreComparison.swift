/// What two stores said of the same thing once the doors were closed.
package struct StoreComparison: Codable, Sendable, Equatable {
    package enum Subject: String, RecordWord {
        case stock, orders
        package static let kind = "subject of a comparison"
    }

    /// So many orders that only one of them has are named.
    private static let shownOrders = 10

    package var subject: Subject
    /// The stores, by what asks them and where the file has it: `redis (line 12)`.
    package var first: String
    package var other: String
    /// Units left, for the stock.
    package var firstUnits: Int?
    package var otherUnits: Int?
    /// How many orders only one of the two has, and the first of them.
    package var onlyInFirst: Int?
    package var onlyInOther: Int?
    package var orders: [String]?
    /// Why they could not be compared.
    package var problem: String?

    package init(_ subject: Subject, first: String, other: String) {
        self.subject = subject
        self.first = first
        self.other = other
    }

    package var differs: Bool {
        problem == nil && (firstUnits != otherUnits || onlyInFirst ?? 0 > 0 || onlyInOther ?? 0 > 0)
    }

    package mutating func compare(_ stock: FinalStock, with otherStock: FinalStock) {
        guard case .units(let units) = stock, case .units(let otherUnits) = otherStock else {
            let (name, found): (String, FinalStock) =
                if case .units = stock { (other, otherStock) } else { (first, stock) }
            problem = "\(name) says \(found.inWords)"
            return
        }
        (firstUnits, self.otherUnits) = (units, otherUnits)
    }

    package mutating func compare(_ ledger: Ledger, with otherLedger: Ledger) {
        if let count = ledger.countOnly ?? (otherLedger.countOnly == nil ? nil : ledger.count) {
            let otherCount = otherLedger.count
            (onlyInFirst, onlyInOther) = (max(0, count - otherCount), max(0, otherCount - count))
            return
        }
        var counts = Dictionary(ledger.orders.map { ($0, 1) }, uniquingKeysWith: +)
        for order in otherLedger.orders { counts[order, default: 0] -= 1 }
        var (mine, others, named) = (0, 0, [String]())
        for (order, count) in counts where count != 0 {
            if count > 0 { mine += count } else { others -= count }
            named.append("\(Self.words(order)), only in \(count > 0 ? first : other)")
        }
        (onlyInFirst, onlyInOther) = (mine, others)
        orders = Array(named.sorted().prefix(Self.shownOrders))
    }

    /// `order of attempt 12, buyer 3, 2 units`.
    private static func words(_ order: Ledger.Order) -> String {
        let parts = [
            order.attempt.map { "attempt \($0)" }, order.purchase.map { "purchase \($0)" },
            order.buyer.map { "buyer \($0)" }, order.unit.map { "unit \(ForeignText.shown($0))" },
            order.quantity.map { $0.counted("unit") },
        ].compactMap { $0 }
        return "order of \(parts.isEmpty ? "nobody" : parts.joined(separator: ", "))"
    }

    /// What differs, as sentences without their ends; empty where nothing does.
    var differences: [String] {
        switch subject {
        case .stock:
            guard let firstUnits, let otherUnits, firstUnits != otherUnits else { return [] }
            return [
                "\(first) has \(firstUnits.counted("unit")) left, \(other) has \(otherUnits.grouped): "
                    + "\(abs(firstUnits - otherUnits).grouped) \(firstUnits < otherUnits ? "more" : "fewer") in \(other)"
            ]
        case .orders:
            guard differs else { return [] }
            return [
                "\((onlyInFirst ?? 0).counted("order")) only in \(first), \((onlyInOther ?? 0).grouped) only in \(other)"
            ] + (orders ?? [])
        }
    }
}

/// How a run waited until consumers were through.
package struct DrainRecord: Codable, Sendable, Equatable {
    /// How long it took, or was waited for.
    package var seconds: Double
    /// What did not hold in the end, each for people; empty where all of it did.
    package var left: [String]

    package init(seconds: Double, left: [String]) {
        self.seconds = seconds
        self.left = left
    }

    package var isDone: Bool { left.isEmpty }

    /// Why the end proves little, in words that go on after "but".
    var reason: String {
        "the consumers were not through after \(seconds.fixed(places: 1) ?? "?") s: \(left.joined(separator: "; "))"
    }
}

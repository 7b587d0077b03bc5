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

    /// Compares what both tell of their orders: one may know less of them than the other.
    package mutating func compare(_ ledger: Ledger, with otherLedger: Ledger) {
        if ledger.countOnly != nil || otherLedger.countOnly != nil {
            compareCounts(ledger, otherLedger)
        } else {
            let common = Told(of: ledger).intersection(Told(of: otherLedger))
            guard !common.isDisjoint(with: .names) || ledger.orders.isEmpty || otherLedger.orders.isEmpty else {
                problem = "their orders tell nothing that both know: one of attempt, purchase, buyer and unit"
                return
            }
            compare(
                ledger.orders.map(common.part), otherLedger.orders.map(common.part),
                asSets: !common.contains(.quantity)
                    && (Told(of: ledger).union(Told(of: otherLedger)).contains(.quantity))
                    || ledger.mergesRepeats || otherLedger.mergesRepeats)
        }
        // What cannot be read may be the orders that are missing.
        let strangers = ledger.unreadable.count + otherLedger.unreadable.count
        if differs, strangers > 0 {
            problem = "\(strangers.counted("entry", "entries")) of theirs are no orders that the file describes"
        }
    }

    /// A counter counts orders, or units.
    private mutating func compareCounts(_ ledger: Ledger, _ otherLedger: Ledger) {
        let units = (ledger.countOnly == nil ? ledger : otherLedger).orders.reduce(0) { $0 + ($1.quantity ?? 1) }
        let (count, otherCount) = (ledger.count, otherLedger.count)
        let isOfUnits =
            (ledger.countOnly ?? otherLedger.countOnly) == units
            && (ledger.countOnly == nil || otherLedger.countOnly == nil)
        (onlyInFirst, onlyInOther) =
            isOfUnits ? (0, 0) : (max(0, count - otherCount), max(0, otherCount - count))
    }

    /// - Parameter asSets: whether an order counts once, however often a store has it.
    private mutating func compare(_ orders: [Ledger.Order], _ others: [Ledger.Order], asSets: Bool) {
        var counts = Dictionary(orders.map { ($0, 1) }, uniquingKeysWith: +)
        if asSets {
            let (mine, theirs) = (Set(orders), Set(others))
            counts = Dictionary(
                mine.subtracting(theirs).map { ($0, 1) } + theirs.subtracting(mine).map { ($0, -1) },
                uniquingKeysWith: +)
        } else {
            for order in others { counts[order, default: 0] -= 1 }
        }
        var (mine, theirs, named) = (0, 0, [String]())
        for (order, count) in counts where count != 0 {
            if count > 0 { mine += count } else { theirs -= count }
            named.append("\(Self.words(order)), only in \(count > 0 ? first : other)")
        }
        (onlyInFirst, onlyInOther) = (mine, theirs)
        self.orders = Array(named.sorted().prefix(Self.shownOrders))
    }

    /// What every order of a ledger tells.
    private struct Told: OptionSet {
        var rawValue: UInt8
        static let attempt = Told(rawValue: 1)
        static let purchase = Told(rawValue: 2)
        static let buyer = Told(rawValue: 4)
        static let unit = Told(rawValue: 8)
        static let quantity = Told(rawValue: 16)
        /// What tells whose an order is, or of what.
        static let names: Told = [.attempt, .purchase, .buyer, .unit]

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(of ledger: Ledger) {
            self = [.attempt, .purchase, .buyer, .unit, .quantity]
            for order in ledger.orders {
                if order.attempt == nil { remove(.attempt) }
                if order.purchase == nil { remove(.purchase) }
                if order.buyer == nil { remove(.buyer) }
                if order.unit == nil { remove(.unit) }
                if order.quantity == nil { remove(.quantity) }
            }
        }

        /// No more than this of an order.
        func part(of order: Ledger.Order) -> Ledger.Order {
            Ledger.Order(
                attempt: contains(.attempt) ? order.attempt : nil, purchase: contains(.purchase) ? order.purchase : nil,
                buyer: contains(.buyer) ? order.buyer : nil, quantity: contains(.quantity) ? order.quantity : nil,
                unit: contains(.unit) ? order.unit : nil)
        }
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
        guard problem == nil else { return [] }
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

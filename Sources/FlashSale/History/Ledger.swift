/// The orders that the sale itself wrote in Redis: the server's side of the story.
package struct Ledger: Sendable, Equatable {
    /// One order. What the strategy's ledger does not hold is nil. The most specific id that it has says whose it is: an
    /// attempt's, or only a purchase's, or only a buyer's. One without any id only counts.
    package struct Order: Sendable, Hashable {
        // A million orders are kept as they are. A byte tells which of the four are there, since a server may hold any number.
        private var attemptID = 0
        private var purchaseID = 0
        private var buyerID = 0
        private var units = 0
        private var given: UInt8 = 0

        package var attempt: Int? {
            get { get(attemptID, 1) }
            set {
                attemptID = newValue ?? 0
                give(newValue != nil, 1)
            }
        }
        package var purchase: Int? {
            get { get(purchaseID, 2) }
            set {
                purchaseID = newValue ?? 0
                give(newValue != nil, 2)
            }
        }
        package var buyer: Int? {
            get { get(buyerID, 4) }
            set {
                buyerID = newValue ?? 0
                give(newValue != nil, 4)
            }
        }
        /// Units; nil where the ledger does not say.
        package var quantity: Int? {
            get { get(units, 8) }
            set {
                units = newValue ?? 0
                give(newValue != nil, 8)
            }
        }

        /// The names of the units that it is of, as ``UnitText`` has them; nil where the ledger does not say.
        package var unit: String?

        package init(
            attempt: Int? = nil, purchase: Int? = nil, buyer: Int? = nil, quantity: Int? = nil, unit: String? = nil
        ) {
            self.unit = unit
            self.attempt = attempt
            self.purchase = purchase
            self.buyer = buyer
            self.quantity = quantity
        }

        @inline(__always)
        private func get(_ value: Int, _ bit: UInt8) -> Int? { given & bit == 0 ? nil : value }

        /// What is not there is 0, so that equal orders are equal in every field.
        @inline(__always)
        private mutating func give(_ isGiven: Bool, _ bit: UInt8) {
            given = isGiven ? given | bit : given & ~bit
        }
    }

    package var orders: [Order]
    /// Whether an order is written in the same transaction or script as its unit is taken, so that a missing order
    /// proves that nothing was taken.
    package var isAtomic: Bool
    /// Strangers: entries that are not what the strategy file says of orders, as the server gave them.
    package var unreadable: [String]
    /// Strangers that were there when the doors opened, such as an "init" that keeps a set alive. They are nobody's order.
    package var placeholders: [String] = []
    /// Keys of the sale that are in no pattern of the file, where orders are keys: what a misspelt pattern misses. At most
    /// three, and only where no order was found.
    package var otherKeys: [String] = []
    /// How many orders there are, where the ledger holds nothing but their number; `orders` is empty then.
    package var countOnly: Int?
    /// Whether the server keeps one order at most for each id, as a hash or a set does, so that a second order of the same
    /// id leaves no trace. False for lists and streams. Where orders have no id, they may have been merged by any, up to
    /// the buyer's (`SCARD` of the buyers).
    package var mergesRepeats: Bool
    /// Whether the names of units are the keys of what the server keeps, so that there is an order for each unit.
    package var unitsAreKeys = false

    /// Takes in what another place holds, by the same rule.
    package mutating func add(_ other: Ledger) {
        orders += other.orders
        orders.sort {
            ($0.attempt ?? 0, $0.purchase ?? 0, $0.buyer ?? 0) < ($1.attempt ?? 0, $1.purchase ?? 0, $1.buyer ?? 0)
        }
        unreadable += other.unreadable
        placeholders += other.placeholders
        otherKeys = orders.isEmpty ? Array((otherKeys + other.otherKeys).prefix(3)) : []
        if countOnly != nil || other.countOnly != nil { countOnly = (countOnly ?? 0) + (other.countOnly ?? 0) }
    }

    /// Orders that the server has.
    package var count: Int { countOnly ?? orders.count }

    package init(
        orders: [Order], isAtomic: Bool, unreadable: [String] = [], countOnly: Int? = nil, mergesRepeats: Bool = true
    ) {
        self.orders = orders
        self.isAtomic = isAtomic
        self.unreadable = unreadable
        self.countOnly = countOnly
        self.mergesRepeats = mergesRepeats
    }
}

/// What the strategy's probe read after the last client of ours was gone.
package enum FinalStock: Sendable, Equatable {
    case units(Int)
    /// The probe answered nil: the stock is gone, which is not the same as 0.
    case absent
    /// The probe could not be read; the text says why.
    case unreadable(String)
    /// Nobody read it.
    case unread

    /// For sentences.
    package var inWords: String {
        switch self {
        case .units(let units): units.grouped
        case .absent: "no key at all"
        case .unreadable(let reason): reason
        case .unread: "not read"
        }
    }

    /// What several items have together: units where that was read of all of them, and otherwise what is wrong with the first of which it
    /// was not.
    package static func ofAll(_ items: [FinalStock]) -> FinalStock {
        var left = 0
        for item in items {
            guard case .units(let units) = item else { return item }
            left += units
        }
        return .units(left)
    }
}

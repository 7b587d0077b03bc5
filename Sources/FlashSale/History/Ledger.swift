/// The orders that the sale itself wrote in Redis: the server's side of the story.
package struct Ledger: Sendable, Equatable {
    /// One order. What the strategy's ledger does not hold is nil.
    package struct Order: Sendable, Equatable {
        package var attempt: Int?
        package var purchase: Int?
        package var buyer: Int?
        package var quantity: Int?

        package init(attempt: Int? = nil, purchase: Int? = nil, buyer: Int? = nil) {
            self.attempt = attempt
            self.purchase = purchase
            self.buyer = buyer
        }
    }

    package var orders: [Order]
    package var countOnly: Int?
    package var mergesRepeats = true
    package var count: Int { countOnly ?? orders.count }
    /// Whether an order is written in the same transaction or script as its unit is taken, so that a missing order
    /// proves that nothing was taken.
    package var isAtomic: Bool
    /// Entries that could not be read as orders, as the server gave them.
    package var unreadable: [String]

    package init(orders: [Order], isAtomic: Bool, unreadable: [String] = []) {
        self.orders = orders
        self.isAtomic = isAtomic
        self.unreadable = unreadable
    }
}

/// What the strategy's probe read after the last client of ours was gone.
package enum FinalStock: Sendable, Equatable {
    case units(Int)
    /// The probe answered nil: the stock is gone, which is not the same as 0.
    case absent
    /// The probe could not be read; the text says why.
    case unreadable(String)

    /// For sentences.
    package var inWords: String {
        switch self {
        case .units(let units): units.grouped
        case .absent: "no key at all"
        case .unreadable(let reason): reason
        }
    }
}

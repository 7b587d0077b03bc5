/// The orders that the sale itself wrote in Redis: the server's side of the story.
package struct Ledger: Sendable, Equatable {
    /// One order. What the strategy's ledger does not hold is nil. The most specific id that it has says whose it is: an
    /// attempt's, or only a purchase's, or only a buyer's. One without any id only counts.
    package struct Order: Sendable, Equatable {
        // A million orders are kept as they are, so nil needs no byte of its own.
        private var attemptID = Self.absent
        private var purchaseID = Self.absent
        private var buyerID = Self.absent
        private var units = Self.absent

        package var attempt: Int? {
            get { Self.present(attemptID) }
            set { attemptID = newValue ?? Self.absent }
        }
        package var purchase: Int? {
            get { Self.present(purchaseID) }
            set { purchaseID = newValue ?? Self.absent }
        }
        package var buyer: Int? {
            get { Self.present(buyerID) }
            set { buyerID = newValue ?? Self.absent }
        }
        /// Units; nil where the ledger does not say.
        package var quantity: Int? {
            get { Self.present(units) }
            set { units = newValue ?? Self.absent }
        }

        package init(attempt: Int? = nil, purchase: Int? = nil, buyer: Int? = nil, quantity: Int? = nil) {
            self.attempt = attempt
            self.purchase = purchase
            self.buyer = buyer
            self.quantity = quantity
        }

        private static var absent: Int { .min }
        private static func present(_ value: Int) -> Int? { value == absent ? nil : value }
    }

    package var orders: [Order]
    /// Whether an order is written in the same transaction or script as its unit is taken, so that a missing order
    /// proves that nothing was taken.
    package var isAtomic: Bool
    /// Entries that could not be read as orders, as the server gave them.
    package var unreadable: [String]
    /// How many orders there are, where the ledger holds nothing but their number; `orders` is empty then.
    package var countOnly: Int?
    /// Whether the server keeps one order at most for each id, as a hash or a set does, so that a second order of the same
    /// id leaves no trace. False for lists and streams. Where orders have no id, they may have been merged by any, up to
    /// the buyer's (`SCARD` of the buyers).
    package var mergesRepeats: Bool

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
}

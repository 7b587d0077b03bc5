/// How much of the history one id covers, from the finest to the coarsest: what an order names, and what a repeated call
/// shares with the first one.
enum Scope: Int, Sendable, Comparable {
    case attempt, purchase, buyer
    /// Nothing is named, so everything is alike.
    case sale

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    init(_ idempotency: Idempotency) {
        self =
            switch idempotency {
            case .none: .attempt
            case .purchase: .purchase
            case .buyer: .buyer
            }
    }

    /// What the order's most specific id names.
    init(_ order: Ledger.Order) {
        self =
            if order.attempt != nil {
                .attempt
            } else if order.purchase != nil {
                .purchase
            } else if order.buyer != nil {
                .buyer
            } else {
                .sale
            }
    }

    /// What all of its orders can tell apart. An empty ledger tells everything apart: it has nobody's order.
    init(_ ledger: Ledger?) {
        self = ledger?.countOnly != nil ? .sale : ledger?.orders.map(Scope.init).max() ?? .attempt
    }

    /// The id that the attempt has in this scope.
    func key(of attempt: Attempt) -> Int {
        switch self {
        case .attempt: attempt.id
        case .purchase: attempt.purchase
        case .buyer: attempt.buyer
        case .sale: 0
        }
    }

    @inline(__always)
    func key(of record: RecordView) -> Int {
        switch self {
        case .attempt: record.id
        case .purchase: record.purchase
        case .buyer: record.buyer
        case .sale: 0
        }
    }

    /// `purchase 7`, for sentences.
    func named(_ key: Int) -> String {
        switch self {
        case .attempt: "attempt \(key)"
        case .purchase: "purchase \(key)"
        case .buyer: "buyer \(key)"
        case .sale: "the sale"
        }
    }
}

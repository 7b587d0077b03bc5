/// What the strategy file says that buyers may have.
package struct SaleRules: Sendable, Equatable {
    /// Units that one buyer may have; nil if there is no limit.
    package var limit: Int?
    /// Which repeated calls take nothing.
    package var idempotency: Idempotency

    package init(limit: Int? = nil, idempotency: Idempotency = .none) {
        self.limit = limit
        self.idempotency = idempotency
    }
}

/// What the strategy file's `idempotent:` says: which repeated calls take nothing and give what the first one got.
package enum Idempotency: String, Sendable, CaseIterable, Codable {
    /// Every call stands for itself.
    case none
    /// The calls of one purchase.
    case purchase
    /// The calls of one buyer, whichever purchase they are for.
    case buyer
}

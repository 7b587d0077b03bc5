/// What a strategy gives to a call that is repeated.
package enum Idempotency: String, Sendable, CaseIterable, Codable {
    /// Every call is a new one.
    case none
    /// The attempts of one purchase are one operation.
    case purchase
    /// All attempts of one buyer are one operation.
    case buyer
}

/// The strategy files that are embedded in the binary.
package enum BuiltinStrategies {
    /// Every built-in strategy's text, by name, in the order in which they are shown: the safe ones, then those that are
    /// broken on purpose.
    package static let all: [(name: String, yaml: String)] = [
        ("optimistic", text(PackageResources.optimistic_yaml)),
        ("optimistic-decr", text(PackageResources.optimistic_decr_yaml)),
        ("decr", text(PackageResources.decr_yaml)),
        ("lua", text(PackageResources.lua_yaml)),
        ("lua-stream", text(PackageResources.lua_stream_yaml)),
        ("lua-idempotent", text(PackageResources.lua_idempotent_yaml)),
        ("function", text(PackageResources.function_yaml)),
        ("lock", text(PackageResources.lock_yaml)),
        ("tokens", text(PackageResources.tokens_yaml)),
        ("hash", text(PackageResources.hash_yaml)),
        ("cart", text(PackageResources.cart_yaml)),
        ("seats", text(PackageResources.seats_yaml)),
        ("reserve", text(PackageResources.reserve_yaml)),
        ("naive", text(PackageResources.naive_yaml)),
        ("unguarded", text(PackageResources.unguarded_yaml)),
        ("lock-expires", text(PackageResources.lock_expires_yaml)),
        ("hash-off-by-one", text(PackageResources.hash_off_by_one_yaml)),
        ("decr-first", text(PackageResources.decr_first_yaml)),
        ("cart-by-item", text(PackageResources.cart_by_item_yaml)),
        ("reserve-two-cancels", text(PackageResources.reserve_two_cancels_yaml)),
        ("reserve-late-payment", text(PackageResources.reserve_late_payment_yaml)),
    ]

    package static var names: [String] { all.map(\.name) }

    /// The text of a built-in strategy, or nil if there is none of that name.
    package static func yaml(named name: String) -> String? { all.first { $0.name == name }?.yaml }

    /// What a built-in strategy is, as the start of its summary says.
    package enum Nature: Sendable {
        case safe
        /// Safe under a condition that its summary names.
        case conditional
        case broken

        package init?(summary: String) {
            if summary.hasPrefix("BROKEN ON PURPOSE: ") {
                self = .broken
            } else if summary.hasPrefix("Safe: ") || summary.hasPrefix("Safe, ") {
                self = .safe
            } else if summary.hasPrefix("Safe ") {
                self = .conditional
            } else {
                return nil
            }
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

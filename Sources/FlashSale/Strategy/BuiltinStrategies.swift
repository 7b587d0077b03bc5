/// The strategy files that are embedded in the binary.
package enum BuiltinStrategies {
    /// Every built-in strategy's text, by name, in the order in which they are shown.
    package static let all: [(name: String, yaml: String)] = [
        ("optimistic", text(PackageResources.optimistic_yaml)),
        ("optimistic-decr", text(PackageResources.optimistic_decr_yaml)),
        ("unguarded", text(PackageResources.unguarded_yaml)),
        ("naive", text(PackageResources.naive_yaml)),
    ]

    package static var names: [String] { all.map(\.name) }

    /// The text of a built-in strategy, or nil if there is none of that name.
    package static func yaml(named name: String) -> String? { all.first { $0.name == name }?.yaml }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

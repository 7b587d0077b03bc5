import Foundation
import TestSupport
import Testing

/// A service under examples/shops, which has a bug and a repair.
struct ExampleShop: CustomTestStringConvertible, Sendable {
    var name: String
    var isRepaired: Bool

    var testDescription: String { isRepaired ? "\(name) --repaired" : name }

    static let folder = ExampleStrategy.examples.appending(path: "shops").path
    static let command = "\(folder)/run"

    /// The check that finds each bug.
    static let checks = [
        "consumer": "orders-kept", "node-pool": "no-oversell", "python-flask": "exact-accounting",
        "sql-cart": "no-oversell", "sql-only": "no-oversell", "sql-reserve": "no-oversell",
    ]

    /// Every shop with its bug and with its repair, by name.
    static let all = names.flatMap { name in [false, true].map { ExampleShop(name: name, isRepaired: $0) } }

    /// Every folder that has a set-up.
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().filter {
        FileManager.default.fileExists(atPath: "\(folder)/\($0)/setup")
    }

    /// What follows the command.
    var arguments: [String] { [name] + (isRepaired ? ["--repaired"] : []) }
}

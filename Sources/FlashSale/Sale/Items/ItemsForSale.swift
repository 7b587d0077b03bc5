/// What is for sale where there are several items: each has units of its own, and each purchase is for one of them.
package struct ItemsForSale: Codable, Sendable, Equatable {
    package struct Item: Codable, Sendable, Equatable {
        /// Its name, which stands in keys, commands and paths (`{item}`).
        package var item: String
        /// Units of stock when the doors open, at least 1.
        package var units: Int

        package init(item: String, units: Int) {
            self.item = item
            self.units = units
        }
    }

    /// At least one, each with a name of its own.
    package var items: [Item]
    /// Which item a purchase is for.
    package var choice: ItemChoice
    /// How many lines a purchase's cart has, each of which wants units of one item; nil where a purchase is for one item and has no
    /// cart.
    package var cart: Scenario.Range?
    /// What is in the cart of each purchase, one after the other and then from the first again, where that is not drawn; nil where it is.
    /// An exploration says so, and no record has it.
    package var carts: [[CartLine]]?

    private enum CodingKeys: CodingKey {
        case items, choice, cart
    }

    package init(items: [Item], choice: ItemChoice = .uniform, cart: Scenario.Range? = nil) {
        self.items = items
        self.choice = choice
        self.cart = cart
    }

    /// What `{item}` stands for where there is one.
    package static let only = "1"

    /// How many items a sale can have.
    package static let counts = 1...10_000
    /// How many lines a cart can have.
    package static let cartLines = 1...20
    /// How long a name can be, in bytes.
    package static let nameBytes = 60

    /// So many items, called 1, 2 and so on.
    package static func numbered(_ count: Int, units: Int) -> [Item] {
        (0..<count).map { Item(item: String($0 + 1), units: units) }
    }

    /// As `--items` takes it: names with the units of each.
    package var text: String { items.map { "\($0.item)=\($0.units)" }.joined(separator: ",") }

    /// Units of all items.
    package var units: Int { items.reduce(0) { $0 + $1.units } }

    /// What is wrong with a name, in words that follow it; nil where it can be one.
    ///
    /// A name stands within keys and paths, so that it must end where it seems to end, and braces would move a key to another slot of a
    /// cluster.
    package static func problem(ofName name: String) -> String? {
        if name.isEmpty { return "an item has no name" }
        guard name.utf8.count <= nameBytes else { return "is longer than \(nameBytes) bytes" }
        guard name.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else { return "has a blank in it" }
        let forbidden = name.first { "{}\"'\\*?[]:,=".contains($0) }
        return forbidden.map { "has \($0) in it; letters, digits, - and _ can be told apart everywhere" }
    }

    /// Reads how many lines a cart has: `2`, or a range such as `1..3`.
    ///
    /// - Parameter items: how many there are; nil where only another place says it.
    package static func cart(_ text: String, items: Int?) throws(Scenario.QuantityProblem) -> Scenario.Range {
        let bounds = Int(text).map { ($0, $0) } ?? Scenario.bounds(text)
        guard let (lower, upper) = bounds, cartLines.contains(lower), cartLines.contains(upper), lower <= upper else {
            throw Scenario.QuantityProblem(
                "a number of lines from \(cartLines.lowerBound) to \(cartLines.upperBound), or a range such as 1..3, is wanted; found \(text.isEmpty ? "nothing" : text)"
            )
        }
        if let items, upper > items {
            throw Scenario.QuantityProblem(
                "a cart of \(upper) lines needs as many items; there are \(items)")
        }
        return Scenario.Range(min: lower, max: upper)
    }

    /// Whether its numbers can be those of a run. One that was read from a file may have any.
    package var isPlausible: Bool {
        Self.counts.contains(items.count) && items.allSatisfy { Scenario.Bounds.units.contains($0.units) }
            && items.reduce(0.0) { $0 + Double($1.units) } <= Double(Scenario.Bounds.units.upperBound)
            && cart.map {
                Self.cartLines.contains($0.min) && $0.min <= $0.max
                    && $0.max <= min(Self.cartLines.upperBound, items.count)
            }
                ?? true
            && Set(items.map(\.item)).count == items.count && items.allSatisfy { Self.problem(ofName: $0.item) == nil }
    }
}

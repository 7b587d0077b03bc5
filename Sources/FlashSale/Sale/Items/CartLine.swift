/// What a purchase wants of one item.
package struct CartLine: Sendable, Equatable, BitwiseCopyable {
    /// The item's place among those for sale, from 0.
    package var item: Int
    /// Units, at least 1.
    package var quantity: Int

    package init(item: Int, quantity: Int) {
        self.item = item
        self.quantity = quantity
    }
}

/// A cart as text: the numbers of its items, from 1, with `+` between them, and the units of a line that wants several behind a colon:
/// `1+2`, `1:2+2`.
extension CartLine {
    package static func text(of cart: [CartLine]) -> String {
        cart.map { $0.quantity == 1 ? "\($0.item + 1)" : "\($0.item + 1):\($0.quantity)" }.joined(separator: "+")
    }

    /// - Returns: nil for another text.
    package static func cart(_ text: some StringProtocol) -> [CartLine]? {
        var cart: [CartLine] = []
        for line in text.split(separator: "+", omittingEmptySubsequences: false) {
            let numbers = line.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count <= 2, let item = numbers[0], ItemsForSale.counts.contains(item),
                let quantity = numbers.count == 2 ? numbers[1] : 1, Scenario.Bounds.quantity.contains(quantity)
            else { return nil }
            cart.append(CartLine(item: item - 1, quantity: quantity))
        }
        return ItemsForSale.cartLines.contains(cart.count) ? cart : nil
    }
}

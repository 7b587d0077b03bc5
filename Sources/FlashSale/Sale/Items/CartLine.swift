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

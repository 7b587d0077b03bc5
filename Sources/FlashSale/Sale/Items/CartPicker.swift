/// Says what is in the cart of each purchase: it follows from the seed and the purchase's number, so that no record has to keep it.
package final class CartPicker: Sendable {
    /// Items for sale.
    package let count: Int
    /// Lines of a cart, at least and at most.
    package let lines: Scenario.Range
    private let items: ItemPicker
    private let quantity: Scenario.Range
    private let seed: UInt64
    /// What is in the cart of each purchase, where that is not drawn; empty where it is.
    private let fixed: [[CartLine]]

    /// Of the carts of two lines or more, one in so many asks for one item on two of them: a scheme that looks at all lines before it
    /// takes the units of any counts these twice.
    package static let repeats: UInt64 = 8
    /// Draws that may hit an item that is in the cart already, before the next one that is not is taken.
    private static let draws = 32

    /// - Parameter quantity: units that a line wants.
    /// - Returns: nil where purchases have no carts.
    package init?(_ items: ItemsForSale, quantity: Scenario.Range, seed: UInt64) {
        guard let cart = items.cart else { return nil }
        fixed = items.carts ?? []
        let most = fixed.isEmpty ? items.items.count : fixed.map(\.count).max() ?? 1
        lines = Scenario.Range(min: max(1, cart.min), max: max(1, min(cart.max, most)))
        self.items = ItemPicker(items, seed: seed)
        self.quantity = quantity
        self.seed = seed
        count = items.items.count
    }

    /// Of a run that has carts.
    package convenience init?(_ scenario: Scenario) {
        guard let items = scenario.items else { return nil }
        self.init(items, quantity: scenario.quantity, seed: scenario.seed)
    }

    /// Puts the lines of a cart, in the order in which they are asked for, into memory for ``lines``.max of them.
    ///
    /// - Parameter purchase: from 1.
    /// - Returns: how many there are.
    package func pick(ofPurchase purchase: Int, into cart: UnsafeMutablePointer<CartLine>) -> Int {
        guard fixed.isEmpty else { return give(purchase, cart) }
        var generator = SplitMix64(seed: ~seed ^ (UInt64(truncatingIfNeeded: purchase) &* 0x9FB2_1C65_1E98_DF25))
        let size = Self.draw(lines, &generator)
        let isRepeated = size > 1 && generator.next() % Self.repeats == 0
        for line in 0..<size {
            let item: Int
            if isRepeated, line == size - 1 {
                item = cart[Int(generator.next() % UInt64(line))].item
            } else if items.isInTurn {
                item = (purchase - 1 + line) % count
            } else {
                item = another(than: cart, line, &generator)
            }
            cart[line] = CartLine(item: item, quantity: Self.draw(quantity, &generator))
        }
        return size
    }

    /// As ``pick(ofPurchase:into:)``, where nothing is drawn.
    @inline(never)
    private func give(_ purchase: Int, _ cart: UnsafeMutablePointer<CartLine>) -> Int {
        let own = fixed[(purchase - 1) % fixed.count].prefix(lines.max)
        for (line, wanted) in own.enumerated() { cart[line] = wanted }
        return own.count
    }

    /// An item that is not among the first lines.
    private func another(
        than cart: UnsafeMutablePointer<CartLine>, _ lines: Int, _ generator: inout SplitMix64
    ) -> Int {
        func isThere(_ item: Int) -> Bool {
            var line = 0
            while line < lines {
                if cart[line].item == item { return true }
                line += 1
            }
            return false
        }
        var item = 0
        for _ in 0..<Self.draws {
            item = items.item(drawn: generator.next())
            if !isThere(item) { return item }
        }
        while isThere(item) { item = (item + 1) % count }
        return item
    }

    /// A number of a range, both bounds included.
    private static func draw(_ range: Scenario.Range, _ generator: inout SplitMix64) -> Int {
        range.min < range.max ? range.min + Int(generator.next() % UInt64(range.max - range.min + 1)) : range.min
    }

    /// The lines of a cart, in the order in which they are asked for.
    package func lines(ofPurchase purchase: Int) -> [CartLine] {
        Array(unsafeUninitializedCapacity: lines.max) { memory, count in
            count = memory.baseAddress.map { pick(ofPurchase: purchase, into: $0) } ?? 0
        }
    }

    /// Units of all lines of a cart.
    package func units(ofPurchase purchase: Int) -> Int {
        withUnsafeTemporaryAllocation(of: CartLine.self, capacity: lines.max) { memory in
            guard let start = memory.baseAddress else { return 0 }
            return (0..<pick(ofPurchase: purchase, into: start)).reduce(0) { $0 + start[$1].quantity }
        }
    }
}

extension Scenario {
    /// Units that a purchase can want, or a part of one: those of one line, or of a whole cart.
    var quantityOfPurchase: Range {
        Range(min: quantity.min, max: quantity.max * (items?.cart.map { max(1, $0.max) } ?? 1))
    }
}

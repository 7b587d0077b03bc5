import FlashSale
import Testing

/// What purchases have in their carts.
struct CartPickerTests {
    private static func picker(
        _ lines: ClosedRange<Int>, items: Int = 10, choice: ItemChoice = .uniform, seed: UInt64 = 3
    ) throws -> CartPicker {
        let goods = ItemsForSale(
            items: ItemsForSale.numbered(items, units: 5), choice: choice,
            cart: .init(min: lines.lowerBound, max: lines.upperBound))
        return try #require(CartPicker(goods, quantity: .init(min: 1, max: 4), seed: seed))
    }

    @Test(
        "carts have all sizes, all items and all quantities, and sometimes one item twice",
        arguments: [ItemChoice.uniform, .each, .zipf(exponent: 3), .hot(purchases: 99, items: 10)])
    func shapes(_ choice: ItemChoice) throws {
        let picker = try Self.picker(1...3, choice: choice)
        let carts = (1...20_000).map { picker.lines(ofPurchase: $0) }
        let counts = Dictionary(grouping: carts, by: \.count).mapValues(\.count)
        #expect(Set(counts.keys) == [1, 2, 3] && counts.values.allSatisfy { $0 > 6000 })
        #expect(Set(carts.flatMap { $0.map(\.item) }) == Set(0..<10))
        #expect(Set(carts.flatMap { $0.map(\.quantity) }) == [1, 2, 3, 4])
        let long = carts.filter { $0.count > 1 }
        let twice = long.filter { Set($0.map(\.item)).count < $0.count }
        // One in eight.
        #expect((9...16).contains(100 * twice.count / long.count))
        #expect(twice.allSatisfy { Set($0.map(\.item)).count == $0.count - 1 })
    }

    @Test("the cart follows from the seed and the purchase")
    func repeatable() throws {
        let (one, same, other) = (try Self.picker(2...5), try Self.picker(2...5), try Self.picker(2...5, seed: 4))
        let carts = (1...100).map { one.lines(ofPurchase: $0) }
        #expect(carts == (1...100).map { same.lines(ofPurchase: $0) })
        #expect(carts != (1...100).map { other.lines(ofPurchase: $0) })
        #expect((1...100).map { one.units(ofPurchase: $0) } == carts.map { $0.reduce(0) { $0 + $1.quantity } })
    }

    @Test("a cart can want every item there is")
    func whole() throws {
        let picker = try Self.picker(4...4, items: 4, choice: .zipf(exponent: 10))
        for purchase in 1...500 {
            let items = picker.lines(ofPurchase: purchase).map(\.item)
            #expect(items.count == 4 && Set(items).count >= 3)
        }
    }

    @Test("there are carts only where somebody says so, and of sizes that there can be")
    func plausible() throws {
        var goods = ItemsForSale(items: ItemsForSale.numbered(3, units: 1))
        #expect(CartPicker(goods, quantity: .init(min: 1, max: 1), seed: 1) == nil && goods.isPlausible)
        for (cart, isRight) in [((1, 3), true), ((3, 3), true), ((0, 1), false), ((2, 1), false), ((1, 4), false)] {
            goods.cart = .init(min: cart.0, max: cart.1)
            #expect(goods.isPlausible == isRight, "\(cart)")
        }
    }

    /// In an exploration nothing is drawn.
    @Test func chosenCarts() throws {
        var goods = ItemsForSale(items: ItemsForSale.numbered(2, units: 1), cart: .init(min: 1, max: 3))
        goods.carts = ["1+2+2", "2"].compactMap { CartLine.cart($0) }
        let picker = try #require(CartPicker(goods, quantity: .init(min: 1, max: 1), seed: 3))
        // Also more lines than there are items.
        #expect(picker.lines == .init(min: 1, max: 3))
        #expect((1...4).map { CartLine.text(of: picker.lines(ofPurchase: $0)) } == ["1+2+2", "2", "1+2+2", "2"])
        #expect((1...2).map { picker.units(ofPurchase: $0) } == [3, 1])
    }
}

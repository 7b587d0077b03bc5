internal import FlashSale
internal import Yams

/// `items:`: several goods.
extension StrategyFileParser {
    /// A number, a list of names, or names with the units of each; units of 0 stand for those of the load.
    func items(_ node: Node) throws(StrategyFileError) -> [ItemsForSale.Item] {
        var items: [ItemsForSale.Item] = []
        switch node {
        case .scalar: return ItemsForSale.numbered(try number(node, of: "items", in: ItemsForSale.counts), units: 0)
        case .sequence(let names): for name in names { items.append(.init(item: try itemName(name), units: 0)) }
        case .mapping(let units):
            for (name, node) in units {
                items.append(
                    .init(
                        item: try itemName(name),
                        units: try number(node, of: "items: units", in: Scenario.Bounds.units)))
            }
        case .alias: break
        }
        guard ItemsForSale.counts.contains(items.count) else {
            throw reader.error(
                "items: from \(ItemsForSale.counts.lowerBound) to \(ItemsForSale.counts.upperBound) are possible; found \(items.count)",
                node)
        }
        var seen: Set<String> = []
        if let twice = items.first(where: { !seen.insert($0.item).inserted }) {
            throw reader.error("items: \(ForeignText.shown(twice.item)) is there twice", node)
        }
        return items
    }

    /// `cart: 1..3`: lines of a purchase's cart.
    func cart(_ node: Node, _ items: [ItemsForSale.Item]?) throws(StrategyFileError) -> Scenario.Range {
        let text = try reader.text(node, "cart")
        do throws(Scenario.QuantityProblem) {
            return try ItemsForSale.cart(text, items: items?.count)
        } catch {
            throw reader.error("cart: \(error.message)", node)
        }
    }

    private func itemName(_ node: Node) throws(StrategyFileError) -> String {
        let name = try reader.text(node, "items: a name")
        if let problem = ItemsForSale.problem(ofName: name) {
            throw reader.error("items: \(ForeignText.shown(name)) \(problem)", node)
        }
        return name
    }
}

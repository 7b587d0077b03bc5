internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Host
internal import Strategies

/// `--items`, `--choice` and `--cart`, and what a strategy file says of them.
struct ItemOptions {
    let items: String?
    let choice: String?
    let cart: String?

    /// What `--items` says; units of 0 stand for `--units`.
    static func items(_ text: String?) throws(ValidationError) -> [ItemsForSale.Item]? {
        guard let text else { return nil }
        if let count = Int(text) {
            guard ItemsForSale.counts.contains(count) else { throw problem("\(count)") }
            return ItemsForSale.numbered(count, units: 0)
        }
        var items: [ItemsForSale.Item] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if let trouble = ItemsForSale.problem(ofName: parts[0]) {
                throw ValidationError("--items: \(parts[0].isEmpty ? "" : ForeignText.shown(parts[0]) + " ")\(trouble)")
            }
            var units = 0
            if parts.count == 2 {
                guard let number = Int(parts[1]), Scenario.Bounds.units.contains(number) else {
                    throw ValidationError(
                        "--items: \(parts[0]): a number of units from \(Scenario.Bounds.units.lowerBound) to \(Scenario.Bounds.units.upperBound) is wanted; found \(ForeignText.shown(parts[1]))"
                    )
                }
                units = number
            }
            items.append(.init(item: parts[0], units: units))
        }
        guard ItemsForSale.counts.contains(items.count) else { throw problem("\(items.count)") }
        var seen: Set<String> = []
        if let twice = items.first(where: { !seen.insert($0.item).inserted }) {
            throw ValidationError("--items: \(twice.item) is there twice")
        }
        return items
    }

    private static func problem(_ found: String) -> ValidationError {
        ValidationError(
            "--items: from \(ItemsForSale.counts.lowerBound) to \(ItemsForSale.counts.upperBound) items are possible; found \(found)"
        )
    }

    static func choice(_ text: String?) throws(ValidationError) -> ItemChoice? {
        guard let text else { return nil }
        guard let choice = ItemChoice(text) else {
            throw ValidationError("--choice: one of \(ItemChoice.forms) is wanted; found \(ForeignText.shown(text))")
        }
        return choice
    }

    static func cart(_ text: String?) throws(ValidationError) -> Scenario.Range? {
        guard let text else { return nil }
        do throws(Scenario.QuantityProblem) {
            return try ItemsForSale.cart(text, items: nil)
        } catch {
            throw ValidationError("--cart: \(error.message)")
        }
    }

    /// The items that are sold; nil where there is one.
    ///
    /// - Parameter units: of each that has no number of its own.
    /// - Throws: 64 where they could not be told apart.
    func goods(of strategy: Strategy, units: Int) throws(RunError) -> ItemsForSale? {
        // validate() has read them once.
        let wanted = (try? Self.items(items)) ?? strategy.items
        guard var all = wanted else {
            guard choice == nil else {
                throw RunError(.usage, "--choice: there is one item to choose from; say how many with --items")
            }
            guard (cart ?? strategy.cart.map { "\($0.min)..\($0.max)" }) == nil else {
                throw RunError(
                    .usage, "--cart: there is one item to put into it; say how many with --items, such as --items 10")
            }
            return nil
        }
        for index in all.indices where all[index].units == 0 { all[index].units = units }
        let goods = ItemsForSale(
            items: all, choice: (try? Self.choice(choice)) ?? strategy.load.choice ?? .uniform,
            cart: (try? Self.cart(cart)) ?? strategy.cart)
        try check(goods.cart, of: strategy, items: all.count)
        guard goods.isPlausible else {
            throw RunError(
                .usage,
                "--items: \(all.count.counted("item")) with \(goods.units.grouped) units in all are more than the \(Scenario.Bounds.units.upperBound.grouped) that are possible"
            )
        }
        if let problem = strategy.itemsProblem {
            throw RunError(
                .usage, "\(strategy.file):\(problem.line): with several items (--items): \(problem.words)")
        }
        if case .listed? = strategy.forSale {
            throw RunError(
                .usage,
                "\(strategy.file): a list of the units that are for sale (units:) is of one item; leave --items out")
        }
        if case .hot(_, let share) = goods.choice, ItemPicker.hotItems(share, of: all.count) == all.count {
            throw RunError(
                .usage,
                "--choice \(goods.choice): of \(all.count.counted("item")), no part that is wanted more can be taken; use more items"
            )
        }
        if let place = ItemPicker(goods, seed: 0).neverPicked {
            throw RunError(
                .usage,
                "--choice \(goods.choice): the item \(goods.items[place].item) would never be wanted; use a smaller exponent or fewer items"
            )
        }
        if strategy.idempotency == .buyer, strategy.namesItems {
            throw RunError(
                .usage,
                "\(strategy.file): with several items (--items), idempotent: buyer leaves open whether a buyer who has one item may buy another; "
                    + "say idempotent: purchase, or leave {item} out, so that each item has keys of its own")
        }
        return goods
    }

    private func check(_ cart: Scenario.Range?, of strategy: Strategy, items: Int) throws(RunError) {
        guard let cart else { return }
        guard strategy.later.isEmpty else {
            throw RunError(
                .usage,
                "--cart: the strategy \(strategy.name) has phases:, and what is on hold for a cart of several items is not known yet; leave --cart out, "
                    + "so that each purchase is for one item")
        }
        guard cart.max <= items else {
            throw RunError(
                .usage,
                "--cart \(cart.max): a cart of \(cart.max) lines needs as many items; there are \(items); say more with --items"
            )
        }
        if let problem = strategy.cartsProblem {
            throw RunError(.usage, "\(strategy.file):\(problem.line): with carts (--cart): \(problem.words)")
        }
        if let known = strategy.linesNamed, cart.max > known {
            throw RunError(
                .usage,
                "--cart \(cart.max): no step of \(strategy.file) names a line after the \(known == 1 ? "first" : "first \(known)") "
                    + "({item \(known)}), so that nobody would ask for it; want fewer lines, or name {item \(cart.max)}, or use each: item"
            )
        }
    }
}

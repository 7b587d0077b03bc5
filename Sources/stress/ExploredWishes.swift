internal import Exploration
internal import FlashSale
internal import Strategies

/// Whether a strategy whose purchases take their time or have carts, or that gets units meanwhile, can be explored as the flags say.
enum ExploredWishes {
    /// - Parameter name: of the strategy, as the user has it.
    /// - Throws: 64 where they cannot, with what to do.
    static func check(_ strategy: Strategy, _ name: String, _ search: ExploreSearchOptions) throws(RunError) {
        if let restock = strategy.restocks.first {
            throw RunError(
                .usage,
                "\(strategy.file):\(restock.call.line): restock: what comes at a time cannot be explored, since orders have no times; explore a copy "
                    + "of the file without it")
        }
        try checkHolds(strategy, name, search)
        try checkCarts(strategy, name, search)
    }

    private static func checkHolds(
        _ strategy: Strategy, _ name: String, _ search: ExploreSearchOptions
    ) throws(RunError) {
        guard let plan = strategy.phasePlan else {
            guard search.afterHold == nil else {
                throw RunError(
                    .usage, "--after-hold: the purchases of \(name) put nothing on hold (phases:); leave it out")
            }
            return
        }
        guard !strategy.asksService, !strategy.buysByProgram else {
            throw RunError(
                .usage,
                "\(name): its purchases take their time (phases:) and ask a service or a program, and only those of commands to Redis are explored; "
                    + "stress run --strategy \(name) knows both")
        }
        guard !search.retryUnknown else {
            throw RunError(
                .usage, "--retry-unknown: it does not go with purchases that take their time (phases:); leave it out")
        }
        if let step = strategy.allSteps.first(where: { $0.calls.contains(where: \.waitsAtServer) }) {
            throw RunError(
                .usage,
                "\(strategy.file):\(step.line): a command that waits at the server for somebody else cannot be explored where purchases take their time "
                    + "(phases:), since time stands still there")
        }
        if plan.cancel == nil, search.chosenHolds.contains(where: { $0.cancels > 0 }) {
            throw RunError(.usage, "--after-hold \(search.afterHold ?? ""): \(name) gives nothing back (cancel:)")
        }
        try checkCount(search.chosenHolds.count, "--after-hold \(search.afterHold ?? "")", search)
    }

    private static func checkCarts(
        _ strategy: Strategy, _ name: String, _ search: ExploreSearchOptions
    ) throws(RunError) {
        guard let forms = strategy.cartForms else {
            guard search.carts == nil else {
                throw RunError(
                    .usage, "--carts: the purchases of \(name) have no carts (cart: in the file); leave it out")
            }
            return
        }
        guard !strategy.asksService, !strategy.buysByProgram else {
            throw RunError(
                .usage,
                "\(name): its purchases have carts (cart:) and ask a service or a program, and only those of commands to Redis are explored; without "
                    + "cart: in the file, every order of carts of one line is")
        }
        let flag = "--carts \(search.carts ?? "")"
        try checkCount(search.chosenCarts.count, flag, search)
        for cart in search.chosenCarts {
            guard let most = cart.map({ $0.item + 1 }).max(), most <= forms.items else {
                throw RunError(.usage, "\(flag): there are \(forms.items.counted("item")) (items:)")
            }
            guard (forms.lines.min...forms.lines.max).contains(cart.count) else {
                throw RunError(
                    .usage,
                    "\(flag): a cart of \(name) has \(forms.lines.min) to \(forms.lines.max) lines (cart:); found \(cart.count.counted("line"))"
                )
            }
        }
    }

    /// One for all purchases, or one for each.
    private static func checkCount(
        _ count: Int, _ flag: String, _ search: ExploreSearchOptions
    ) throws(RunError) {
        guard count > 1, let buyers = search.buyers, buyers * (search.purchasesPerBuyer ?? 1) != count else { return }
        throw RunError(
            .usage,
            "\(flag): one for all purchases, or one for each of the \(buyers * (search.purchasesPerBuyer ?? 1)) is wanted; found \(count)"
        )
    }
}

extension Strategy {
    /// What carts can be; nil where purchases have none.
    var cartForms: ExplorationPhase.CartForms? {
        guard let cart else { return nil }
        // Where the file does not name items, a flag does, and there are as many as it takes.
        let count = items?.count ?? max(3, cart.min)
        return .init(
            lines: cart, items: count, takesSeveral: usesQuantity && load.quantity.map { $0.max > 1 } ?? true,
            areUnique: load.units == 1)
    }
}

extension Strategy.Call {
    /// Whether the server may keep its answer until somebody else has done something.
    fileprivate var waitsAtServer: Bool {
        guard case .command(let command) = self else { return false }
        return ["BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP"].contains(
            command.name)
            || ["XREAD", "XREADGROUP"].contains(command.name)
                && command.arguments.contains { $0.pieces == [.text("BLOCK")] }
    }
}

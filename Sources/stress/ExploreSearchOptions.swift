internal import ArgumentParser
internal import Exploration
internal import FlashSale

/// The flags that say which orders are made.
struct ExploreSearchOptions: ParsableArguments {
    @Option(help: "Buyers, from 1 to 6, in place of the usual steps from two to three.")
    var buyers: Int?

    @Option(help: "Purchases that each buyer makes, all at once.")
    var purchasesPerBuyer: Int?

    @Option(help: "Units of stock, from 1. Default: one fewer than buyers.")
    var units: Int?

    @Option(help: "Attempts of a purchase, at most.")
    var attempts = 1

    @Option(help: "Units that each purchase wants.")
    var quantity = 1

    @Option(
        help: ArgumentHelp(
            "What follows the hold of each purchase, where they take their time: pay, cancel, pay+pay, cancel+cancel, pay+cancel or nothing; several with commas.",
            valueName: "list"),
        completion: .list(["pay", "cancel", "pay+pay", "cancel+cancel", "pay+cancel", "nothing"]))
    var afterHold: String?

    @Option(
        help: ArgumentHelp(
            "What each purchase wants, where they have carts: the numbers of its items, from 1, such as 1+2,2+1; 1:2 are two units of the first.",
            valueName: "list"))
    var carts: String?

    @Option(
        help: ArgumentHelp(
            "What may happen beside commands: lost-replies, lost-requests, crashes, restart, expiry; several with commas.",
            valueName: "kinds"),
        completion: .list(["lost-replies", "lost-requests", "crashes", "restart", "expiry"]))
    var with: String?

    @Option(help: "How many of these may happen in one order.")
    var faults = 1

    @Flag(help: "Make every order, also those that nobody can tell from another.")
    var exhaustive = false

    @Flag(help: "Let purchases go on after an unknown attempt, as careless clients do.")
    var retryUnknown = false

    @Option(help: "For how many seconds orders are tried, from 1.")
    var time = 60

    @Option(help: "Orders that are begun, at most. Default: all.")
    var schedules: Int?

    @Option(help: "Keys of orders that are remembered, at most, of 8 bytes each.")
    var remember = 4_000_000

    @Option(
        help: ArgumentHelp(
            "Draw so many orders in place of making all, for more buyers than all orders can be made of.",
            valueName: "orders"))
    var samples: Int?

    @Option(help: "With --samples: of how many commands the order makes the mistake.")
    var depth = 2

    @Option(help: "With --samples: fixes what is drawn.")
    var seed: UInt64 = 1

    func validate() throws {
        for (flag, value, range) in [
            ("--buyers", buyers ?? 1, 1...(samples == nil ? 6 : 50)), ("--samples", samples ?? 1, 1...10_000_000),
            ("--depth", depth, 1...6), ("--units", units ?? 1, 1...1000), ("--attempts", attempts, 1...10),
            ("--purchases-per-buyer", purchasesPerBuyer ?? 1, 1...5),
            ("--quantity", quantity, 1...100), ("--faults", faults, 1...5), ("--time", time, 1...86_400),
            ("--schedules", schedules ?? 1, 1...1_000_000_000), ("--remember", remember, 1000...1_000_000_000),
        ] where !range.contains(value) {
            throw ValidationError(
                "\(flag) \(value): a number from \(range.lowerBound) to \(range.upperBound) is wanted")
        }
        _ = try beside()
        _ = try list(of: afterHold, "--after-hold", holdForms) { AfterHold($0) }
        _ = try list(of: carts, "--carts", cartForms) { CartLine.cart($0) }
    }

    private var holdForms: String {
        "pay, cancel, pay+pay, cancel+cancel, pay+cancel or nothing for each purchase, with commas between them,"
    }
    private var cartForms: String {
        "a cart for each purchase, with commas between them, such as 1+2,2+1 (the numbers of items), or 1:2+2 (two units of the first),"
    }

    private func list<Value>(
        of text: String?, _ flag: String, _ forms: String, _ value: (String) -> Value?
    ) throws(ValidationError) -> [Value] {
        var values: [Value] = []
        for word in (text ?? "").split(separator: ",", omittingEmptySubsequences: text == nil) {
            guard let value = value(String(word)) else {
                throw ValidationError("\(flag) \(text ?? ""): \(forms) is wanted")
            }
            values.append(value)
        }
        return values
    }

    /// What follows the hold of each purchase, as the user names it; empty where nobody did.
    // validate() has read it once.
    var chosenHolds: [AfterHold] { (try? list(of: afterHold, "", "") { AfterHold($0) }) ?? [] }
    var chosenCarts: [[CartLine]] { (try? list(of: carts, "", "") { CartLine.cart($0) }) ?? [] }

    /// What may happen beside commands, as `--with` names it.
    private func beside() throws(ValidationError) -> (kinds: Set<ExplorationBounds.FaultKind>, expires: Bool) {
        var kinds: Set<ExplorationBounds.FaultKind> = []
        var expires = false
        for word in (with ?? "").split(separator: ",", omittingEmptySubsequences: with == nil) {
            if word == "expiry" {
                expires = true
            } else if let kind = ExplorationBounds.FaultKind(rawValue: String(word)) {
                kinds.insert(kind)
            } else {
                throw ValidationError(
                    "--with \(word): lost-replies, lost-requests, crashes, restart or expiry is wanted, several with commas between them"
                )
            }
        }
        return (kinds, expires)
    }

    /// Whether nobody has said what is to be explored.
    private var isUsual: Bool {
        samples == nil && buyers == nil && units == nil && with == nil && purchasesPerBuyer == nil && afterHold == nil
            && carts == nil
    }

    /// What is explored, one after the other.
    ///
    /// - Parameters:
    ///   - hasLimit: whether a buyer may have only so much.
    ///   - menu: what may follow a hold; empty where purchases do not take their time.
    ///   - forms: what carts can be; nil where purchases have none.
    func phases(
        hasLimit: Bool, afterHold menu: [AfterHold] = [], carts forms: ExplorationPhase.CartForms? = nil
    ) -> [ExplorationPhase] {
        // validate() has read it once.
        let beside: (kinds: Set<ExplorationBounds.FaultKind>, expires: Bool) = (try? beside()) ?? ([], false)
        var phases: [ExplorationPhase]
        if isUsual {
            phases =
                if let forms {
                    ExplorationPhase.usual(carts: forms, quantity: quantity)
                } else if menu.isEmpty {
                    ExplorationPhase.usual(hasLimit: hasLimit)
                } else {
                    ExplorationPhase.usual(hasLimit: hasLimit, afterHold: menu)
                }
        } else {
            var bounds = ExplorationBounds()
            bounds.kinds = beside.kinds
            bounds.faults = beside.kinds.isEmpty ? 0 : faults
            bounds.expiries = beside.expires ? faults : 0
            let purchasesPerBuyer = purchasesPerBuyer ?? 1
            let chosen = max(chosenHolds.count, chosenCarts.count)
            let buyers =
                buyers
                ?? (chosen > 0
                    ? (chosen + purchasesPerBuyer - 1) / purchasesPerBuyer
                    : samples != nil ? 10 : purchasesPerBuyer > 1 ? 1 : 2)
            let phase = ExplorationPhase(
                buyers: buyers, purchasesPerBuyer: purchasesPerBuyer,
                units: units ?? (forms == nil ? max(1, buyers * purchasesPerBuyer - 1) : 1) * quantity, bounds: bounds)
            phases = menu.isEmpty ? [phase] : phase.withHolds(menu)
            if !chosenHolds.isEmpty {
                phases = [phase]
                phases[0].afterHold = Self.forEach(phase, chosenHolds)
            }
            if let forms { phases = [phase.withCarts(chosenCarts, forms, quantity: quantity)] }
        }
        for index in phases.indices {
            phases[index].bounds.isExhaustive = exhaustive
            phases[index].bounds.remembered = remember
            phases[index].bounds.executions = schedules
            phases[index].samples = samples.map { .init(orders: $0, depth: depth, seed: seed) }
            if isUsual, forms == nil { phases[index].units *= quantity }
        }
        return phases
    }

    /// What each purchase of a phase has: one value stands for all.
    static func forEach<Value>(_ phase: ExplorationPhase, _ values: [Value]) -> [Value] {
        values.count == 1 ? Array(repeating: values[0], count: phase.purchases) : values
    }
}

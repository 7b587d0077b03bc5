package import FlashSale

/// A decrement protocol, as data: what a strategy file says.
package struct Strategy: Sendable, Equatable {
    /// A key that the sale owns.
    package struct Key: Sendable, Equatable {
        package var name: String
        package var template: Template

        package init(name: String, template: Template) {
            self.name = name
            self.template = template
        }
    }

    /// The file that it was read from, for messages; a built-in strategy's is its name.
    package var file: String
    package var name: String
    package var summary: String
    package var keys: [Key]
    /// Shelves that the stock is dealt to; nil where it is in one place.
    package var shards: Int?
    /// What is for sale where there are several items; nil where there is one, or only a flag says it.
    package var items: [ItemsForSale.Item]?
    /// How many lines the cart of a purchase has; nil where a purchase is for one item, or only a flag says it.
    package var cart: Scenario.Range?
    /// Numbers that are drawn once for each attempt.
    package var draws: [Draw] = []
    /// Time between two attempts of a purchase, after a conflict or a failure, in microseconds; nil for none.
    package var backoffMicroseconds: Scenario.Range?
    /// Lua scripts that are called by name.
    package var scripts: [Script] = []
    /// Libraries of Redis Functions.
    package var libraries: [Script] = []
    /// The units that one buyer may have; nil for any number.
    package var limit: Int?
    /// The purchases that one buyer may make; nil for any number.
    package var purchaseLimit: Int?
    /// What a repeated call gives.
    package var idempotency = Idempotency.none
    /// Units that were taken and not sold come back by themselves, no sooner than so many nanoseconds after the attempt began;
    /// nil where they do not.
    package var lapsesNanoseconds: UInt64?
    /// Units that come to the sale while the doors are open, in the order of their times.
    package var restocks: [Restocking] = []
    /// The faults under which its author claims that it holds.
    package var safeUnder: [FaultKind] = []
    /// Defaults of flags that show what the scheme is like.
    package var load = LoadDefaults()
    /// Where the service is that buyers ask, as the file has it; nil where the user says it.
    package var service: String?
    /// How the run starts the service, where the file says it; ``service`` is nil then.
    package var serviceStart: ServiceStart?
    /// What each client does once before the doors open, such as a login. What it captures, every attempt has.
    package var signIn: [Step] = []
    /// Sent once, before the doors open.
    package var open: [Call]
    /// One attempt.
    package var buy: [Step]
    /// What follows a hold, where purchases take their time: to pay comes before to cancel.
    package var later: [Later] = []
    /// Of those who pay, how many cancel as well, in hundredths of a percent.
    package var crossing = 0
    /// What every exit of an attempt takes, such as unlocking.
    package var finally: [Step] = []
    /// Reads the units left after the sale.
    package var stock: Probe
    /// Other ways to read them, which have to agree with ``stock`` in the end.
    package var otherStocks: [Probe] = []
    /// Reads the units that are on hold, where they are counted apart from those that are left.
    package var held: Probe?
    package var ledger: LedgerRule?
    /// Other places that keep the same orders.
    package var otherLedgers: [LedgerRule] = []
    /// What has to hold before the end is read; nil where it is read at once.
    package var drain: Drain?
    /// Which units with a name are for sale when the doors open; nil where the file does not list them.
    package var forSale: UnitListRule?
    /// Removes the sale's keys.
    package var close: [Call]
    /// What its author asks of every run beside the verdict.
    package var require: [Threshold] = []

    package init(
        file: String, name: String, summary: String, keys: [Key], open: [Call], buy: [Step], stock: Probe,
        ledger: LedgerRule?, close: [Call]
    ) {
        self.file = file
        self.name = name
        self.summary = summary
        self.keys = keys
        self.open = open
        self.buy = buy
        self.stock = stock
        self.ledger = ledger
        self.close = close
    }

    package var rules: SaleRules {
        var rules = SaleRules(limit: limit, purchaseLimit: purchaseLimit, idempotency: idempotency)
        rules.givesBack = givesBack
        rules.lapsesNanoseconds = lapsesNanoseconds
        rules.shelves = shards
        return rules
    }

    /// Everything that is sent, in the order of the file's parts.
    package var calls: [Call] {
        let ledgers = ([ledger] + otherLedgers).compactMap { $0?.read }
        let stocks = ([stock] + [held].compactMap(\.self) + otherStocks).flatMap(\.calls)
        return open + allSteps.flatMap(\.calls) + restocks.map(\.call) + stocks + ledgers
            + (forSale?.calls ?? []) + (drain?.conditions.map(\.call) ?? []) + close
    }

    /// Every plain command of the file, in the order of its parts.
    package var commands: [Command] {
        calls.compactMap { call in
            if case .command(let command) = call { command } else { nil }
        }
    }

    /// Every call of a script or a function, in the order of the file's parts.
    package var scriptCalls: [ScriptCall] {
        calls.compactMap { call in
            if case .script(let call) = call { call } else { nil }
        }
    }

    /// Whether an attempt has a place at which time to think is spent.
    package var hasThinkStep: Bool {
        allSteps.contains { step in
            if case .think = step.kind { true } else { false }
        }
    }

    /// Whether buyers take time to think.
    ///
    /// - Parameter chosen: what the scenario says in place of the file; nil where it says nothing.
    package func thinks(_ chosen: Scenario.Range?) -> Bool {
        allSteps.contains { step in
            guard case .think(let own) = step.kind else { return false }
            return (chosen ?? own)?.max ?? 0 > 0
        }
    }

    /// What each purchase takes where no attempt says how many units are wanted, and the file says that it is always so many.
    package var fixedQuantity: Int? {
        guard let quantity = load.quantity, quantity.min == quantity.max, !usesQuantity else { return nil }
        return quantity.min
    }

    /// Whether an outcome says which unit was sold, by its name.
    package var namesUnits: Bool {
        buy.contains { step in step.unit != nil || step.rules.contains { $0.unit != nil } }
    }

    /// Whether an outcome says what was left of each item of a cart.
    package var tellsLeft: Bool { buy.contains { $0.rules.contains { $0.remainders != nil } } }

    /// Whether a text is kept of some attempts of a run: the names of their units, or what was left of the items of their carts.
    package func keepsTexts(_ scenario: Scenario) -> Bool {
        namesUnits || scenario.items?.cart != nil && tellsLeft
    }

    /// Whether an attempt ever says how many units are wanted.
    package var usesQuantity: Bool {
        // Every question to a program says it.
        if program != nil { return true }
        let templates = allSteps.flatMap(\.templates) + keys.map(\.template)
        return templates.contains { template in
            template.values.contains { value in
                switch value {
                case .variable(.quantity), .variable(.quantities), .variable(.cart), .ofLine(_, .variable(.quantity)):
                    true
                default: false
                }
            }
        }
    }

    /// Commands that a win costs: those of the steps that have no comparison to pass.
    package var commandsPerWin: Int {
        allSteps.reduce(0) { sum, step in
            if step.condition?.expressions.isEmpty == false { return sum }
            return sum + step.commandCount
        }
    }
}

/// Defaults of the flags of `stress run` that a strategy file may give; nil leaves a flag alone.
package struct LoadDefaults: Sendable, Equatable {
    package var units: Int?
    package var buyers: Int?
    package var purchasesPerBuyer: Int?
    package var attempts: Int?
    package var quantity: Scenario.Range?
    package var thinkTimeMicroseconds: Scenario.Range?
    package var retryUnknown: Bool?
    /// One won purchase in so many is asked for again; 0 for none.
    package var repeatEvery: Int?
    /// Which of several items buyers want.
    package var choice: ItemChoice?

    package init() {}
}

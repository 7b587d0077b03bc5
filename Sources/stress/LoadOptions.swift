internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Strategies

/// The flags that say who buys what, and how.
struct LoadOptions: ParsableArguments {
    @Option(help: "Worker processes. Default: 4, or as many as the machines have room for that --hosts names.")
    var procs: Int?
    /// Where the user says nothing, and the workers are on this machine.
    static let usualProcs = 4

    @Option(help: "Threads in each worker process.")
    var threads = 100

    @Option(help: "Connections that each thread drives.")
    var clients = 1

    @Option(help: "Buyers. Default: the larger of 10 per client and twice the units, so that there is always a rush.")
    var buyers: Int?

    @Option(
        help:
            "Purchases that each buyer wants; they race on different connections. Default: one more than a limit allows, or else 1."
    )
    var purchasesPerBuyer: Int?

    @Option(
        help: ArgumentHelp(
            "Units that each purchase wants: 2, or a range such as 1..3, drawn for each. Default: 1..3 where the strategy says {quantity}, at most its limit; or else 1.",
            valueName: "units"))
    var quantity: String?

    @Option(help: "The most attempts that one purchase makes, after conflicts and failures. Default: 3.")
    var attempts: Int?

    @Option(help: "Units of stock when the doors open. Default: 1000, or a few more that no quantity goes into.")
    var units: Int?

    @Option(
        help: ArgumentHelp(
            "Items, each with --units units of its own: a number, names (tea,cup), or names with units (tea=100,cup=20). Default: one.",
            valueName: "items"))
    var items: String?

    @Option(
        help: ArgumentHelp(
            "Which items buyers want: uniform, each, zipf:1.1 or hot:80/20. Default: uniform.", valueName: "choice"),
        completion: .list(["uniform", "each", "zipf:1.1", "hot:80/20"]))
    var choice: String?

    @Option(
        help: ArgumentHelp(
            "Lines in the cart of each purchase, each with --quantity units of an item: 2, or a range such as 1..3. Default: no cart.",
            valueName: "lines"))
    var cart: String?

    @Option(
        help: ArgumentHelp("A built-in strategy, or a strategy file. Default: optimistic.", valueName: "name|file"),
        completion: Completion.strategy)
    var strategy: String?
    /// What is meant where the user says nothing.
    var strategyName: String { strategy ?? "optimistic" }

    @Option(
        help: ArgumentHelp(
            "Time spent between reading and writing: 5ms, or a range such as 1ms..20ms.", valueName: "time"))
    var thinkTime: String?

    @Option(help: ArgumentHelp("How long a client waits for the reply to what it sent.", valueName: "time"))
    var timeout = "5s"

    @Flag(
        inversion: .prefixedNo,
        help: "Let a purchase go on after an unknown attempt, as careless clients do. Default: no.")
    var retryUnknown: Bool?

    @Option(
        help: ArgumentHelp(
            "Ask again for one in so many purchases after it was won, as idempotent strategies allow; 0 for none. Default: 10, or less where few can win.",
            valueName: "n"))
    var repeatEvery: Int?

    @Option(help: "Fixes ids and think times. Default: a random one, which run.json tells.")
    var seed: UInt64?

    func validate() throws {
        try refuse("--procs", value: procs, unlessIn: Scenario.Bounds.procs)
        try refuse("--threads", value: threads, unlessIn: Scenario.Bounds.threads)
        try refuse("--clients", value: clients, unlessIn: Scenario.Bounds.clients)
        try refuse("--units", value: units, unlessIn: Scenario.Bounds.units)
        try refuse("--attempts", value: attempts, unlessIn: Scenario.Bounds.attempts)
        try refuse("--purchases-per-buyer", value: purchasesPerBuyer, unlessIn: Scenario.Bounds.purchasesPerBuyer)
        try refuse("--buyers", value: buyers, unlessIn: Scenario.Bounds.buyers)
        try refuse("--repeat-every", value: repeatEvery, unlessIn: 0...Scenario.Bounds.repeatEvery.upperBound)
        _ = try quantityRange()
        _ = try ItemOptions.items(items)
        _ = try ItemOptions.choice(choice)
        _ = try ItemOptions.cart(cart)
        _ = try time("--think-time", thinkTime)
        let wait = try time("--timeout", timeout)
        guard let wait, wait.min == wait.max, wait.min >= 1000 else {
            throw ValidationError("--timeout \(timeout): one duration of at least 1ms is wanted")
        }
    }

    /// - Parameter machines: how many the workers are on.
    func refuseTooManyConnections(workers: Int, machines: Int) throws(RunError) {
        let connections = workers * threads * clients
        guard connections <= 60_000 * machines else {
            throw RunError(
                .usage,
                "\(workers) x \(threads) x \(clients) are \(connections) connections; one address has ports for 60000 at most"
            )
        }
    }

    private func refuse(_ flag: String, value: Int?, unlessIn range: ClosedRange<Int>) throws {
        if let value, !range.contains(value) {
            throw ValidationError(
                "\(flag) \(value): a number from \(range.lowerBound) to \(range.upperBound) is wanted")
        }
    }

    private func time(_ flag: String, _ text: String?) throws -> Scenario.Range? {
        guard let text else { return nil }
        do throws(DurationText.Problem) {
            return try DurationText.microsecondRange(text)
        } catch {
            throw ValidationError("\(flag): \(error.message)")
        }
    }

    private func quantityRange() throws -> Scenario.Range? {
        guard let quantity else { return nil }
        do throws(Scenario.QuantityProblem) {
            return try Scenario.quantity(quantity)
        } catch {
            throw ValidationError("--quantity: \(error.message)")
        }
    }

    /// What the flags and the strategy's own `load:` make together; a flag comes first.
    ///
    /// - Throws: ``RunError`` with 64 where they do not fit together.
    func scenario(
        _ strategy: Strategy, source: Scenario.StrategySource, pace: Pace, persistence: Scenario.Persistence,
        redis: String, workers: Int? = nil, machines: Int = 1
    ) throws(RunError) -> Scenario {
        let procs = workers ?? procs ?? Self.usualProcs
        try refuseTooManyConnections(workers: procs, machines: machines)
        let load = strategy.load
        let proving = ProvingLoad(of: strategy)
        let quantity = (try? quantityRange()) ?? load.quantity ?? proving.quantity
        let unitsOfOne = units ?? load.units ?? ProvingLoad.units(1000, for: quantity)
        let goods = try ItemOptions(items: items, choice: choice, cart: cart).goods(of: strategy, units: unitsOfOne)
        let units = goods?.units ?? unitsOfOne
        let perBuyer =
            purchasesPerBuyer ?? load.purchasesPerBuyer
            ?? proving.purchasesPerBuyer(of: quantity, buyers: (buyers ?? load.buyers).map { $0 + pace.burstBuyers })
        let wait = (try? time("--timeout", timeout))?.min ?? 5_000_000
        var scenario = Scenario(
            strategy: source, units: units,
            buyers: try usualBuyers(load, pace: pace, units: units, perBuyer: perBuyer, procs: procs)
                + pace.burstBuyers,
            purchasesPerBuyer: perBuyer,
            quantity: quantity,
            attempts: attempts ?? load.attempts ?? 3, procs: procs, threads: threads, clients: clients, pace: pace,
            thinkTimeMicroseconds: (try? time("--think-time", thinkTime)) ?? load.thinkTimeMicroseconds,
            timeoutMilliseconds: wait / 1000, retryUnknown: retryUnknown ?? load.retryUnknown ?? false,
            seed: seed ?? UInt64.random(in: 1...UInt64(UInt32.max)), persistence: persistence, redis: redis)
        scenario.items = goods
        scenario.phases = strategy.phasePlan
        scenario.repeatEvery = try repeats(in: scenario, of: strategy, proving)
        guard scenario.totalPurchases <= Scenario.Bounds.buyers.upperBound else {
            throw RunError(
                .usage,
                "\(scenario.buyers) buyers with \(scenario.purchasesPerBuyer) purchases each are more than the \(Scenario.Bounds.buyers.upperBound) that are possible; "
                    + "name fewer with \(pace.bursts.isEmpty ? "--buyers" : "--buyers or --burst")")
        }
        if let draw = strategy.emptyDraw(units: goods?.items.map(\.units).min() ?? units) {
            throw RunError(
                .usage,
                "\(strategy.file):\(draw.line): draw: \(draw.name): with \(units.counted("unit")) there is no number in this range"
            )
        }
        try PhaseRules.check(scenario, strategy)
        let usual = strategy.fixedQuantity ?? 1
        guard scenario.quantity == Scenario.Range(min: usual, max: usual) || strategy.usesQuantity else {
            throw RunError(
                .usage,
                "--quantity \(self.quantity ?? "\(scenario.quantity.min)..\(scenario.quantity.max)"): the strategy \(strategy.name) never says how many units are "
                    + "wanted ({quantity}), so every purchase takes what it always takes; use {quantity} in the file, or leave the flag out"
            )
        }
        return scenario
    }

    /// One won purchase in how many is asked for again.
    ///
    /// - Throws: ``RunError`` with 64 where the strategy does not promise that it takes nothing.
    private func repeats(
        in scenario: Scenario, of strategy: Strategy, _ proving: ProvingLoad
    ) throws(RunError) -> Int? {
        if let wanted = repeatEvery ?? strategy.load.repeatEvery {
            guard wanted > 0 else { return nil }
            guard strategy.idempotency != .none else {
                throw RunError(
                    .usage,
                    "--repeat-every \(wanted): the strategy \(strategy.name) does not say that a repeated call takes nothing "
                        + "(idempotent: purchase or buyer), so asking again would buy again; use --purchases-per-buyer for that"
                )
            }
            guard scenario.attempts > 1 else {
                throw RunError(
                    .usage, "--repeat-every \(wanted): asking again is one more attempt; use --attempts 2 at least")
            }
            return wanted
        }
        return proving.repeatEvery(
            units: scenario.units, quantity: scenario.quantity, attempts: scenario.attempts,
            purchases: scenario.totalPurchases)
    }

    /// Buyers beside those of extra rushes.
    ///
    /// - Throws: ``RunError`` with 64 where more will come than a run can record.
    private func usualBuyers(
        _ load: LoadDefaults, pace: Pace, units: Int, perBuyer: Int, procs: Int
    ) throws(RunError) -> Int {
        if let buyers { return buyers }
        guard pace.endsByTime else {
            return load.buyers
                ?? ProvingLoad.buyers(
                    Scenario.defaultBuyers(clients: procs * threads * clients, units: units),
                    purchasesPerBuyer: perBuyer)
        }
        // How many will come is unknown, but a run can record only so many.
        let most = max(1, Scenario.Bounds.buyers.upperBound / perBuyer - pace.burstBuyers)
        if let rate = pace.rate {
            let planned = rate.expected(byNanoseconds: pace.durationNanoseconds ?? rate.rampNanoseconds)
            guard planned <= Double(most * perBuyer) else {
                throw RunError(
                    .usage,
                    "--\(rate.rampNanoseconds == 0 ? "rate" : "ramp"): \(Int(planned)) purchases would come in that time, more than the \(most * perBuyer) that are possible; "
                        + "use a lower rate or a shorter time, or say how many with --buyers")
            }
        }
        return most
    }
}

internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation

/// The flags that say who buys what, and how.
struct LoadOptions: ParsableArguments {
    @Option(help: "Worker processes.")
    var procs = 4

    @Option(help: "Threads in each worker process.")
    var threads = 100

    @Option(help: "Connections that each thread drives.")
    var clients = 1

    @Option(help: "Buyers. Default: the larger of 10 per client and twice the units, so that there is always a rush.")
    var buyers: Int?

    @Option(help: "Purchases that each buyer wants; they race on different connections.")
    var purchasesPerBuyer = 1

    @Option(help: "The most attempts that one purchase makes, after conflicts and failures.")
    var attempts = 3

    @Option(help: "Units of stock when the doors open.")
    var units = 1000

    @Option(help: ArgumentHelp("A built-in strategy, or a strategy file.", valueName: "name|file"))
    var strategy = "optimistic"

    @Option(
        help: ArgumentHelp(
            "Time spent between reading and writing: 5ms, or a range such as 1ms..20ms.", valueName: "time"))
    var thinkTime: String?

    @Option(help: ArgumentHelp("How long a client waits for the reply to what it sent.", valueName: "time"))
    var timeout = "5s"

    @Flag(help: "Let a purchase go on after an unknown attempt, as careless clients do.")
    var retryUnknown = false

    @Option(help: "Fixes ids and think times. Default: a random one, which run.json tells.")
    var seed: UInt64?

    func validate() throws {
        try refuse("--procs", procs, 1...512)
        try refuse("--threads", threads, 1...10_000)
        try refuse("--clients", clients, 1...10_000)
        try refuse("--units", units, 1...1_000_000_000)
        try refuse("--attempts", attempts, 1...1000)
        try refuse("--purchases-per-buyer", purchasesPerBuyer, 1...10_000)
        if let buyers { try refuse("--buyers", buyers, 1...20_000_000) }
        guard clients == 1 else {
            throw ValidationError(
                "--clients \(clients): a thread drives one connection in this version; use more --threads")
        }
        guard procs * threads * clients <= 60_000 else {
            throw ValidationError(
                "\(procs) x \(threads) x \(clients) are \(procs * threads * clients) connections; one address has ports for 60000 at most"
            )
        }
        let buyers = buyers ?? Scenario.defaultBuyers(clients: procs * threads * clients, units: units)
        guard buyers * purchasesPerBuyer <= 20_000_000 else {
            throw ValidationError(
                "\(buyers) buyers with \(purchasesPerBuyer) purchases each are more than the 20000000 that are possible; name fewer with --buyers"
            )
        }
        _ = try time("--think-time", thinkTime)
        let wait = try time("--timeout", timeout)
        guard let wait, wait.min == wait.max, wait.min >= 1000 else {
            throw ValidationError("--timeout \(timeout): one duration of at least 1ms is wanted")
        }
    }

    private func refuse(_ flag: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
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

    /// The strategy that `--strategy` names.
    ///
    /// - Throws: ``RunError`` with 64 if there is none or its file has a mistake.
    func loadStrategy() throws(RunError) -> (Strategy, Scenario.StrategySource) {
        let yaml: String
        if let builtin = BuiltinStrategies.yaml(named: strategy) {
            yaml = builtin
        } else if FileManager.default.fileExists(atPath: strategy) {
            yaml = try read(strategy)
        } else {
            throw unknownStrategy()
        }
        do throws(StrategyFileError) {
            let parsed = try StrategyFile.parse(yaml, file: strategy)
            return (parsed, Scenario.StrategySource(name: parsed.name, yaml: yaml))
        } catch {
            throw RunError(64, error.description)
        }
    }

    private func unknownStrategy() -> RunError {
        if strategy.contains("/") || strategy.hasSuffix(".yaml") || strategy.hasSuffix(".yml") {
            return RunError(64, "the strategy file \(strategy) does not exist")
        }
        let near = NearestNames.of(strategy, among: BuiltinStrategies.names)
        let hint = near.isEmpty ? "" : "did you mean \(near.joined(separator: " or "))? "
        return RunError(
            64,
            "there is no strategy \(strategy); \(hint)Built in are \(BuiltinStrategies.names.joined(separator: ", ")); "
                + "a file is named by its path")
    }

    private func read(_ path: String) throws(RunError) -> String {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            // One byte more than the limit, so that the parser sees that a file is too long without all of it.
            let data = try handle.read(upToCount: StrategyFile.byteLimit + 1) ?? Data()
            guard data.count <= StrategyFile.byteLimit else {
                throw RunError(
                    64, "\(path): a strategy file has at most \(StrategyFile.byteLimit) bytes; this one has more")
            }
            guard let text = String(data: data, encoding: .utf8) else {
                throw RunError(64, "\(path): a strategy file is UTF-8 text; this one is not")
            }
            return text
        } catch let error as RunError {
            throw error
        } catch {
            throw RunError(64, "the strategy file \(path) cannot be read: \(error.localizedDescription)")
        }
    }

    func scenario(
        _ source: Scenario.StrategySource, persistence: Scenario.Persistence, redis: String
    ) throws(RunError) -> Scenario {
        let think = try? time("--think-time", thinkTime)
        let wait = (try? time("--timeout", timeout))?.min ?? 5_000_000
        return Scenario(
            strategy: source, units: units,
            buyers: buyers ?? Scenario.defaultBuyers(clients: procs * threads * clients, units: units),
            purchasesPerBuyer: purchasesPerBuyer, attempts: attempts, procs: procs, threads: threads, clients: clients,
            thinkTimeMicroseconds: think, timeoutMilliseconds: wait / 1000, retryUnknown: retryUnknown,
            seed: seed ?? UInt64.random(in: 1...UInt64(UInt32.max)), persistence: persistence, redis: redis)
    }
}

internal import FlashSale
internal import RedisDriver
internal import Shop
internal import Strategies

/// A sale on the private server, opened and watched, for one act of a rehearsal.
struct WatchedSale: ~Copyable {
    /// What stands for {sale} in a rehearsal.
    static let tag = "{stress:check}"

    var sale: Sale
    var monitor: MonitoredConnection
    let facts: Sale.ServerFacts
    let names: ScriptNames
    /// How often the server has executed each command, before the act.
    private let before: [String: Int]

    private init(
        sale: consuming Sale, monitor: consuming MonitoredConnection, facts: Sale.ServerFacts, names: ScriptNames,
        before: [String: Int]
    ) {
        self.sale = sale
        self.monitor = monitor
        self.facts = facts
        self.names = names
        self.before = before
    }

    /// Opens a sale of `units` at `endpoint`, which is ours alone.
    static func open(
        at endpoint: RedisEndpoint, _ strategy: Strategy, units: Int, clock: RehearsalClock
    ) throws(RunError) -> WatchedSale {
        var sale = try Sale(to: endpoint, strategy: strategy, tag: Self.tag, units: units, isPrivate: true)
        // The orders of a few buyers.
        sale.mostBytesOfOrders = ReplyLimit.ofAnAnswer
        try clock.limit(&sale, "before a sale of \(units.counted("unit"))")
        var facts = try sale.inspect(connectionsNeeded: 2)
        try sale.loadScripts(&facts)
        let names = ScriptNames(strategy, hashes: sale.scriptHashes, functions: SaleFunctions(saleTag: sale.tag))
        var monitor = try MonitoredConnection(to: endpoint, clock: clock)
        let before = try executed(&sale)
        try monitor.skip(&sale)
        try sale.open()
        return WatchedSale(sale: sale, monitor: monitor, facts: facts, names: names, before: before)
    }

    /// Closes the sale, and writes down what scripts touched beside it.
    mutating func close(noting record: inout RehearsalRecord) throws(RunError) {
        if let problem = sale.close() {
            throw RunError(.usage, "\(sale.strategy.file): the keys of the rehearsal could not be removed: \(problem)")
        }
        // After closing, which may call scripts too.
        let strays = try monitor.strays(&sale) + administration()
        for stray in strays where !record.strays.contains(stray) { record.strays.append(stray) }
        // Keys without the tag are the same in the next act. The server is ours alone.
        if !strays.isEmpty || !sale.foreignKeys.isEmpty { _ = try? sale.call(["FLUSHALL"]) }
    }

    /// What a replica of the private server sends by itself, and no script can.
    private static var ofReplicas: Set<String> { ["psync", "replconf", "sync"] }

    /// Commands for administrators that were executed in the act: MONITOR does not show them, and we send none.
    private mutating func administration() throws(RunError) -> [String] {
        let names = try Self.executed(&sale).filter { $0.value > before[$0.key] ?? 0 }.keys.filter {
            !Self.ofReplicas.contains($0)
        }.sorted()
        let facts = try sale.facts(of: names) ?? [:]
        return names.filter { facts[$0]?.flags.contains("admin") == true }.map { $0.uppercased() }
    }

    private static func executed(_ sale: inout Sale) throws(RunError) -> [String: Int] {
        let reply = try sale.call(["INFO", "commandstats"])
        guard reply.kind == .string else { return [:] }
        var calls: [String: Int] = [:]
        for line in reply.string().split(whereSeparator: \.isNewline) where line.hasPrefix("cmdstat_") {
            let parts = line.dropFirst(8).split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let count = parts[1].split(separator: ",").first?.split(separator: "=").last else {
                continue
            }
            calls[String(parts[0])] = Int(count)
        }
        return calls
    }

    /// Commands of scripts that this server does not know, so that what comes after them was not executed.
    mutating func unknownCommands(
        _ exchanges: [RehearsalRecord.Exchange], _ errors: [String: String]
    ) throws(RunError) -> [String] {
        let texts = (sale.strategy.scripts + sale.strategy.libraries).map(\.text)
        let called = Set(texts.flatMap { LuaReading($0).calledCommands.map(\.name) }).sorted()
        let known = try sale.facts(of: called) ?? [:]
        let unknown = called.filter { known[$0] == nil }
        guard unknown.isEmpty else { return unknown }
        let replies = exchanges.filter(\.isError).map(\.reply) + errors.values
        return replies.contains { $0.lowercased().contains("unknown redis command") } ? ["a command"] : []
    }
}

extension RehearsalRecord.Exchange {
    var callsScript: Bool { command.count > 1 && ["EVAL", "EVALSHA", "FCALL"].contains(command[0]) }
}

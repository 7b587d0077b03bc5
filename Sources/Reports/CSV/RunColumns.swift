internal import FlashSale

/// The columns that describe a whole run, in `summary.csv` and `runs.csv`.
enum RunColumns {
    typealias Column = (name: String, cell: @Sendable (RunRecord) -> String)

    static let names = all.map(\.name)

    static func row(_ record: RunRecord) -> [String] { all.map { $0.cell(record) } }

    /// The cells of these columns; nil where one of them is not ours, or stands there twice.
    static func row(_ record: RunRecord, columns: [String]) -> [String]? {
        let cells = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.cell) })
        let row = columns.compactMap { cells[$0]?(record) }
        return row.count == columns.count && Set(columns).count == columns.count ? row : nil
    }

    private static let all: [Column] =
        identity + fleet + sale + attempts + purchases + speed
        + latency("attempt", { $0.latencyUs.attempt }) + latency("purchase", { $0.latencyUs.purchase }) + holds
        + surroundings

    private static let identity: [Column] = [
        ("started", { $0.started }),
        ("run", { $0.run }),
        ("strategy", { $0.strategy }),
        ("verdict", { $0.verdict.word }),
        ("exit_code", { "\($0.exitCode.rawValue)" }),
        ("interrupted", { "\($0.interrupted)" }),
        // A space can separate them, since names of checks have none.
        (
            "violated_checks",
            { $0.checks.filter { $0.result == .violated }.map(\.name.rawValue).joined(separator: " ") }
        ),
    ]

    private static let fleet: [Column] = [
        ("procs", { "\($0.scenario.procs)" }),
        ("threads", { "\($0.scenario.threads)" }),
        ("clients", { "\($0.scenario.clients)" }),
        ("buyers", { "\($0.totals.buyers)" }),
        ("purchases", { "\($0.totals.purchases)" }),
        ("attempts", { "\($0.totals.tally.attempts)" }),
        ("attempts_per_purchase_limit", { "\($0.scenario.attempts)" }),
    ]

    private static let sale: [Column] = [
        ("units", { "\($0.sale.units)" }),
        ("remaining", { optional($0.sale.remaining) }),
        ("sold_by_server", { optional($0.sale.soldByServer) }),
        ("sold_to_buyers", { "\($0.sale.soldToBuyers)" }),
        ("in_doubt", { "\($0.sale.inDoubt)" }),
        ("ledger_orders", { optional($0.sale.ledgerOrders) }),
    ]

    private static let attempts: [Column] = [
        ("won", { "\($0.totals.tally.won)" }),
        ("sold_out", { "\($0.totals.tally.soldOut)" }),
        ("conflict", { "\($0.totals.tally.conflict)" }),
        ("duplicate", { "\($0.totals.tally.duplicate)" }),
        ("failed", { "\($0.totals.tally.failed)" }),
        ("unknown", { "\($0.totals.tally.unknown)" }),
        ("returned", { "\($0.totals.tally.returned)" }),
    ]

    private static let purchases: [Column] = [
        ("purchases_won", { "\($0.purchases.won)" }),
        ("purchases_sold_out", { "\($0.purchases.soldOut)" }),
        ("purchases_gave_up", { "\($0.purchases.gaveUp)" }),
        ("purchases_refused", { "\($0.purchases.refused)" }),
        ("purchases_failed", { "\($0.purchases.failed)" }),
        ("purchases_unknown", { "\($0.purchases.unknown)" }),
        ("purchases_not_started", { "\($0.purchases.notStarted)" }),
        ("purchases_returned", { "\($0.purchases.returned)" }),
    ]

    /// Where purchases take their time.
    private static let holds: [Column] = [
        ("held", { "\($0.totals.tally.held)" }),
        ("purchases_lapsed", { "\($0.purchases.lapsed ?? 0)" }),
        ("held_at_end", { optional($0.sale.held) }),
    ]

    private static let speed: [Column] = [
        ("attempts_per_second", { fixed($0.throughput.attemptsPerSecond) }),
        ("commands_per_second", { fixed($0.throughput.commandsPerSecond) }),
        ("elapsed_seconds", { fixed($0.throughput.elapsedSeconds, places: 6) }),
        ("loop", { $0.pace.loop.rawValue }),
        ("target_per_second", { fixed($0.pace.targetPerSecond) }),
        ("achieved_per_second", { fixed($0.pace.achievedPerSecond) }),
        ("purchases_started", { "\($0.pace.started)" }),
        ("late", { "\($0.pace.late)" }),
        ("late_max_us", { fixed($0.pace.lateMaxUs) }),
        ("dropped", { "\($0.pace.dropped)" }),
    ]

    private static let surroundings: [Column] = [
        ("workers_lost", { "\($0.workers.count { $0.lost != nil })" }),
        ("client_cpu_seconds", { fixed($0.client.cpuSeconds, places: 6) }),
        ("client_saturated", { "\($0.client.saturated)" }),
        ("client_host", { $0.client.host }),
        ("client_cores", { "\($0.client.cores)" }),
        ("others_cpu_share", { fixed($0.client.othersCpuShare) }),
        ("steal_share", { fixed($0.client.stealShare) }),
        ("hiccup_max_us", { fixed($0.client.hiccupUs.max) }),
        ("server_cpu_seconds", { fixed($0.server.cpuSeconds, places: 6) }),
        ("server_kind", { $0.server.kind }),
        ("server_version", { $0.server.version }),
        ("server_mode", { $0.server.mode }),
        ("persistence", { $0.server.persistence }),
        ("server_url", { $0.server.url }),
        ("purchases_per_buyer", { "\($0.scenario.purchasesPerBuyer)" }),
        ("quantity_min", { "\($0.scenario.quantity.min)" }),
        ("quantity_max", { "\($0.scenario.quantity.max)" }),
        ("think_time_min_us", { optional($0.scenario.thinkTimeMicroseconds?.min) }),
        ("think_time_max_us", { optional($0.scenario.thinkTimeMicroseconds?.max) }),
        ("timeout_ms", { "\($0.scenario.timeoutMilliseconds)" }),
        ("retry_unknown", { "\($0.scenario.retryUnknown)" }),
        ("seed", { "\($0.scenario.seed)" }),
        ("version", { $0.version }),
    ]

    private static func latency(
        _ name: String, _ latency: @escaping @Sendable (RunRecord) -> RunRecord.Latency
    ) -> [Column] {
        RunRecord.Latency.figures.map { figure in
            ("\(name)_\(figure.column)_us", { fixed(latency($0)[keyPath: figure.value]) })
        }
    }

    private static func optional(_ number: Int?) -> String { number.map { "\($0)" } ?? "" }

    private static func fixed(_ number: Double?, places: Int = 3) -> String {
        number?.fixed(places: places) ?? ""
    }
}

internal import FlashSale

/// What something was like, name by name.
struct PairsView {
    struct Pair {
        let name: String
        let value: PageText
    }

    let title: String
    let pairs: [Pair]

    private init(_ title: String, _ pairs: [(String, String?)]) {
        self.title = title
        self.pairs = pairs.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : Pair(name: name, value: PageText($0, limit: 200)) }
        }
    }

    /// The scenario, the server and the machine.
    ///
    /// - Parameter folder: where the run's files are; nil where they are beside the page.
    static func all(of record: RunRecord, folder: String?) -> [PairsView] {
        [scenario(record, folder), server(record), machine(record)].filter { !$0.pairs.isEmpty }
    }

    private static func scenario(_ record: RunRecord, _ folder: String?) -> PairsView {
        let scenario = record.scenario
        let quantity = scenario.quantity
        let files = folder ?? "beside this page"
        return PairsView(
            "Scenario",
            [
                ("strategy", scenario.strategy.name), ("units", scenario.units.grouped),
                ("buyers", record.totals.buyers.grouped),
                ("purchases of each", scenario.purchasesPerBuyer.grouped),
                (
                    "units of each",
                    quantity.min == quantity.max ? quantity.min.grouped : "\(quantity.min) to \(quantity.max)"
                ),
                ("attempts at most", scenario.attempts.grouped),
                (
                    "connections",
                    "\(scenario.totalClients.grouped) (\(scenario.procs.counted("process", "processes")), "
                        + "\(scenario.threads.counted("thread")) each, \(scenario.clients.counted("client")) on each)"
                ), ("pace", pace(scenario)),
                ("think time", scenario.thinkTimeMicroseconds.map(time)),
                ("timeout", NumberText.duration(seconds: Double(scenario.timeoutMilliseconds) / 1000)),
                ("after an unknown attempt", scenario.retryUnknown ? "buyers try again" : "buyers give up"),
                ("asked again", scenario.repeatEvery.map { "one won purchase in \($0.grouped)" }),
                ("faults", scenario.faults.map { $0.map(\.text).joined(separator: ", ") }),
                ("seed", "\(scenario.seed)"), ("files", files),
            ])
    }

    private static func pace(_ scenario: Scenario) -> String {
        let pace = scenario.pace
        func seconds(_ nanoseconds: UInt64) -> String { NumberText.duration(seconds: Double(nanoseconds) / 1e9) }
        var parts = [
            pace.rate.map { rate in
                (rate.rampNanoseconds == 0
                    ? "\(NumberText.rate(rate.to)) purchases/s"
                    : "\(NumberText.rate(rate.from)) to \(NumberText.rate(rate.to)) purchases/s within \(seconds(rate.rampNanoseconds))")
                    + (rate.arrivals == .poisson ? ", at random distances" : "")
            } ?? "everyone at once"
        ]
        parts += pace.bursts.prefix(10).map { "\($0.buyers.counted("more buyer")) at \(seconds($0.atNanoseconds))" }
        if pace.bursts.count > 10 {
            parts.append("and \((pace.bursts.count - 10).counted("more rush", "more rushes"))")
        }
        if let duration = pace.durationNanoseconds { parts.append("doors closed after \(seconds(duration))") }
        if pace.warmUpNanoseconds > 0 { parts.append("warm-up of \(seconds(pace.warmUpNanoseconds))") }
        return parts.joined(separator: "; ")
    }

    private static func time(_ range: Scenario.Range) -> String {
        let (least, most) = (
            NumberText.duration(seconds: Double(range.min) / 1e6), NumberText.duration(seconds: Double(range.max) / 1e6)
        )
        return least == most ? least : "\(least) to \(most)"
    }

    private static func server(_ record: RunRecord) -> PairsView {
        let server = record.server
        let service = record.scenario.service
        return PairsView(
            service == nil ? "Server" : "Service and server",
            [
                ("service", service), ("its URL", record.startedService?.url),
                ("its processes", record.startedService?.processes.grouped),
                ("server", server.url == "none" ? nil : "\(server.kind) \(server.version)"),
                ("URL", server.url == "none" ? nil : server.url == "embedded" ? "private, on loopback" : server.url),
                ("mode", server.url == "none" ? nil : server.mode),
                ("persistence", server.url == "none" ? nil : server.persistence),
                ("when memory is full", server.maxmemoryPolicy), ("host", server.host),
                ("CPU time", server.cpuSeconds.map { NumberText.duration(seconds: $0) }),
                ("commands counted", server.commands?.counted.grouped),
            ])
    }

    private static func machine(_ record: RunRecord) -> PairsView {
        let client = record.client
        func share(_ share: Double?) -> String? { share.map { NumberText.grouped($0 * 100, places: 1) + "%" } }
        return PairsView(
            "Machine of the buyers",
            [
                ("host", client.host), ("processors", client.cores > 0 ? client.cores.grouped : nil),
                ("model", client.cpuModel), ("kernel", client.kernel),
                ("CPU time of all workers", NumberText.duration(seconds: client.cpuSeconds)),
                ("was the limit", client.saturated ? "yes" : "no"),
                ("taken by other processes", share(client.othersCpuShare)),
                ("taken by other guests", share(client.stealShare)),
            ])
    }
}

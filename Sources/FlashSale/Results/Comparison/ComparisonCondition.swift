/// One of the conditions under which a run was made: `units` was `1000`.
package struct ComparisonCondition: Codable, Sendable, Equatable {
    /// As the flag that sets it, without its dashes, where there is one.
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// What buyers do: figures of different loads say nothing about each other.
    package static func load(_ scenario: Scenario) -> [Self] {
        let think = scenario.thinkTimeMicroseconds.map { "\($0.min)us..\($0.max)us" } ?? "as the strategy has it"
        let faults = scenario.faults?.map(\.text).joined(separator: ", ") ?? ""
        return [
            Self("units", "\(scenario.units)"),
            Self("items", scenario.items.map { "\($0.items.count), \($0.choice)" } ?? "1"),
            Self("cart", scenario.items?.cart.map { "\($0.min)..\($0.max)" } ?? "none"),
            Self("buyers", "\(scenario.buyers)"),
            Self("purchases-per-buyer", "\(scenario.purchasesPerBuyer)"),
            Self("quantity", "\(scenario.quantity.min)..\(scenario.quantity.max)"),
            Self("attempts", "\(scenario.attempts)"), Self("procs", "\(scenario.procs)"),
            Self("threads", "\(scenario.threads)"), Self("clients", "\(scenario.clients)"),
            Self("pace", text(scenario.pace)), Self("think-time", think),
            Self("retry-unknown", "\(scenario.retryUnknown)"),
            Self("repeat-every", scenario.repeatEvery.map { "\($0)" } ?? "never"),
            Self("gate", (scenario.gate ?? .barrier).rawValue), Self("fault", faults.isEmpty ? "none" : faults),
        ]
    }

    /// Where it happened: figures of different machines and servers may differ for that alone.
    package static func surroundings(_ record: RunRecord) -> [Self] {
        let (server, client) = (record.server, record.client)
        return [
            Self("timeout", "\(record.scenario.timeoutMilliseconds)ms"),
            Self("server", "\(server.kind) \(server.version), \(server.mode)"),
            Self("persistence", server.persistence), Self("redis", server.url),
            Self("topology", record.scenario.topology?.description ?? "one server"),
            Self("service", record.scenario.service ?? "none"), Self("machine", client.host),
            Self("processor", "\(client.cores) x \(client.cpuModel ?? "unknown")"), Self("stress", record.version),
        ]
    }

    private static func text(_ pace: Pace) -> String {
        var parts: [String] = []
        if let rate = pace.rate {
            let ramp = rate.rampNanoseconds > 0 ? "@\(rate.rampNanoseconds / 1000)us" : ""
            parts.append("\(rate.from)..\(rate.to)/s\(ramp) \(rate.arrivals.rawValue)")
        } else {
            parts.append("everyone at once")
        }
        parts += pace.bursts.map { "\($0.buyers)@\($0.atNanoseconds / 1000)us" }
        if let duration = pace.durationNanoseconds { parts.append("until \(duration / 1000)us") }
        if pace.warmUpNanoseconds > 0 { parts.append("after \(pace.warmUpNanoseconds / 1000)us of warm-up") }
        return parts.joined(separator: ", ")
    }

    /// What differs, as `units 1000, then 500`; empty where nothing does. A condition that one side does not know is not compared.
    ///
    /// - Parameters:
    ///   - first: of one run.
    ///   - second: of another.
    package static func differences(_ first: [Self], _ second: [Self]) -> [String] {
        first.compactMap { condition in
            guard let other = second.first(where: { $0.name == condition.name }), other != condition else { return nil }
            return "\(condition.name) \(condition.value) and \(other.value)"
        }
    }
}

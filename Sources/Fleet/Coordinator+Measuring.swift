internal import Clients
internal import FlashSale
internal import Host
internal import RedisDriver
internal import Shop
internal import Strategies

/// What surrounds the figures of speed: what the server counted, and what else the machine did.
extension Coordinator {
    /// Compares what was sent with what the server counted.
    func traffic(
        _ workers: [WorkerProcess], _ survey: Survey, _ scriptHashes: [String: String], _ server: Sale.ServerFacts,
        from before: Surroundings, to after: Surroundings
    ) -> Traffic {
        var sent = SentSteps()
        // What the warm-up has left under way is executed now, and counted with the rest.
        var untold = workers.brokenOffInWarmUp
        var brokenOff = survey.tally.failed + survey.tally.unknown
        for worker in workers {
            guard let report = worker.report else {
                untold += survey.tallies[worker.index]?.attempts ?? 0
                continue
            }
            sent.add(report.sent)
            brokenOff += report.threads.reduce(0) { $0 + $1.reconnects }
        }
        // Where connections break, each client's last one may have, after an outcome that was clear.
        if brokenOff > 0 { brokenOff += scenario.totalClients }
        return Traffic(
            strategy, sent, scriptHashes: scriptHashes, before: before.counters, after: after.counters,
            brokenOff: brokenOff, untold: untold, wasDenied: server.findings.contains { $0.name == .infoDenied })
    }

    /// CPU time of this run's processes beside the coordinator; nil where one of them does not tell.
    func ownSeconds(_ workers: [WorkerProcess], _ traffic: Traffic) -> Double? {
        var sum = 0.0
        for worker in workers {
            guard let report = worker.report else { return nil }
            sum += report.cpuSeconds
        }
        guard serverIsHere else { return sum }
        return traffic.serverSeconds.map { $0 + sum }
    }

    /// Whether the server's CPU is this machine's, as far as its address tells.
    private var serverIsHere: Bool {
        switch place {
        case .embedded: return true
        case .server(let endpoint):
            guard case .tcp(let host, _) = endpoint.transport else { return true }
            return host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }

    func record(of server: Sale.ServerFacts, url: String, _ traffic: Traffic) -> RunRecord.Server {
        var host = Machine.hostName
        if !serverIsHere, case .server(let endpoint) = place, case .tcp(let name, _) = endpoint.transport {
            host = name
        }
        return RunRecord.Server(
            kind: server.kind, version: server.version, mode: server.mode, persistence: server.persistence, url: url,
            host: host, maxmemoryPolicy: server.maxmemoryPolicy, cpuSeconds: traffic.serverSeconds,
            commands: traffic.record)
    }

    /// When purchases started, beside when they were to.
    func pace(
        _ facts: RunFacts, _ latencies: OutcomeLatencies, opened: UInt64, ended: UInt64
    ) -> RunRecord.Pace {
        let times = latencies.responseTimes
        func sinceOpened(_ moment: UInt64) -> UInt64 { moment > opened ? moment - opened : 0 }
        let planned = latencies.planned.count(beforeNanoseconds: facts.wasInterrupted ? sinceOpened(ended) : .max)
        let purchases = facts.survey.purchases
        return RunRecord.Pace(
            scenario,
            .init(
                late: times.late, maxLateNanoseconds: times.maxLateNanoseconds,
                dropped: max(0, planned - times.startedAsPlanned)),
            started: purchases.count - purchases.count(.notStarted),
            lastStartNanoseconds: sinceOpened(times.lastStart ?? opened), elapsedNanoseconds: sinceOpened(ended),
            wasInterrupted: facts.wasInterrupted)
    }

    func client(_ workers: [WorkerProcess], _ load: MachineLoad?) -> RunRecord.Client {
        RunRecord.Client(
            cpuSeconds: 0, saturated: false, host: Machine.hostName, kernel: Machine.kernel,
            cpuModel: Machine.processorModel, cores: Machine.cores, othersCpuShare: load?.others,
            stealShare: load?.steal,
            hiccupUs: Latencies.summary(Latencies.merged(workers.compactMap { $0.report?.hiccups })))
    }
}

internal import Clients
internal import FlashSale
internal import Foundation
internal import HTTPTransport
internal import Host
internal import RedisDriver
internal import Shop
internal import Strategies

/// What surrounds the figures of speed: what the server counted, and what else the machine did.
extension Coordinator {
    /// Compares what was sent with what the server counted.
    func traffic(
        of workers: [WorkerProcess], survey: Survey, scriptHashes: [String: String], beside: [String: Int],
        server: Sale.ServerFacts, wasRestarted: Bool, from before: Surroundings, to after: Surroundings
    ) -> Traffic {
        var sent = SentSteps()
        // What the warm-up left under way may be executed now, and is then counted with the rest.
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
        // Once connections break, each client may have lost one more after a clear outcome.
        if brokenOff > 0 { brokenOff += scenario.totalClients }
        return Traffic(
            strategy, steps: sent, scriptHashes: scriptHashes, before: before.counters, after: after.counters,
            beside: beside, brokenOff: brokenOff, untold: untold,
            wasDenied: !strategy.usesServer || wasRestarted || server.findings.contains { $0.name == .infoDenied })
    }

    /// CPU seconds of this run's processes on this machine except the coordinator; nil if one is not known.
    func ownSeconds(_ workers: [WorkerProcess], _ traffic: Traffic) -> Double? {
        var sum = 0.0
        for worker in workers where !worker.isRemote {
            guard let report = worker.report else { return nil }
            sum += report.cpuSeconds
        }
        guard serverIsHere else { return sum }
        return traffic.serverSeconds.map { $0 + sum }
    }

    private static func host(of service: ServiceEndpoint) -> String { RemoteRule.host(of: service.base) ?? "" }

    /// Whether the server runs on this machine, judging by its address.
    private var serverIsHere: Bool {
        switch place {
        case .embedded, .starting: return true
        case .elsewhere(let service): return service.map { RemoteRule.isLocal(Self.host(of: $0)) } ?? true
        case .server(let endpoint):
            return endpoint.addresses.allSatisfy {
                $0.host == "localhost" || $0.host == "::1" || $0.host.hasPrefix("127.")
            }
        }
    }

    func record(of server: Sale.ServerFacts, url: String, _ traffic: Traffic) -> RunRecord.Server {
        var host = Machine.hostName
        if !serverIsHere, case .server(let endpoint) = place, case .tcp(let name, _) = endpoint.transport {
            host = name
        }
        if !serverIsHere, let service = place.service { host = Self.host(of: service) }
        return RunRecord.Server(
            kind: server.kind, version: server.version, mode: server.mode, persistence: server.persistence, url: url,
            host: host, maxmemoryPolicy: server.maxmemoryPolicy, cpuSeconds: traffic.serverSeconds,
            commands: traffic.record)
    }

    /// When purchases started, compared with the plan.
    func pace(
        of facts: RunFacts, latencies: OutcomeLatencies, opened: UInt64, ended: UInt64
    ) -> RunRecord.Pace {
        let times = latencies.responseTimes
        func sinceOpened(_ moment: UInt64) -> UInt64 { moment > opened ? moment - opened : 0 }
        let planned = latencies.planned.count(
            beforeNanoseconds: facts.recorded.wasInterrupted ? sinceOpened(ended) : .max)
        let purchases = facts.recorded.survey.purchases
        return RunRecord.Pace(
            scenario,
            counts: .init(
                late: times.late, maxLateNanoseconds: times.maxLateNanoseconds,
                dropped: max(0, planned - times.startedAsPlanned)),
            started: purchases.count - purchases.count(.notStarted),
            lastStartNanoseconds: sinceOpened(times.lastStart ?? opened), elapsedNanoseconds: sinceOpened(ended),
            wasInterrupted: facts.recorded.wasInterrupted)
    }

    // MARK: Figures

    /// The conditions under which one run was measured.
    struct Circumstances {
        var server: Sale.ServerFacts
        /// `embedded`, or the server's URL without the password.
        var url: String
        var traffic: Traffic
        /// nil where the machine does not tell.
        var load: MachineLoad?
        /// As the run is judged by them; nil where all workers were on this machine.
        var clocks: WorkerClocks?
    }

    /// All that was counted and measured.
    ///
    /// - Parameter opened: CLOCK_MONOTONIC of the start gate.
    func measured(
        by workers: [WorkerProcess], facts: RunFacts, latencies: OutcomeLatencies,
        in circumstances: Circumstances, opened: UInt64
    ) -> RunRecord.Measured {
        let survey = facts.recorded.survey
        // The last return, or the last time that a client gave up waiting for one.
        let lastEnd = workers.reduce(survey.lastEvent) { max($0, $1.report?.lastGivenUpNanoseconds ?? 0) }
        let elapsed = Double(max(opened, lastEnd) - opened) / 1e9
        let records = workers.map { record(of: $0, survey) }
        let traffic = circumstances.traffic
        var measured = RunRecord.Measured(
            totals: RunRecord.Totals(survey, scenario), purchases: RunRecord.Purchases(survey.purchases),
            throughput: RunRecord.Throughput(
                attempts: Self.answered(facts), commands: traffic.commands, elapsedSeconds: elapsed),
            pace: pace(of: facts, latencies: latencies, opened: opened, ended: lastEnd),
            latencyUs: RunRecord.LatencyUs(
                attempt: Latencies.summary(attemptLatency(workers)),
                purchase: Latencies.summary(purchaseLatency(workers)), byOutcome: latencies.byOutcome,
                includesThinkTime: strategy.thinks(scenario.thinkTimeMicroseconds)),
            workers: records, server: record(of: circumstances.server, url: circumstances.url, traffic),
            client: client(workers, records: records, load: circumstances.load, elapsedSeconds: elapsed))
        measured.machines = machines(
            workers, survey, clocks: circumstances.clocks, opened: opened, ended: max(opened, lastEnd))
        return measured
    }

    func attemptLatency(_ workers: [WorkerProcess]) -> LatencyCounts.Sparse {
        Latencies.merged(workers.compactMap { $0.report?.attemptLatency })
    }

    func purchaseLatency(_ workers: [WorkerProcess]) -> LatencyCounts.Sparse {
        Latencies.merged(workers.compactMap { $0.report?.purchaseLatency })
    }

    /// Attempts that count for throughput. Being refused at a dead server's port does not.
    private static func answered(_ facts: RunFacts) -> Int {
        let tally = facts.recorded.survey.tally
        return facts.doubts.serverLoss == nil ? tally.attempts : tally.attempts - tally.failed - tally.unknown
    }

    private func record(of worker: WorkerProcess, _ survey: Survey) -> RunRecord.Worker {
        let report = worker.report
        let elapsed = report?.elapsedSeconds ?? 0
        return RunRecord.Worker(
            worker: worker.index, pid: worker.ready?.process.map(Int.init) ?? Int(worker.processID),
            threads: scenario.threads,
            clients: scenario.threads * scenario.clients,
            tally: report?.tally ?? survey.tallies[worker.index] ?? Tally(),
            reconnects: report?.threads.reduce(0) { $0 + $1.reconnects } ?? 0,
            connectSeconds: worker.ready?.connectSeconds ?? 0, cpuSeconds: report?.cpuSeconds ?? 0,
            cpuShare: elapsed > 0 ? (report?.cpuSeconds ?? 0) / elapsed : 0, peakMemoryMib: report?.peakMemoryMib ?? 0,
            hiccupMaxUs: report.flatMap { Latencies.summary($0.hiccups).max },
            lost: worker.lost, machine: worker.machine?.name, incomplete: worker.isIncomplete ? true : nil)
    }
}

internal import Clients
internal import FlashSale
internal import Foundation
internal import Host

/// Figures of the machines that the workers were on.
extension Coordinator {
    /// Those that are not the coordinator's own; nil where there was none.
    ///
    /// - Parameter clocks: by which the run is judged, so that whoever reads the record judges by the same.
    func machines(
        _ workers: [WorkerProcess], _ survey: Survey, clocks: WorkerClocks?, opened: UInt64, ended: UInt64
    ) -> [RunRecord.Machine]? {
        guard let clocks else { return nil }
        return zip(links.machines, clocks.machines).map { machine, judged in
            let there = workers.filter { $0.machine === machine }
            let reports = there.compactMap(\.report)
            let cpu = reports.reduce(0) { $0 + $1.cpuSeconds }
            let load = load(of: machine, there)
            return RunRecord.Machine(
                name: machine.name, engine: there.first?.link.launch.engine ?? .ssh, workers: there.map(\.index),
                lost: there.contains { $0.report != nil } ? nil : there.lazy.compactMap(\.lost).first,
                clock: .init(judged.clock, during: opened...ended), openedNs: judged.opened, survey: survey,
                cpuSeconds: cpu,
                cores: machine.facts?.cores, othersCpuShare: load?.others, stealShare: load?.steal,
                hiccupUs: Latencies.summary(Latencies.merged(reports.map(\.hiccups))),
                latencyUs: Latencies.summary(Latencies.merged(reports.map(\.attemptLatency))))
        }
    }

    /// What else a machine did while the doors were open there; nil where one of its workers did not tell.
    private func load(of machine: RemoteMachine, _ workers: [WorkerProcess]) -> MachineLoad? {
        let times = workers.compactMap { $0.report?.machineTimes }
        let own = workers.reduce(0) { $0 + ($1.report?.cpuSeconds ?? 0) }
        guard let cores = machine.facts?.cores, times.count == workers.count,
            // The longest of them has all workers in it.
            let longest = times.max(by: { $0.seconds < $1.seconds })
        else { return nil }
        return MachineLoad(from: longest.before, to: longest.after, ownSeconds: own, cores: cores)
    }

    /// How near to each other the doors of several machines opened; nil where all workers were on this one.
    func openings(_ workers: [WorkerProcess], opened: UInt64) -> RunRecord.Gate.Machines? {
        guard !links.machines.isEmpty else { return nil }
        // Whoever was lost opened when it was told to, or not at all.
        let elsewhere = workers.compactMap { worker in
            worker.machine.flatMap { machine in
                worker.opens.map { (machine.clock, $0 + (worker.report?.gateLateNanoseconds ?? 0)) }
            }
        }
        let isHereToo = workers.contains { $0.machine == nil }
        var machines = RunRecord.Gate.Machines(opened: isHereToo ? opened : nil, elsewhere: elsewhere)
        machines.hosts = links.machines.count + (isHereToo ? 1 : 0)
        return machines
    }

    // MARK: The coordinator's own

    func client(
        _ workers: [WorkerProcess], records: [RunRecord.Worker], load: MachineLoad?, elapsedSeconds: Double
    ) -> RunRecord.ClientMachine {
        RunRecord.ClientMachine(
            cpuSeconds: records.reduce(0) { $0 + $1.cpuSeconds },
            saturated: isSaturated(workers, records, elapsedSeconds: elapsedSeconds), host: Machine.hostName,
            kernel: Machine.kernel, cpuModel: Machine.processorModel, cores: Machine.cores,
            othersCpuShare: load?.others, stealShare: load?.steal,
            hiccupUs: Latencies.summary(Latencies.merged(workers.compactMap { $0.report?.hiccups })))
    }

    /// In shorter runs a worker's start and end weigh as much as its attempts.
    private static var leastSecondsForSaturation: Double { 0.1 }

    /// Of the CPU that the workers can get; above this they, and not the server, are taken for the limit.
    private static var saturatedShare: Double { 0.9 }

    /// Whether the workers of one machine had all that they could get of it.
    private func isSaturated(
        _ workers: [WorkerProcess], _ records: [RunRecord.Worker], elapsedSeconds: Double
    ) -> Bool {
        guard elapsedSeconds >= Self.leastSecondsForSaturation else { return false }
        let own = zip(workers, records).filter { $0.0.machine == nil }.map(\.1)
        if Self.isSaturated(own, cores: ProcessInfo.processInfo.activeProcessorCount, elapsedSeconds) { return true }
        return links.machines.contains { machine in
            let there = zip(workers, records).filter { $0.0.machine === machine }.map(\.1)
            return machine.facts.map { Self.isSaturated(there, cores: $0.cores, elapsedSeconds) } ?? false
        }
    }

    private static func isSaturated(_ workers: [RunRecord.Worker], cores: Int, _ elapsedSeconds: Double) -> Bool {
        let cores = Double(cores)
        let own = workers.contains { $0.cpuShare > saturatedShare * min(Double($0.threads), cores) }
        return own || workers.reduce(0) { $0 + $1.cpuSeconds } / elapsedSeconds > saturatedShare * cores
    }

    static let clientWasTheLimit = Finding(
        .clientWasTheLimit,
        "The workers used more than \(Int(saturatedShare * 100))% of the CPU that they could get: the figures of speed are the client's, not the server's."
    )
}

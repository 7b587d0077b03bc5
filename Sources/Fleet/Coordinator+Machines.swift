internal import CLinux
internal import Clients
internal import FlashSale
internal import HTTPTransport
internal import Host
internal import RedisDriver
internal import Shop
internal import Strategies

/// Workers on other machines: what cannot be done there, one moment for all doors, and machines that are lost.
extension Coordinator {
    // MARK: What is possible

    /// - Throws: ``RunError`` with 64 for what workers on other machines cannot do.
    func checkMachines() throws(RunError) {
        guard links.areRemote else { return }
        if strategy.buysByProgram {
            throw RunError(
                .usage,
                "\(strategy.file): buyers are programs, which are on this machine and not where the workers are; run without other machines"
            )
        }
        if let problem = unreachable {
            throw RunError(.usage, "\(problem), which workers on other machines do not reach; \(Self.reachable)")
        }
    }

    private static let reachable =
        "name a server that all of them reach, such as --redis redis://HOST:6379"

    /// What only this machine reaches; nil where the sale is somewhere else.
    private var unreachable: String? {
        switch place {
        case .embedded: return "without --redis the sale is on a private server of this machine"
        case .starting: return "the run starts the service on this machine"
        case .elsewhere(let service):
            guard let service, !allowsLoopback, let host = RemoteRule.host(of: service.base), RemoteRule.isLocal(host)
            else { return nil }
            return "\(RemoteRule.redacted(service.base)) is on this machine"
        case .server(let endpoint):
            switch endpoint.transport {
            case .unix: return "\(endpoint.redacted) is a socket of this machine"
            case .tcp(let host, _):
                return RemoteRule.isLocal(host) && !allowsLoopback ? "\(endpoint.redacted) is on this machine" : nil
            }
        }
    }

    /// Sees that all workers elsewhere are connected to the server that the coordinator is connected to, as far as it tells: a name may
    /// mean another one on each machine.
    ///
    /// - Throws: ``RunError`` with 69 if one is not.
    func checkServer(of workers: [WorkerProcess], _ sale: inout Sale) throws(RunError) {
        guard let own = links.areRemote ? sale.counters()?.runID : nil else { return }
        for worker in workers {
            guard let run = worker.ready?.serverRun, run != own else { continue }
            throw RunError(
                .unavailable,
                "\(worker.name) is connected to another server than this machine (run_id \(run), and \(own) here), although both were told "
                    + "\(sale.endpoint?.redacted ?? "the same address"); nothing was sold. Name it by an address that means the same everywhere"
            )
        }
    }

    // MARK: The doors

    /// One moment, in the clock of each worker.
    struct Doors {
        /// CLOCK_MONOTONIC of this machine.
        var opened: UInt64
        /// Of each worker's machine.
        var moments: [UInt64]
    }

    /// When all workers pass the gate: far enough ahead for the message to reach them all, and for their threads to wake up.
    ///
    /// - Throws: ``RunError`` with 69 where nothing is proven of a machine's clock, or a worker cannot go on.
    func doors(of workers: [WorkerProcess]) throws(RunError) -> Doors {
        try tieClocks(workers)
        var ahead = 2_000_000 + 20_000 * UInt64(scenario.procs * scenario.threads)
        if let slowest = links.machines.map(\.slowest).max() {
            ahead += min(Self.mostAheadNanoseconds, 2 * slowest) + 100_000 * UInt64(workers.count)
        }
        let opened = Clock.nanoseconds() + ahead
        var there: [ObjectIdentifier: UInt64] = [:]
        for machine in links.machines { there[ObjectIdentifier(machine)] = try machine.there(opened) }
        return Doors(
            opened: opened,
            moments: workers.map { worker in
                worker.machine.flatMap { there[ObjectIdentifier($0)] } ?? opened
            })
    }

    /// A link that is slower than that opens its doors too late, which is told.
    private static var mostAheadNanoseconds: UInt64 { 5_000_000_000 }
    /// Exchanges with a machine after which its clock is known well.
    private static var exchanges: Int { 20 }

    /// Exchanges some pings with every machine.
    private func tieClocks(_ workers: [WorkerProcess]) throws(RunError) {
        guard !links.machines.isEmpty else { return }
        let wanted = Dictionary(
            links.machines.map { (ObjectIdentifier($0), $0.exchanges + Self.exchanges) }, uniquingKeysWith: max)
        let speakers = links.machines.compactMap { machine in workers.first { $0.machine === machine && !$0.isSilent } }
        let deadline = Clock.nanoseconds() + Lease.nanoseconds
        while let waiting = speakers.first(where: { speaker in
            speaker.machine.map { $0.exchanges < wanted[ObjectIdentifier($0)] ?? 0 } ?? false
        }) {
            for speaker in speakers { speaker.link.sender.ping() }
            let next = Clock.nanoseconds() + 2_000_000
            repeat { links.wait(milliseconds: 1) } while Clock.nanoseconds() < next
            try checkBeforeOpening(workers)
            // A slow link has had some at least, or the translation will say what is wrong.
            if Clock.nanoseconds() > deadline, waiting.machine?.quickest != nil || !waiting.isSilent { break }
        }
    }

    /// What is proven of the machines' clocks, with who was there.
    func clocks(of workers: [WorkerProcess]) -> [WorkerClocks.Machine] {
        links.machines.map { machine in
            let there = workers.filter { $0.machine === machine }
            return .init(
                name: machine.name, clock: machine.clock, workers: there.map(\.index),
                opened: there.lazy.compactMap(\.opens).first)
        }
    }

    // MARK: Lost machines

    /// Waits until no worker whose machine was lost can be alive any more: it ends itself when it does not hear from here.
    func awaitLeases(of workers: [WorkerProcess]) {
        let ends = workers.filter { $0.isRemote && $0.lost != nil && !$0.wasEndedByFault }.map { worker in
            worker.link.sender.lastPing + (worker.machine?.quickest ?? 0) + Lease.nanoseconds
                + 2 * Lease.marginNanoseconds
        }
        guard let end = ends.max() else { return }
        Clock.sleep(until: end)
    }

    /// Hangs up for workers whose machine was lost: their connections may stand on the server for long.
    ///
    /// - Returns: what should be known; nil where all is well.
    func closeConnections(ofLost workers: [WorkerProcess], on sale: inout Sale) -> Finding? {
        guard sale.hasServer, workers.contains(where: { $0.isRemote && $0.lost != nil }) else { return nil }
        do throws(RunError) {
            try sale.closeAllConnections(named: connectionName)
            return nil
        } catch {
            return Finding(
                .lostStillConnected,
                "Connections of workers whose machine was lost could not be closed on the server: \(error.message). What these had sent may "
                    + "have taken effect after the final read.")
        }
    }
}

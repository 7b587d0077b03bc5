internal import CLinux
package import FlashSale
internal import Foundation
package import HTTPTransport
internal import Host
package import RedisDriver
internal import Shop
internal import Stores
package import Strategies

/// Runs one sale: starts the workers, opens the doors, waits for the end, and gathers everything that the checks need.
package struct Coordinator {
    /// Where the sale takes place.
    package enum Place: Sendable {
        /// A private server, started for the run and gone afterwards.
        case embedded
        case server(RedisEndpoint)
        /// The sale has no server and no keys: buyers ask a service, or programs.
        case elsewhere(ServiceEndpoint?)
        /// The same, with a service that the run starts; the endpoint has everything but its URL.
        case starting(Strategy.ServiceStart, ServiceEndpoint)

        /// The service that buyers ask, or that the file asks beside them.
        package var service: ServiceEndpoint? {
            if case .elsewhere(let service) = self { service } else { nil }
        }
    }

    /// How other stores than the sale's own server may be asked.
    package struct StoreAccess: Sendable {
        /// What `redis:` asks without `at:` where the sale has no server.
        package var redis: RedisEndpoint?
        /// Whether hosts beyond this machine may be asked.
        package var allowsRemote: Bool
        /// How TLS is spoken with those at rediss://.
        package var tls: RedisEndpoint.TLS

        package init(
            redis: RedisEndpoint? = nil, allowsRemote: Bool = false, tls: RedisEndpoint.TLS = RedisEndpoint.TLS()
        ) {
            self.redis = redis
            self.allowsRemote = allowsRemote
            self.tls = tls
        }
    }

    let scenario: Scenario
    let strategy: Strategy
    /// That of a service once it was started.
    var place: Place
    var access: StoreAccess
    let folder: RunFolder
    /// Of our own binary, for what the coordinator starts beside workers.
    let executable: String
    /// Where the workers are, and what carries their messages.
    let links: FleetLinks
    /// Whether a server that only this machine reaches may be one of workers elsewhere, which are then none.
    package var allowsLoopback = false
    private let runID: String
    private let showProgress: (RunProgress) -> Void
    /// Whether progress tells what the journals show.
    private let watchesJournals: Bool
    /// What was started for the sale beside its own server.
    var companions = Companions()

    /// - Parameters:
    ///   - folder: where journals go.
    ///   - run: the run's id, made of letters and digits.
    ///   - executable: our own binary.
    ///   - engine: where workers are started; nil for this machine, from `executable`.
    ///   - watchesJournals: whether progress tells what the journals show, which costs the coordinator some reading.
    ///   - showProgress: called about ten times a second while the doors are open.
    package init(
        scenario: Scenario, strategy: Strategy, place: Place, access: StoreAccess = StoreAccess(), folder: RunFolder,
        run: String,
        executable: String = OwnBinary.path, engine: (any FleetEngine)? = nil, watchesJournals: Bool = false,
        showProgress: @escaping (RunProgress) -> Void
    ) {
        self.scenario = scenario
        self.strategy = strategy
        self.place = place
        self.access = access
        self.folder = folder
        runID = run
        self.executable = executable
        links = FleetLinks(engine ?? LocalEngine(executable: executable))
        self.watchesJournals = watchesJournals
        self.showProgress = showProgress
    }

    /// The name of the workers' connections.
    var connectionName: String { RunID.connectionName(runID) }
    /// The name of our own connection, open as long as there are keys: others see by it that the run is alive.
    private var ownConnectionName: String { connectionName + "-coordinator" }
    var saleTag: String { RunID.saleTag(runID) }
    /// The tag of the warm-up, in the same slot.
    var warmUpTag: String { saleTag + ":warm-up" }

    /// What Foundation, which starts the workers, and the checks start here.
    private static var ownThreads: Int { 2 }

    /// How long the fleet may take until every connection is open.
    static var connectSeconds: Double { 60 }
    /// How long after the last hold something may follow it.
    private var laterNanoseconds: UInt64 {
        let parts = [scenario.phases?.pay, scenario.phases?.cancel].compactMap { $0 }
        return UInt64(parts.map(\.afterMicroseconds.max).max() ?? 0) * 1000
    }

    /// How long a worker may take to finish, once buying is to end, before it is killed: each step of its attempt may
    /// wait for one timeout, and so may the connection that it has to open first.
    var graceNanoseconds: UInt64 {
        Supervision.leastGraceNanoseconds + UInt64(strategy.allSteps.count + 1) * UInt64(scenario.timeoutMilliseconds)
            * 1_000_000 + laterNanoseconds
    }

    /// CLOCK_MONOTONIC less the time for which the whole fleet was stopped (Ctrl-Z), which no deadline counts.
    var awakeNanoseconds: UInt64 { Clock.nanoseconds() - Suspension.nanoseconds }

    /// How long failed clean-up is retried: as long as an answer may take, but at most a minute, since the user is
    /// waiting.
    var patienceMilliseconds: Int { min(60_000, max(Sale.leastPatienceMilliseconds, scenario.timeoutMilliseconds)) }

    /// Runs the sale, whose service is there. To be called on the main thread.
    ///
    /// - Throws: ``RunError`` if the doors could not be opened; then nothing was sold and nothing is left behind.
    func runSale() throws(RunError) -> CompletedRun {
        try checkMachines()
        try checkDescriptors()
        try checkPrograms()
        try CheckingMemory.need(scenario, hasSeveralClocks: links.areRemote).check()
        var embedded: PrivateServers?
        defer { embedded?.stop() }
        let endpoint: RedisEndpoint?
        switch place {
        case .elsewhere(let service):
            endpoint = nil
            if let service {
                try ServiceCheck.reach(service, timeoutMilliseconds: scenario.timeoutMilliseconds)
            }
        case .starting: endpoint = nil
        case .server(let given): endpoint = given
        case .embedded:
            let servers = try PrivateServers(for: scenario)
            embedded = servers
            endpoint = servers.endpoint
        }
        try Interruption.check()
        defer { links.close() }
        try links.open(workers: scenario.procs)
        var sale = try Sale(
            to: endpoint, strategy: strategy, tag: saleTag, units: scenario.units, goods: scenario.items,
            isPrivate: embedded != nil,
            connectionName: ownConnectionName, stores: stores(beside: endpoint))
        try sale.checkStores()
        defer { sale.closeStores() }
        var server = try sale.inspect(connectionsNeeded: scenario.totalClients)
        if embedded != nil { server.persistence = scenario.persistence.rawValue }

        var workers: [WorkerProcess] = []
        defer { for worker in workers { worker.dismiss() } }
        let before: Surroundings
        let doors: Doors
        var faults = FaultRunner(scenario, connectionName: connectionName, hasProxy: companions.wire != nil)
        do throws(RunError) {
            try sale.loadScripts(&server)
            try sale.checkRights()
            try sale.open()
            try ThreadRoom.expect(Self.ownThreads)
            let shelfHomes = sale.shelfHomes()
            try checkDescriptors(nodes: max(1, Set(shelfHomes).count))
            let orders = Orders(
                endpoint: sale.endpoint, primary: sale.primary, shelfHomes: shelfHomes, server: server,
                scriptHashes: sale.scriptHashes)
            try start(&workers, with: orders)
            try waitUntilReady(&workers, with: orders)
            try checkServer(of: workers, &sale)
            try tryRestocks(of: sale)
            try warmUp(workers, for: sale, server: &server)
            try Interruption.check()
            // The server may have closed the connection, which was idle meanwhile.
            sale.renewConnection()
            before = Surroundings(counters: sale.counters())
            faults.prepare(workers)
            try hold(workers, for: &sale)
            doors = try self.doors(of: workers)
        } catch {
            // Workers first, so that none can still buy when the keys are removed.
            for worker in workers { worker.dismiss() }
            let problem = sale.close(withinMilliseconds: patienceMilliseconds)
            // A private server takes its keys with it.
            guard embedded == nil || !sale.hasServer, let problem else { throw error }
            throw RunError(
                error.status,
                "\(error.message) (\(keysLeft("this run (\(saleTag))", because: problem, on: endpoint).detail))")
        }
        let opened = doors.opened
        faults.open(at: opened)
        for (worker, moment) in zip(workers, doors.moments) {
            worker.opens = moment
            worker.tell(CoordinatorMessage(go: .init(atNanoseconds: moment)))
        }
        var restocks = Restocks(
            sale.restocks, opened: opened, patienceMilliseconds: min(5000, scenario.timeoutMilliseconds))
        let watch = sale.primary.flatMap { home in sale.endpoint.map { PrimaryWatch($0, home: home) } }
        defer { watch?.close() }
        var failovers = Failovers(watch, nodes: Self.nodeNames(sale.primary))
        let pulse = ServerPulse(to: sale.endpoint, watch, name: ownConnectionName)
        let loss = attend(
            workers, embedded: embedded, since: opened, pulse: pulse, restocking: &sale, by: &restocks,
            breaking: &faults, noting: &failovers)
        return finish(
            &sale, with: workers, server: server, before: before, opened: opened, restocks: restocks,
            faults: faults, failovers: failovers, loss: loss, url: embedded == nil ? shownPlace(endpoint) : "embedded")
    }

    /// What the file asks beside the sale's own server. An answer may take longer there than a buyer waits.
    private func stores(beside endpoint: RedisEndpoint?) -> Stores {
        Stores(
            service: place.service, redis: endpoint?.forKeys(tagged: saleTag) ?? access.redis, tls: access.tls,
            environment: ProcessInfo.processInfo.environment,
            allowsRemote: access.allowsRemote, timeoutMilliseconds: max(30_000, scenario.timeoutMilliseconds),
            starter: executable)
    }

    private func shownPlace(_ endpoint: RedisEndpoint?) -> String {
        place.service.map { RemoteRule.redacted($0.base) } ?? endpoint?.redacted ?? "none"
    }

    // MARK: While the doors are open

    /// Listens until every worker has reported or is lost, and does what ``Supervision`` wants.
    ///
    /// - Returns: how the server was lost, if it was.
    private func attend(
        _ workers: [WorkerProcess], embedded: PrivateServers?, since opened: UInt64, pulse: ServerPulse,
        restocking sale: inout Sale, by restocks: inout Restocks, breaking faults: inout FaultRunner,
        noting failovers: inout Failovers
    ) -> ServerLoss? {
        var supervision = Supervision(
            opened: opened, graceNanoseconds: graceNanoseconds,
            timeoutNanoseconds: UInt64(scenario.timeoutMilliseconds) * 1_000_000)
        let targets = FaultTargets(
            server: embedded?.server, topology: embedded?.topology, service: companions.service, wire: companions.wire)
        let watch =
            watchesJournals ? JournalWatch(workers.map { folder.journalPath(worker: $0.index) }, opened: opened) : nil
        // What looks at every worker is done so seldom that a large fleet, which speaks all the time, is still listened to.
        let pause = UInt64(workers.count) * 5000
        var nextLook: UInt64 = 0
        while !links.isOver {
            let now = Clock.nanoseconds()
            links.wait(
                milliseconds: faults.milliseconds(
                    since: opened, at: now, atMost: restocks.milliseconds(from: now, atMost: 100)))
            guard Clock.nanoseconds() >= nextLook else { continue }
            nextLook = Clock.nanoseconds() + pause
            let isOver = supervision.isClosing || workers.allSatisfy { $0.isSilent || $0.seen.hasReported }
            if isOver {
                faults.close(&sale, workers, targets)
            } else {
                restocks.look(at: Clock.nanoseconds(), &sale)
                faults.look(
                    at: Clock.nanoseconds(), opened: opened, sold: soldUnits(workers), &sale, workers, targets)
            }
            failovers.look(&sale)
            let actions = supervision.look(
                at: Clock.nanoseconds(), stoodStill: Suspension.nanoseconds, workers.map(\.seen),
                serverIsGone: embedded?.hasDied == true || companions.isGone,
                isBroken: faults.isServerDown, pulse: pulse.lastHeard,
                interruptions: Interruption.requests)
            pulse.look(isWanted: supervision.wantsPulse)
            for action in actions {
                switch action {
                case .tellToStop(let worker): workers[worker].tell(CoordinatorMessage(stop: .init()))
                case .kill(let worker, let reason): workers[worker].kill(because: reason)
                case .show(let elapsed):
                    watch?.look(at: Clock.nanoseconds())
                    var progress = progress(of: workers, elapsed: elapsed, watch)
                    progress.restocked = restocks.made.reduce(0) { $0 + $1.restock.units }
                    progress.faults = faults.begun(since: opened)
                    progress.isClosing = supervision.isClosing
                    showProgress(progress)
                }
            }
        }
        faults.close(&sale, workers, targets)
        restocks.close()
        pulse.close()
        if companions.serviceHasDied { return .serviceDied }
        return embedded?.hasDied == true ? .died : supervision.serverLoss
    }

    /// Units that buyers were told are theirs, as far as workers have told; about so many where quantities differ.
    func soldUnits(_ workers: [WorkerProcess]) -> Int {
        workers.reduce(0) { $0 + ($1.progress?.won ?? 0) } * (scenario.quantity.min + scenario.quantity.max) / 2
    }
}

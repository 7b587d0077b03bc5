internal import CLinux
internal import FlashSale
internal import HTTPTransport
internal import Host
internal import RedisDriver
internal import Shop
internal import Strategies

/// What happens before the doors open: the workers connect, and warm up.
extension Coordinator {
    /// - Throws: ``RunError`` with 69 if this machine allows too few open files.
    ///
    /// - Parameter nodes: that each client has a connection to.
    func checkDescriptors(nodes: Int = 1) throws(RunError) {
        let limit = FileDescriptors.raiseLimit()
        // A thread with many connections also has the descriptor of its event loop.
        if links.areRemote { return try checkDescriptorsOfLinks(limit) }
        let perWorker =
            scenario.threads * (scenario.clients * nodes + (scenario.clients > 1 ? 1 : 0)) + FileDescriptors.reserve
        if perWorker > limit {
            throw RunError(
                .unavailable,
                "each worker needs \(perWorker) open files for its \(scenario.threads * scenario.clients * nodes) connections, but the hard limit "
                    + "here is \(limit) (ulimit -Hn); raise it, or use more --procs with fewer --threads")
        }
        let ofServer = FileDescriptors.neededByServer(for: scenario.totalClients)
        if case .embedded = place, ofServer > limit {
            throw RunError(
                .unavailable,
                "the private Redis needs \(ofServer) open files for all connections, but the hard "
                    + "limit here is \(limit) (ulimit -Hn); raise it, or use fewer --procs or --threads")
        }
    }

    /// - Throws: ``RunError`` with 69 if this machine allows too few open files for the links of all workers.
    private func checkDescriptorsOfLinks(_ limit: Int) throws(RunError) {
        // Three pipes and a journal each.
        let needed = scenario.procs * 5 + FileDescriptors.reserve
        guard needed > limit else { return }
        throw RunError(
            .unavailable,
            "the coordinator needs \(needed) open files for the links of \(scenario.procs) workers, but the hard limit here is \(limit) "
                + "(ulimit -Hn); raise it, or use fewer --procs with more --threads")
    }

    func tellOrder(to worker: WorkerProcess, _ orders: Orders) {
        worker.tell(
            CoordinatorMessage(
                order: .init(
                    scenario: scenario, worker: worker.index, coordinatorProcess: getpid(), isRemote: worker.isRemote,
                    connectionName: connectionName,
                    saleTag: saleTag, endpoint: orders.endpoint, home: orders.primary?.address,
                    shelfHomes: orders.shelfHomes,
                    nodes: Self.nodeNames(orders.primary), service: place.service,
                    journalPath: folder.journalPath(worker: worker.index),
                    namesPath: folder.namesPath(worker: worker.index),
                    readOnlyCommands: orders.server.readOnlyCommands, scriptHashes: orders.scriptHashes,
                    warmUpTag: scenario.pace.warmUpNanoseconds > 0 ? warmUpTag : nil,
                    programs: programOrder(worker: worker.index, endpoint: orders.endpoint))))
    }

    /// - Throws: ``RunError`` if a worker cannot go on, or the user interrupts.
    func listenBeforeOpening(_ workers: [WorkerProcess]) throws(RunError) {
        links.wait(milliseconds: 100)
        try checkBeforeOpening(workers)
    }

    /// - Throws: ``RunError`` if a worker cannot go on, or the user interrupts.
    func checkBeforeOpening(_ workers: [WorkerProcess]) throws(RunError) {
        for worker in workers {
            if var failure = worker.failure {
                // A disk of another machine's holds none of the results.
                if worker.isRemote, [.cannotCreate, .cannotWrite].contains(failure.status) {
                    failure.status = .unavailable
                }
                throw failure
            }
            if let lost = worker.lost {
                throw RunError(
                    worker.wasEndedFromOutside || worker.isRemote ? .unavailable : .bug,
                    "worker \(worker.index) was lost before the doors opened: \(lost)"
                        + (worker.wasEndedFromOutside
                            ? "; nothing was sold. If this machine is short of memory, use fewer --procs or --threads"
                            : worker.isRemote ? "; nothing was sold" : ""))
            }
            if links.isSilent(worker) {
                throw RunError(
                    .unavailable,
                    "\(worker.name) said nothing for \(Watchdog.remoteSilenceSeconds) seconds before the doors opened; nothing was sold. "
                        + "See whether the network between the two machines is there")
            }
        }
        try Interruption.check()
    }

    // MARK: Restocks

    /// Sees that every restock of the file gives what the file says, at keys made for this alone.
    ///
    /// - Throws: ``RunError`` with 64 if one does not. The keys are removed then, too.
    func tryRestocks(of sale: borrowing Sale) throws(RunError) {
        // Other stores have one sale only, so nothing can be tried there.
        guard !strategy.restocks.isEmpty, strategy.storeQueries.isEmpty else { return }
        var trial = try sale.another(tag: saleTag + ":restock")
        do throws(RunError) {
            try trial.open()
            try trial.tryRestocks()
        } catch {
            let problem = trial.close(withinMilliseconds: patienceMilliseconds)
            guard !trial.isPrivate, let problem else { throw error }
            throw RunError(
                error.status,
                "\(error.message) (\(keysLeft("this run (\(trial.tag))", because: problem, on: trial.endpoint).detail))"
            )
        }
        let problem = trial.close(withinMilliseconds: patienceMilliseconds)
        // On a private server, keys that are left harm nobody.
        guard !trial.isPrivate, let problem else { return }
        throw RunError(
            .unavailable, keysLeft("this run (\(trial.tag))", because: problem, on: trial.endpoint).detail)
    }

    // MARK: Warm-up

    /// Lets the fleet buy from keys made for this alone, for as long as the scenario says, then removes them.
    ///
    /// - Throws: ``RunError`` if the doors cannot be opened afterwards. The keys are removed then, too.
    func warmUp(
        _ workers: [WorkerProcess], for sale: borrowing Sale, server: inout Sale.ServerFacts
    ) throws(RunError) {
        guard scenario.pace.warmUpNanoseconds > 0 else { return }
        guard strategy.usesServer, strategy.storeQueries.isEmpty else {
            throw RunError(
                .usage,
                "--warm-up: a warm-up buys from keys of its own, and this sale has a service or another store, of which there is one only; "
                    + "leave the warm-up out")
        }
        if let key = sale.foreignKeys.first {
            throw RunError(
                .usage,
                "--warm-up: the key \(key) is the same for the warm-up as for the sale, since it lacks {sale}; leave the warm-up out"
            )
        }
        var warmUp = try sale.another(tag: warmUpTag)
        do throws(RunError) {
            try warmUp.open()
            let start = try doors(of: workers)
            for (worker, moment) in zip(workers, start.moments) {
                worker.tell(CoordinatorMessage(warmUp: .init(atNanoseconds: moment)))
            }
            try waitUntilWarm(workers, since: start.opened)
        } catch {
            for worker in workers { worker.dismiss() }
            warmUp.renewConnection()
            _ = warmUp.waitUntilGone(connectionName: connectionName, seconds: 2)
            guard !warmUp.isPrivate, let finding = close(&warmUp) else { throw error }
            throw RunError(error.status, "\(error.message) (\(finding.detail))")
        }
        // On a private server, keys that are left harm nobody.
        if let finding = close(&warmUp), !warmUp.isPrivate { server.findings.append(finding) }
    }

    private func close(_ warmUp: inout Sale) -> Finding? {
        warmUp.close(withinMilliseconds: patienceMilliseconds).map {
            keysLeft("the warm-up (\(warmUpTag))", because: $0, on: warmUp.endpoint)
        }
    }

    private func waitUntilWarm(_ workers: [WorkerProcess], since moment: UInt64) throws(RunError) {
        let deadline = moment - Suspension.nanoseconds + scenario.pace.warmUpNanoseconds + graceNanoseconds
        while workers.contains(where: { $0.warmedUp == nil }) {
            try listenBeforeOpening(workers)
            guard awakeNanoseconds < deadline else {
                throw RunError(.unavailable, "the warm-up did not end: the server answers too slowly, see --timeout")
            }
        }
    }
}

extension [WorkerProcess] {
    /// Attempts of the warm-up that the server may have executed after it.
    var brokenOffInWarmUp: Int { reduce(0) { $0 + ($1.warmedUp?.brokenOff ?? 0) } }
}

internal import FlashSale
internal import Foundation
internal import RedisDriver
internal import Shop
internal import Strategies

/// Starting the workers, and starting one again that somebody ended before the doors opened.
extension Coordinator {
    /// What every worker is told.
    struct Orders {
        var endpoint: RedisEndpoint?
        var primary: Primary?
        /// Of each shelf of the stock; empty where all are on one node.
        var shelfHomes: [RedisEndpoint.Address]
        var server: Sale.ServerFacts
        var scriptHashes: [String: String]
    }

    /// The nodes that attempts are recorded with: as many as a record has numbers for.
    static func nodeNames(_ primary: Primary?) -> [String] {
        (primary?.nodes ?? []).prefix(Int(JournalRecord.otherNode) - 1).map(\.description)
    }

    /// Starts all workers, on each other machine a few at a time.
    ///
    /// - Throws: ``RunError`` with 69 or 70 if one cannot be started.
    func start(_ workers: inout [WorkerProcess], with orders: Orders) throws(RunError) {
        let deadline = awakeNanoseconds + UInt64(Self.connectSeconds * 1e9)
        for index in 0..<scenario.procs {
            let machine = links.machine(links.launch(worker: index).machine)
            while let machine, !links.hasRoom(on: machine, workers) {
                try listenBeforeOpening(workers)
                try expectGreetings(workers, until: deadline)
            }
            workers.append(try start(worker: index, with: orders))
        }
    }

    private func start(worker index: Int, with orders: Orders) throws(RunError) -> WorkerProcess {
        let launch = links.launch(worker: index)
        let received =
            launch.isLocal
            ? nil
            : try ReceivedJournals(folder, worker: index, scenario: scenario, hasNames: strategy.keepsTexts(scenario))
        let link =
            if let served = launch.served {
                WorkerLink(reading: served.reading, writing: served.writing, as: launch)
            } else {
                try WorkerLink(starting: launch, worker: index)
            }
        let worker = WorkerProcess(
            index: index, link: link, machine: links.machine(launch.machine),
            received: received
        ) { [links] in links.reason(worker: index, exitCode: $0, errors: $1) }
        tellOrder(to: worker, orders)
        links.add(worker)
        return worker
    }

    /// - Throws: ``RunError`` with 69 if a worker elsewhere has not greeted by the deadline, with what came instead.
    private func expectGreetings(_ workers: [WorkerProcess], until deadline: UInt64) throws(RunError) {
        guard awakeNanoseconds >= deadline,
            let worker = workers.first(where: { $0.isRemote && $0.greeting == nil })
        else { return }
        let noise = worker.link.noise
        throw RunError(
            .unavailable,
            "\(worker.name) did not answer within \(Int(Self.connectSeconds)) seconds; nothing was sold"
                + (noise.isEmpty ? "" : ". What came from there: \(ForeignText.shown(noise, limit: 200))"))
    }

    /// Waits until every worker is connected. One that was ended from outside meanwhile is started again, once.
    ///
    /// - Throws: ``RunError`` with 69 if a worker is ended twice or the server lets them wait, with 70 if one ends by itself.
    func waitUntilReady(_ workers: inout [WorkerProcess], with orders: Orders) throws(RunError) {
        let deadline = awakeNanoseconds + UInt64(Self.connectSeconds * 1e9)
        var startedAgain: Set<Int> = []
        while workers.contains(where: { $0.ready == nil }) {
            links.wait(milliseconds: 100)
            for worker in workers where worker.wasEndedFromOutside && startedAgain.insert(worker.index).inserted {
                links.remove(worker)
                worker.dismiss()
                // It may have made them already, and nobody writes into what another has made.
                unlink(folder.journalPath(worker: worker.index))
                unlink(folder.namesPath(worker: worker.index))
                workers[worker.index] = try start(worker: worker.index, with: orders)
            }
            try checkBeforeOpening(workers)
            try expectGreetings(workers, until: deadline)
            guard awakeNanoseconds < deadline else {
                throw RunError(
                    .unavailable,
                    "the workers could not open \(scenario.totalClients) connections within \(Int(Self.connectSeconds)) seconds"
                )
            }
        }
    }
}

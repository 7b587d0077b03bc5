internal import FlashSale
internal import Foundation
internal import RedisDriver
internal import Shop

/// Starting the workers, and starting one again that somebody ended before the doors opened.
extension Coordinator {
    /// What every worker is told.
    struct Orders {
        var endpoint: RedisEndpoint?
        var server: Sale.ServerFacts
        var scriptHashes: [String: String]
    }

    func start(worker index: Int, with orders: Orders) throws(RunError) -> WorkerProcess {
        let worker = try WorkerProcess(index: index, executable: executable)
        tellOrder(to: worker, endpoint: orders.endpoint, server: orders.server, scriptHashes: orders.scriptHashes)
        return worker
    }

    /// Waits until every worker is connected. One that was ended from outside meanwhile is started again, once.
    ///
    /// - Throws: ``RunError`` with 69 if a worker is ended twice or the server lets them wait, with 70 if one ends by itself.
    func waitUntilReady(_ workers: inout [WorkerProcess], with orders: Orders) throws(RunError) {
        let deadline = awakeNanoseconds + UInt64(Self.connectSeconds * 1e9)
        var startedAgain: Set<Int> = []
        while workers.contains(where: { $0.ready == nil }) {
            pollOnce(workers, milliseconds: 100)
            for worker in workers where worker.wasEndedFromOutside && startedAgain.insert(worker.index).inserted {
                worker.dismiss()
                // It may have made them already, and nobody writes into what another has made.
                unlink(folder.journalPath(worker: worker.index))
                unlink(folder.namesPath(worker: worker.index))
                workers[worker.index] = try start(worker: worker.index, with: orders)
            }
            try checkBeforeOpening(workers)
            guard awakeNanoseconds < deadline else {
                throw RunError(
                    .unavailable,
                    "the workers could not open \(scenario.totalClients) connections within \(Int(Self.connectSeconds)) seconds"
                )
            }
        }
    }
}

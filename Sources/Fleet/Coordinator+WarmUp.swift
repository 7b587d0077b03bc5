internal import CSystem
internal import FlashSale
internal import Host
internal import Shop

/// A warm-up with keys of its own, so that the sale begins with everything at work.
extension Coordinator {
    /// Lets the fleet buy from keys made for this alone, for as long as the scenario says, then removes them.
    ///
    /// - Throws: ``RunError`` if the doors cannot be opened afterwards. The keys are removed then, too.
    func warmUp(
        _ workers: [WorkerProcess], for sale: borrowing Sale, server: inout Sale.ServerFacts
    ) throws(RunError) {
        guard scenario.pace.warmUpNanoseconds > 0 else { return }
        var warmUp = try sale.another(tag: warmUpTag)
        do throws(RunError) {
            try warmUp.open()
            let moment = momentOfOpening()
            for worker in workers { worker.tell(CoordinatorMessage(warmUp: .init(atNanoseconds: moment))) }
            try waitUntilWarm(workers, since: moment)
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

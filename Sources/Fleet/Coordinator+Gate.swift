internal import FlashSale
internal import RedisDriver
internal import Shop
internal import Strategies

/// The gate `last-byte`: first requests leave but for their last byte before the doors open.
extension Coordinator {
    /// Lets every client send what cannot take effect yet, where the scenario says so.
    ///
    /// - Throws: ``RunError`` if a worker cannot go on, the user interrupts, or something was sold.
    func hold(_ workers: [WorkerProcess], for sale: inout Sale) throws(RunError) {
        guard scenario.gate == .lastByte else { return }
        for worker in workers { worker.tell(CoordinatorMessage(hold: .init())) }
        let deadline = awakeNanoseconds + graceNanoseconds
        while !workers.allSatisfy(\.hasHeld) {
            try listenBeforeOpening(workers)
            guard awakeNanoseconds < deadline else {
                throw RunError(
                    .unavailable, "the first requests could not be sent before the doors opened: see --timeout")
            }
        }
        // A server waits for the whole of a command; a service may act on the head of a request alone.
        if place.service != nil { try sale.expectNothingSold() }
    }

    /// How far first attempts were apart; nil at a rate, where they are meant to be.
    func gate(of facts: RunFacts, _ workers: [WorkerProcess], opened: UInt64) -> RunRecord.Gate? {
        guard scenario.pace.rate == nil else { return nil }
        let kind = scenario.gate ?? .barrier
        let reports = workers.compactMap(\.report)
        let releases = reports.flatMap(\.releases)
        let spread =
            RunRecord.Gate.Spread(releases)
            ?? .init(facts.recorded.history.firstInvocations(of: scenario, since: opened))
        var gate = RunRecord.Gate(kind, firstAttemptsUs: spread)
        if kind == .lastByte {
            gate = .init(
                kind, firstAttemptsUs: spread, held: releases.count, unheld: reports.reduce(0) { $0 + $1.unheld })
        }
        gate.machines = openings(workers, opened: opened)
        return gate
    }
}

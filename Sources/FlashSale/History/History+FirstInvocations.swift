extension History {
    /// How long after the doors opened each client of the fleet made its first attempt, in nanoseconds, in no order; clients that made none
    /// are left out. The doors are those of the client's own machine.
    ///
    /// - Parameter opened: CLOCK_MONOTONIC of the coordinator's doors.
    package func firstInvocations(of scenario: Scenario, since opened: UInt64) -> [UInt64] {
        var firsts = [UInt64](repeating: .max, count: scenario.totalClients)
        for (_, record) in records {
            let (worker, thread, client) = (record.worker, record.thread, record.client)
            guard worker < scenario.procs, thread < scenario.threads, client < scenario.clients else { continue }
            let index = scenario.clientIndex(worker: worker, thread: thread, client: client)
            let opened = opening(ofWorker: worker, opened: opened)
            let invoked = record.invokedNanoseconds
            firsts[index] = Swift.min(firsts[index], invoked - Swift.min(opened, invoked))
        }
        return firsts.filter { $0 < .max }
    }
}

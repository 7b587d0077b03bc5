extension History {
    /// When each client of the fleet made its first attempt, CLOCK_MONOTONIC, in no order; clients that made none are left out.
    package func firstInvocations(of scenario: Scenario) -> [UInt64] {
        var firsts = [UInt64](repeating: .max, count: scenario.totalClients)
        for (_, record) in records {
            let (worker, thread, client) = (record.worker, record.thread, record.client)
            guard worker < scenario.procs, thread < scenario.threads, client < scenario.clients else { continue }
            let index = scenario.clientIndex(worker: worker, thread: thread, client: client)
            firsts[index] = Swift.min(firsts[index], record.invokedNanoseconds)
        }
        return firsts.filter { $0 < .max }
    }
}

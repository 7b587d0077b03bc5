extension RunRecord {
    package struct Client: Codable, Sendable, Equatable {
        /// User and system time of all workers.
        package var cpuSeconds: Double
        /// Whether a worker was busy for more than 90% of the time that its threads could have used.
        package var saturated: Bool

        package init(cpuSeconds: Double, saturated: Bool) {
            self.cpuSeconds = cpuSeconds
            self.saturated = saturated
        }
    }
}

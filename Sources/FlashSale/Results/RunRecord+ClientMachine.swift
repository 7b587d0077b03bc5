extension RunRecord {
    /// The machine that the clients ran on, and what else it did. In `run.json` it is `client`.
    package struct ClientMachine: Codable, Sendable, Equatable {
        /// User and system time of all workers.
        package var cpuSeconds: Double
        /// Whether a worker was busy for so much of the time that its threads could have used that it was the limit.
        package var saturated: Bool
        package var host: String
        package var kernel: String
        /// Absent where the processor does not say.
        package var cpuModel: String?
        /// Processors in use.
        package var cores: Int
        /// CPU time of processes that are not of this run while the doors were open, as a share of what all processors had;
        /// absent where it is not known.
        package var othersCpuShare: Double?
        /// Time that other guests of the same host took, as such a share.
        package var stealShare: Double?
        /// How much later than it should a sleeping thread of the workers woke up, in microseconds: what the machine adds to
        /// any latency.
        package var hiccupUs: Latency

        package init(
            cpuSeconds: Double, saturated: Bool, host: String = "", kernel: String = "", cpuModel: String? = nil,
            cores: Int = 0, othersCpuShare: Double? = nil, stealShare: Double? = nil,
            hiccupUs: Latency = Latency(samples: 0)
        ) {
            self.cpuSeconds = cpuSeconds
            self.saturated = saturated
            self.host = host
            self.kernel = kernel
            self.cpuModel = cpuModel
            self.cores = cores
            self.othersCpuShare = othersCpuShare
            self.stealShare = stealShare
            self.hiccupUs = hiccupUs
        }
    }
}

extension RunRecord {
    /// One worker process.
    package struct Worker: Codable, Sendable, Equatable {
        package var worker: Int
        package var pid: Int
        package var threads: Int
        package var clients: Int
        package var tally: Tally
        /// Connections that were opened again after one was lost.
        package var reconnects: Int
        /// Opening all of its connections, apart from everything else.
        package var connectSeconds: Double
        package var cpuSeconds: Double
        /// CPU time over elapsed time; 1 is one core.
        package var cpuShare: Double
        package var peakMemoryMib: Double
        /// The latest that its sleeping thread woke up, in microseconds; absent where it never told.
        package var hiccupMaxUs: Double?
        /// Why it never reported; null if it did.
        package var lost: String?
        /// The machine that it was on, by its name among ``RunRecord/machines``; absent for the coordinator's own.
        package var machine: String?
        /// Whether it may have made attempts that its journal does not have, since the machine that it was on was lost; absent if not.
        package var incomplete: Bool?

        package init(
            worker: Int, pid: Int, threads: Int, clients: Int, tally: Tally, reconnects: Int, connectSeconds: Double,
            cpuSeconds: Double, cpuShare: Double, peakMemoryMib: Double, hiccupMaxUs: Double? = nil, lost: String?,
            machine: String? = nil, incomplete: Bool? = nil
        ) {
            self.worker = worker
            self.pid = pid
            self.threads = threads
            self.clients = clients
            self.tally = tally
            self.reconnects = reconnects
            self.connectSeconds = connectSeconds
            self.cpuSeconds = cpuSeconds
            self.cpuShare = cpuShare
            self.peakMemoryMib = peakMemoryMib
            self.hiccupMaxUs = hiccupMaxUs
            self.lost = lost
            self.machine = machine
            self.incomplete = incomplete
        }
    }
}

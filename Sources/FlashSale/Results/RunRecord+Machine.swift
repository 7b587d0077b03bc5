extension RunRecord {
    /// A machine on which workers of the run were, other than the coordinator's own. In `run.json` they are `machines`, absent where there
    /// was none.
    package struct Machine: Codable, Sendable, Equatable {
        /// What is proven of its clock, and what that rests on.
        package struct Clock: Codable, Sendable, Equatable {
            /// In microseconds, from the opening of the doors until the last client was gone.
            package struct Width: Codable, Sendable, Equatable {
                package var median: Double
                package var max: Double
            }

            /// Whether its moments can be told in the coordinator's clock.
            package var sound: Bool
            /// Pings that it answered.
            package var exchanges: Int
            /// How far it was ahead of the coordinator's when the doors opened, in microseconds, as well as that is known; null where nothing
            /// is.
            package var offsetUs: Double?
            /// How far the bounds of that are apart; null where nothing is known.
            package var widthUs: Width?
            /// What it is ahead by at the most, ``MachineClock/mostText``.
            package var most: String
            /// What it is behind by at the most, ``MachineClock/leastText``.
            package var least: String

            /// - Parameters:
            ///   - clock: as the pings of all of its workers have it.
            ///   - span: CLOCK_MONOTONIC of the coordinator, from the opening until the last client was gone.
            package init(_ clock: MachineClock, during span: ClosedRange<UInt64>) {
                let clock = clock.thinned
                sound = clock.isSound
                exchanges = clock.exchangeCount
                offsetUs = clock.offsets(atHere: span.lowerBound).map {
                    (Double($0.lowerBound) + Double($0.upperBound)) / 2000
                }
                widthUs = clock.widths(during: span).map {
                    Width(median: Double($0.median) / 1000, max: Double($0.max) / 1000)
                }
                most = clock.mostText
                least = clock.leastText
            }

            /// What ``init(_:during:)`` was given, as far as it is kept.
            package var envelope: MachineClock {
                MachineClock(most: most, least: least, exchanges: exchanges, isSound: sound)
            }

            package func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(sound, forKey: .sound)
                try container.encode(exchanges, forKey: .exchanges)
                try container.encode(offsetUs, forKey: .offsetUs)
                try container.encode(widthUs, forKey: .widthUs)
                try container.encode(most, forKey: .most)
                try container.encode(least, forKey: .least)
            }
        }

        /// As the user knows it: a host, a node, a pod.
        package var name: String
        package var engine: EngineName
        /// Its workers, ascending.
        package var workers: [Int]
        /// Why it was lost while the run went on, in words for the user; null if it was not.
        package var lost: String?
        package var clock: Clock
        /// CLOCK_MONOTONIC of its own at which its doors opened; null where they never did.
        package var openedNs: UInt64?
        /// Of those that are recorded.
        package var attempts: Int
        package var won: Int
        /// User and system time of its workers.
        package var cpuSeconds: Double
        /// Processors in use; null where it never told.
        package var cores: Int?
        /// CPU time of processes that are not of this run while the doors were open, as a share of what all of its processors had; null where
        /// it is not known.
        package var othersCpuShare: Double?
        /// Time that other guests of the same host took, as such a share.
        package var stealShare: Double?
        /// How much later than it should a sleeping thread of its workers woke up, in microseconds.
        package var hiccupUs: Latency
        /// Of its workers' attempts, by its own clock.
        package var latencyUs: Latency

        /// - Parameter survey: of the run's attempts.
        package init(
            name: String, engine: EngineName, workers: [Int], lost: String?, clock: Clock, openedNs: UInt64?,
            survey: Survey, cpuSeconds: Double, cores: Int?, othersCpuShare: Double?, stealShare: Double?,
            hiccupUs: Latency,
            latencyUs: Latency
        ) {
            self.name = name
            self.engine = engine
            self.workers = workers.sorted()
            self.lost = lost
            self.clock = clock
            self.openedNs = openedNs
            let tallies = workers.compactMap { survey.tallies[$0] }
            attempts = tallies.reduce(0) { $0 + $1.attempts }
            won = tallies.reduce(0) { $0 + $1.won }
            self.cpuSeconds = cpuSeconds
            self.cores = cores
            self.othersCpuShare = othersCpuShare
            self.stealShare = stealShare
            self.hiccupUs = hiccupUs
            self.latencyUs = latencyUs
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(engine, forKey: .engine)
            try container.encode(workers, forKey: .workers)
            try container.encode(lost, forKey: .lost)
            try container.encode(clock, forKey: .clock)
            try container.encode(openedNs, forKey: .openedNs)
            try container.encode(attempts, forKey: .attempts)
            try container.encode(won, forKey: .won)
            try container.encode(cpuSeconds, forKey: .cpuSeconds)
            try container.encode(cores, forKey: .cores)
            try container.encode(othersCpuShare, forKey: .othersCpuShare)
            try container.encode(stealShare, forKey: .stealShare)
            try container.encode(hiccupUs, forKey: .hiccupUs)
            try container.encode(latencyUs, forKey: .latencyUs)
        }
    }

    /// Whose clocks the journals' times are of; nil where all workers were on the coordinator's own.
    package var workerClocks: WorkerClocks? {
        WorkerClocks(
            (machines ?? []).map {
                .init(name: $0.name, clock: $0.clock.envelope, workers: $0.workers, opened: $0.openedNs)
            })
    }
}

extension RunRecord {
    /// Latency in microseconds; a percentile is null where the samples are too few for it.
    package struct Latency: Codable, Sendable, Equatable {
        package var samples: Int
        package var min: Double?
        package var mean: Double?
        package var p50: Double?
        package var p90: Double?
        package var p99: Double?
        /// Hidden below 1,000 samples.
        package var p999: Double?
        package var max: Double?

        package init(
            samples: Int, min: Double? = nil, mean: Double? = nil, p50: Double? = nil, p90: Double? = nil,
            p99: Double? = nil, p999: Double? = nil, max: Double? = nil
        ) {
            self.samples = samples
            self.min = min
            self.mean = mean
            self.p50 = p50
            self.p90 = p90
            self.p99 = p99
            self.p999 = p999
            self.max = max
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(samples, forKey: .samples)
            try container.encode(min, forKey: .min)
            try container.encode(mean, forKey: .mean)
            try container.encode(p50, forKey: .p50)
            try container.encode(p90, forKey: .p90)
            try container.encode(p99, forKey: .p99)
            try container.encode(p999, forKey: .p999)
            try container.encode(max, forKey: .max)
        }
    }

    /// In a closed loop an attempt counts from its invocation and a purchase from its first one. Where a purchase had a
    /// planned start (a rate, an extra rush), it and its first attempt count from that.
    package struct LatencyUs: Codable, Sendable, Equatable {
        package var attempt: Latency
        /// To the last return.
        package var purchase: Latency
        package var byOutcome: LatencyByOutcome
        /// Whether buyers took time to think between two steps; absent where it is not known.
        package var includesThinkTime: Bool?

        package init(
            attempt: Latency, purchase: Latency, byOutcome: LatencyByOutcome = LatencyByOutcome(),
            includesThinkTime: Bool? = nil
        ) {
            self.attempt = attempt
            self.purchase = purchase
            self.byOutcome = byOutcome
            self.includesThinkTime = includesThinkTime
        }
    }

    /// The same as the journals have it: of lost workers too, but not of attempts whose end is not known.
    package struct LatencyByOutcome: Codable, Sendable, Equatable {
        /// By ``Totals``' names of outcomes; only those that occurred.
        package var attempt: [Outcome: Latency]
        /// By ``Purchases``' names of endings; only those that occurred.
        package var purchase: [Purchase.Ending: Latency]

        package init(attempt: [Outcome: Latency] = [:], purchase: [Purchase.Ending: Latency] = [:]) {
            self.attempt = attempt
            self.purchase = purchase
        }
    }
}

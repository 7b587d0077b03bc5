extension RunRecord {
    /// What came of one threshold, in `run.json`.
    package struct Threshold: Codable, Sendable, Equatable {
        /// As `--require` takes it.
        package var threshold: String
        package var met: Bool
        /// In ``unit``; null where the figure is not known, and then the threshold is not met.
        package var value: Double?
        /// What it was compared with.
        package var wanted: Double?
        /// `us`, `per_second`, `%`, or what is counted; absent for a plain number.
        package var unit: String?
        /// The value and what is wanted, or why it is not known: a sentence without its end.
        package var detail: String

        package init(
            _ threshold: String, met: Bool, value: Double? = nil, wanted: Double? = nil, unit: String? = nil,
            detail: String
        ) {
            self.threshold = threshold
            self.met = met
            self.value = value
            self.wanted = wanted
            self.unit = unit
            self.detail = detail
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(threshold, forKey: .threshold)
            try container.encode(met, forKey: .met)
            try container.encode(value, forKey: .value)
            try container.encodeIfPresent(wanted, forKey: .wanted)
            try container.encodeIfPresent(unit, forKey: .unit)
            try container.encode(detail, forKey: .detail)
        }
    }

    /// Asks thresholds of the run. One that is not met makes the exit code that of a failed run, unless it is worse already; the
    /// verdict, which is about the sale, stays.
    ///
    /// - Parameter isOneOfMany: whether what is asked of a whole series is left to it.
    package mutating func require(_ wanted: [FlashSale.Threshold], isOneOfMany: Bool = false) {
        let subject = ThresholdSubject(self)
        take(wanted.filter { !isOneOfMany || !$0.isOfSeries }.map { $0.outcome(of: subject) })
    }

    /// Asks those again that the run itself was asked, as its record has them, and others beside them.
    package mutating func requireAgain(and others: [FlashSale.Threshold]) {
        let subject = ThresholdSubject(self)
        let recorded = thresholds ?? []
        let texts = Set(recorded.map(\.threshold))
        thresholds = nil
        take(
            recorded.map { ThresholdParser.again($0.threshold, of: subject) }
                + others.filter { !texts.contains($0.text) }.map { $0.outcome(of: subject) })
    }

    private mutating func take(_ outcomes: [Threshold]) {
        guard !outcomes.isEmpty else { return }
        thresholds = (thresholds ?? []) + outcomes
        exitCode = exitCode.after(outcomes)
    }

    /// Those that were not met.
    package var unmetThresholds: [Threshold] { (thresholds ?? []).filter { !$0.met } }
}

extension ExitStatus {
    /// What a command ends with that would have ended with this one, and was asked for these.
    package func after(_ thresholds: [RunRecord.Threshold]) -> ExitStatus {
        guard thresholds.contains(where: { !$0.met }), ExitStatus.violated.worse(than: self) else { return self }
        return .violated
    }
}

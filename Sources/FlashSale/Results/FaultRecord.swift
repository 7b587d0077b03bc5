/// What came of one planned fault, in `run.json`.
package struct FaultRecord: Codable, Sendable, Equatable {
    /// Whether it was seen to have an effect.
    package enum Effect: String, RecordWord {
        /// Yes: see ``FaultRecord/proof``.
        case proven
        /// It was carried out, and nothing shows that it had any.
        case unproven
        /// Its time never came, or it could not be carried out.
        case missed

        package static let kind = "effect of a fault"
    }

    package var kind: FaultKind
    /// As `--fault` takes it.
    package var fault: String
    /// CLOCK_MONOTONIC; absent where it never began.
    package var beganNs: UInt64?
    /// CLOCK_MONOTONIC of its healing; absent where it was over at once, or never healed.
    package var endedNs: UInt64?
    package var effect: Effect
    /// What shows the effect, or why there was none: a sentence without its end.
    package var proof: String
    /// Attempts, connections, workers or processes that it struck; absent where nothing is counted.
    package var struck: Int?

    package init(
        _ fault: Fault, beganNs: UInt64? = nil, endedNs: UInt64? = nil, effect: Effect, proof: String,
        struck: Int? = nil
    ) {
        kind = fault.kind
        self.fault = fault.text
        self.beganNs = beganNs
        self.endedNs = endedNs
        self.effect = effect
        self.proof = proof
        self.struck = struck
    }
}

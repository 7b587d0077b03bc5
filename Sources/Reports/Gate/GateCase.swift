/// One thing that a run had to stand: what a pipeline shows as a test.
package struct GateCase: Sendable, Equatable {
    package enum Group: String, Sendable {
        case run, checks, claims, thresholds
    }

    package enum Outcome: Sendable {
        case passed
        /// It is shown to be wrong.
        case failed
        /// Nobody can tell, which is not good either.
        case undecided
        /// It was not put to the test.
        case skipped
    }

    package var group: Group
    package var name: String
    package var outcome: Outcome
    /// One sentence with the figures.
    package var message: String
    /// What shows it, in lines; empty where nothing does.
    package var evidence: String

    package init(_ group: Group, _ name: String, _ outcome: Outcome, _ message: String, evidence: String = "") {
        self.group = group
        self.name = name
        self.outcome = outcome
        self.message = message
        self.evidence = evidence
    }

    /// Whether a pipeline has to stop at it.
    package var isRed: Bool { outcome == .failed || outcome == .undecided }

    /// `violated`, `inconclusive` or `unmet`: what kind of red it is; `upheld` where it is none.
    var kind: String {
        switch outcome {
        case .passed, .skipped: "upheld"
        case .failed: group == .thresholds ? "unmet" : "violated"
        case .undecided: "inconclusive"
        }
    }
}

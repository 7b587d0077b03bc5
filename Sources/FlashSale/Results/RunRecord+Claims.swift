extension RunRecord {
    /// What came of one claim of the strategy file, in `run.json`: it was put to the test in a small sale of its own before the run.
    package struct Claim: Codable, Sendable, Equatable {
        package enum Result: String, RecordWord {
            /// What it names struck, and the checks that judge it were upheld.
            case held
            /// A check was violated under it.
            case broken
            /// Nothing is known of it: see ``RunRecord/Claim/detail``.
            case notTested = "not-tested"

            package static let kind = "result of a claim"
        }

        /// As the strategy file has it: `idempotent: purchase`, or `safe-under: crash-redis`.
        package var claim: String
        package var result: Result
        /// What shows it, or why it was not tested: a sentence without its end.
        package var detail: String
        /// What struck, as `--fault` takes it; absent where nothing was proven to.
        package var fault: String?
        /// The check that was violated; absent where none was.
        package var check: CheckName?

        package init(
            _ claim: String, _ result: Result, _ detail: String, fault: String? = nil, check: CheckName? = nil
        ) {
            self.claim = claim
            self.result = result
            self.detail = detail
            self.fault = fault
            self.check = check
        }
    }
}

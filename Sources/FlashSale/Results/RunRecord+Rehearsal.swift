extension RunRecord {
    /// What the rehearsal before the run showed: one buyer after the other, so that no race can be the reason.
    package struct Rehearsal: Codable, Sendable, Equatable {
        package struct Warning: Codable, Sendable, Equatable {
            /// A short word, such as `race`.
            package var name: String
            /// `shop.yaml:12` or `buy.lua:3`; absent where no line is meant.
            package var place: String?
            package var message: String

            package init(name: String, place: String?, message: String) {
                self.name = name
                self.place = place
                self.message = message
            }
        }

        package var warnings: [Warning]
        /// The checks that were violated.
        package var broken: [CheckName]
        /// Why it did not come to its end; absent where it did.
        package var problem: String?

        package init(warnings: [Warning] = [], broken: [CheckName] = [], problem: String? = nil) {
            self.warnings = warnings
            self.broken = broken
            self.problem = problem
        }
    }
}

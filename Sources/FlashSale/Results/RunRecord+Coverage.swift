extension RunRecord {
    /// What a run has met of all that it could have met: a claim that was not put to the test is not upheld.
    package struct Coverage: Codable, Sendable, Equatable {
        /// An outcome of the strategy file.
        package struct Rule: Codable, Sendable, Equatable {
            /// Its step in `buy` and, behind that, `finally`, from 1.
            package var step: Int
            /// As the file has it.
            package var when: String
            package var then: Outcome
            package var line: Int
            /// How many replies met it.
            package var met: Int

            package init(step: Int, when: String, then: Outcome, line: Int, met: Int) {
                self.step = step
                self.when = when
                self.then = then
                self.line = line
                self.met = met
            }
        }

        /// A step that sends something or ends the attempt.
        package struct Step: Codable, Sendable, Equatable {
            package var step: Int
            /// `send GET`, `script buy`, `finish sold-out`.
            package var does: String
            package var line: Int
            /// How often it was sent, or ended an attempt.
            package var met: Int

            package init(step: Int, does: String, line: Int, met: Int) {
                self.step = step
                self.does = does
                self.line = line
                self.met = met
            }
        }

        /// `as:`
        package struct Capture: Codable, Sendable, Equatable {
            package var step: Int
            package var name: String
            /// How often it was taken.
            package var met: Int

            package init(step: Int, name: String, met: Int) {
                self.step = step
                self.name = name
                self.met = met
            }
        }

        /// How far buyers went to where a sale can go wrong, as the history tells.
        package struct Boundaries: Codable, Sendable, Equatable {
            /// Units that all purchases wanted which were made; none can be sold too often where that is no more than the stock.
            package var unitsWanted = 0
            /// Whether nothing was left, by the account of the buyers or of the server.
            package var lastUnitTaken = false
            /// Attempts that were told that too little is left.
            package var soldOut = 0
            /// Buyers who asked for more than one may have; absent where there is no limit.
            package var beyondLimit: Int?
            /// Purchases, or buyers, who asked again after they had won; absent where the file does not say `idempotent:`.
            package var askedAgain: Int?
            /// Attempts without a clear answer.
            package var unanswered = 0

            package init() {}
        }

        /// False where a worker never told what it had met, so that a part that seems unmet may have been met.
        package var complete: Bool
        package var rules: [Rule] = []
        package var steps: [Step] = []
        package var captures: [Capture] = []
        package var boundaries: Boundaries

        package init(isComplete: Bool, boundaries: Boundaries = Boundaries()) {
            complete = isComplete
            self.boundaries = boundaries
        }
    }
}

/// The beginning of an order: what is chosen, step by step.
package struct Schedule: Sendable, Equatable {
    package struct Step: Sendable, Equatable {
        package var choice: Choice
        /// What was asked when the schedule was made, so that it is noticed where another thing is asked now; nil where nobody has
        /// seen it.
        package var phrase: Phrase?

        package init(_ choice: Choice, phrase: Phrase? = nil) {
            self.choice = choice
            self.phrase = phrase
        }

        /// The same for steps that are equal.
        var digest: UInt64 {
            var digest = Digest()
            digest.add(Array(choice.description.utf8))
            digest.add(UInt64(bitPattern: Int64(phrase.hashValue)))
            return digest.value
        }
    }

    package var steps: [Step]
    /// Switches away from a buyer who could have gone on, expiries and faults.
    package var cost: Int

    package init(_ steps: [Step] = [], cost: Int = 0) {
        self.steps = steps
        self.cost = cost
    }

    /// As `--replay` takes it.
    package var words: String { steps.map(\.choice.description).joined(separator: ",") }
}

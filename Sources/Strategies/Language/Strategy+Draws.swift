extension Strategy {
    /// `draw: { seat: "1..{units}" }`: a number between two, both included, drawn once for each attempt.
    package struct Draw: Sendable, Equatable {
        package var name: String
        package var lower: Template.Expression
        package var upper: Template.Expression
        /// Where the file has it, for messages.
        package var line: Int

        package init(name: String, lower: Template.Expression, upper: Template.Expression, line: Int) {
            self.name = name
            self.lower = lower
            self.upper = upper
            self.line = line
        }

        /// The numbers that it may give in a sale of so many units; nil where there is none.
        package func range(units: Int) -> ClosedRange<Int>? {
            guard let lower = lower.constant(units: units), let upper = upper.constant(units: units), lower <= upper
            else { return nil }
            return lower...upper
        }
    }

    /// The first of the draws that has nothing to draw from in a sale of so many units.
    package func emptyDraw(units: Int) -> Draw? { draws.first { $0.range(units: units) == nil } }
}

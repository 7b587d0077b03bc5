internal import FlashSale

extension Strategy {
    /// Units that are given to the sale while the doors are open.
    package struct Restocking: Sendable, Equatable {
        /// Since the doors opened.
        package var atNanoseconds: UInt64
        /// How many units it gives: a sum of whole numbers and `{units}`.
        package var units: Template.Expression
        package var call: Call
        package var line: Int

        package init(atNanoseconds: UInt64, units: Template.Expression, call: Call, line: Int) {
            self.atNanoseconds = atNanoseconds
            self.units = units
            self.call = call
            self.line = line
        }
    }

    /// Whether an attempt may end by giving its units back.
    package var givesBack: Bool {
        (buy + later.flatMap(\.steps)).contains { step in
            if case .finish(.returned, _) = step.kind { return true }
            return step.rules.contains { $0.outcome == .returned }
        }
    }
}

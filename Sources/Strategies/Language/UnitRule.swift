/// `unit:` beside an outcome: where the names of the units are that the attempt was sold.
package struct UnitRule: Sendable, Equatable {
    package enum Part: Sendable, Equatable {
        /// A place in the reply: a text or a number, or an array of these, which are several names.
        case place(ReplyPath)
        /// One name.
        case text(Template)
    }

    /// The names come from each of them, in order.
    package var parts: [Part]

    package init(parts: [Part]) { self.parts = parts }

    /// What is filled in.
    var templates: [Template] {
        parts.compactMap { part in
            if case .text(let template) = part { template } else { nil }
        }
    }
}

/// `units:` of a strategy file: which units with a name are for sale when the doors open.
package enum UnitListRule: Sendable, Equatable {
    /// What answers with a name for each unit.
    case listed(Strategy.Call)
    /// Numbers, both included. They know nothing but integers and `{units}`.
    case numbers(from: Template.Expression, through: Template.Expression, line: Int)

    package var calls: [Strategy.Call] {
        if case .listed(let call) = self { [call] } else { [] }
    }

    /// The numbers; nil where the names are listed.
    package func range(units: Int) -> ClosedRange<Int>? {
        guard case .numbers(let first, let last, _) = self else { return nil }
        let (lower, upper) = (Self.value(first, units), Self.value(last, units))
        return lower <= upper ? lower...upper : nil
    }

    private static func value(_ expression: Template.Expression, _ units: Int) -> Int {
        expression.terms.reduce(0) { sum, term in
            var number = 0
            if case .integer(let integer) = term.value { number = integer }
            if case .variable(.units) = term.value { number = units }
            return term.isNegative ? sum &- number : sum &+ number
        }
    }
}

/// Text with values to fill in: `{sale}:stock`, `{left - 1}`, `order-{attempt}`. It always fills one argument: a value
/// never becomes two.
package struct Template: Sendable, Equatable {
    /// A part of a template.
    package enum Piece: Sendable, Equatable {
        case text(String)
        case expression(Expression)
    }

    /// Values added and subtracted; a single value stands for itself and may be text.
    package struct Expression: Sendable, Equatable {
        package struct Term: Sendable, Equatable {
            package var isNegative: Bool
            package var value: Value

            package init(isNegative: Bool = false, value: Value) {
                self.isNegative = isNegative
                self.value = value
            }
        }

        package var terms: [Term]

        package init(terms: [Term]) { self.terms = terms }
    }

    /// What a name in braces stands for.
    package enum Value: Sendable, Equatable {
        case integer(Int)
        case variable(Variable)
        /// A key that the strategy declares.
        case key(String)
        /// What a step before took from its reply.
        case capture(String)
        /// A part of the reply at hand: only where `remaining:` is reckoned.
        case reply(ReplyPath)
        /// A number drawn for each use, between the two, both included.
        case random(Int, Int)
    }

    /// What every strategy can use.
    package enum Variable: String, Sendable, CaseIterable {
        case buyer, purchase, attempt, quantity, units, worker, thread
        /// The wall clock, milliseconds since 1970.
        case nowMilliseconds = "now-ms"
        /// Drawn once for each attempt.
        case random
        /// The run's own hash-tagged prefix.
        case sale

        /// Whether it can be added and subtracted.
        var isNumber: Bool { self != .sale }
    }

    package var pieces: [Piece]

    package init(pieces: [Piece]) { self.pieces = pieces }

    /// Text with nothing to fill in.
    package init(text: String) { pieces = text.isEmpty ? [] : [.text(text)] }

    /// The values that it uses.
    package var values: [Value] {
        pieces.flatMap { piece -> [Value] in
            switch piece {
            case .text: []
            case .expression(let expression): expression.terms.map(\.value)
            }
        }
    }
}

extension Template.Value {
    /// Whether it is text and no number.
    var isText: Bool {
        switch self {
        case .key: true
        case .variable(let variable): !variable.isNumber
        case .integer, .capture, .reply, .random: false
        }
    }

    /// Whether it is drawn for each use, so that it can be sent but never compared or reckoned with afterwards.
    var isRandomRange: Bool {
        if case .random = self { true } else { false }
    }
}

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
            /// `% 16`: what is left of the value after division by this, a positive number or the sale's units; nil for all of it.
            package var modulus: Value?

            package init(isNegative: Bool = false, value: Value, modulus: Value? = nil) {
                self.isNegative = isNegative
                self.value = value
                self.modulus = modulus
            }
        }

        package var terms: [Term]

        package init(terms: [Term]) { self.terms = terms }
    }

    /// What a name in braces stands for.
    package indirect enum Value: Sendable, Equatable {
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
        /// A number of `draw:`, drawn once for each attempt.
        case draw(String)
        /// What the value is of one line of the cart, from 1: of `{item}`, `{quantity}` or a key that names the item.
        case ofLine(Int, Value)
    }

    /// What every strategy can use.
    package enum Variable: String, Sendable, CaseIterable {
        case buyer, purchase, attempt, quantity, units, worker, thread
        /// The client's number in the fleet, from 1.
        case client
        /// The wall clock, milliseconds since 1970.
        case nowMilliseconds = "now-ms"
        /// Drawn once for each attempt.
        case random
        /// The run's own hash-tagged prefix.
        case sale
        /// The same with the number of a shelf in its braces, where the stock is sharded.
        case shard
        /// The units of the shelves before this one, when the sale opens; 0 where the stock is not sharded.
        case unitsBefore = "units-before"
        /// The name of the item that is bought.
        case item
        /// Lines of the cart; 1 where purchases have none.
        case lines
        /// The items of the cart, and the units that it wants of each, in the order of its lines, with commas between them.
        case items, quantities
        /// The cart as JSON: `[{"item":"7","quantity":2}]`.
        case cart

        /// Whether it can be added and subtracted.
        var isNumber: Bool { ![.sale, .shard, .item, .items, .quantities, .cart].contains(self) }

        /// Those of which a file may use the names for something else, as files did before they meant anything.
        static let mayBeNames: [Variable] = [.item, .lines, .items, .quantities, .cart]

        /// Those that an attempt has in every sale.
        static let ofAttempts = allCases.filter { $0 != .shard && $0 != .unitsBefore }
    }

    package var pieces: [Piece]

    package init(pieces: [Piece]) { self.pieces = pieces }

    /// Text with nothing to fill in.
    package init(text: String) { pieces = text.isEmpty ? [] : [.text(text)] }

    /// Whether it names the run, so that no other run, and nobody else, has what is called so.
    var holdsTag: Bool { values.contains { $0 == .variable(.sale) || $0 == .variable(.shard) } }

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

extension Template.Expression {
    /// Its number, where that is the same for the whole sale; nil where an attempt decides it, or it is no number.
    ///
    /// - Parameter units: of stock, when the sale opens.
    package func constant(units: Int) -> Int? {
        var sum = 0
        for term in terms {
            guard var number = term.value.constant(units: units) else { return nil }
            if let modulus = term.modulus?.constant(units: units) { number = Self.remainder(number, modulus) }
            sum = term.isNegative ? sum &- number : sum &+ number
        }
        return sum
    }

    /// What is left of a number after division: from 0 to `modulus` − 1, as in Lua and Python, also of a number below 0.
    @inline(__always)
    package static func remainder(_ number: Int, _ modulus: Int) -> Int {
        let rest = number % modulus
        return rest < 0 ? rest + modulus : rest
    }
}

extension Template.Value {
    fileprivate func constant(units: Int) -> Int? {
        switch self {
        case .integer(let number): number
        case .variable(.units): units
        case .variable, .key, .capture, .reply, .random, .draw, .ofLine: nil
        }
    }

    /// Whether it is text and no number.
    var isText: Bool {
        switch self {
        case .key: true
        case .variable(let variable): !variable.isNumber
        case .ofLine(_, let value): value.isText
        case .integer, .capture, .reply, .random, .draw: false
        }
    }

    /// Whether it is drawn for each use, so that it can be sent but never compared or reckoned with afterwards.
    var isRandomRange: Bool {
        if case .random = self { true } else { false }
    }
}

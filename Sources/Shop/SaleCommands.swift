package import Strategies

/// Fills in the commands that surround a sale: those of `open`, `stock`, `ledger` and `close`, and the keys.
package struct SaleCommands: Sendable {
    private let strategy: Strategy
    private let saleTag: String
    private let unitCount: Int

    /// - Parameter saleTag: what `{sale}` stands for.
    package init(_ strategy: Strategy, saleTag: String, units: Int) {
        self.strategy = strategy
        self.saleTag = saleTag
        unitCount = units
    }

    package var open: [[[UInt8]]] { strategy.open.map(fill) }
    /// The probe's, in the order of its numbers.
    package var stock: [[[UInt8]]] { strategy.stock.calls.map(fill) }
    package var ledger: [[UInt8]]? { strategy.ledger.map { fill($0.read) } }
    /// Lists the units that are for sale.
    package var units: [[UInt8]]? { strategy.forSale?.calls.first.map(fill) }
    package var close: [[[UInt8]]] { strategy.close.map(fill) }

    /// The sale's keys that are the same for every attempt.
    package var keys: [[UInt8]] { strategy.keys.filter { !dependsOnAttempt($0.template) }.map { fill($0.template) } }

    /// Whether some keys hold the buyer or the like, so that only the server knows them all.
    package var hasKeysOfAttempts: Bool { strategy.keys.contains { dependsOnAttempt($0.template) } }

    /// Every plain command with an example in the place of each value that an attempt would give it, to ask the server what the
    /// command is and which keys it touches.
    package var examples: [(command: Strategy.Command, arguments: [[UInt8]])] {
        strategy.commands.map { ($0, $0.arguments.map(fill)) }
    }

    /// What each script and function is given as KEYS, with examples in the same way.
    package var scriptKeys: [(call: Strategy.ScriptCall, keys: [[UInt8]])] {
        strategy.scriptCalls.map { ($0, $0.keys.map(fill)) }
    }

    /// Every call of a script or function, with examples in the same way.
    package var scriptExamples: [(call: Strategy.ScriptCall, arguments: [[UInt8]])] {
        strategy.scriptCalls.map { ($0, fill(.script($0))) }
    }

    private func dependsOnAttempt(_ template: Template) -> Bool {
        template.values.contains { value in
            switch value {
            case .integer, .variable(.sale), .variable(.units): false
            case .variable, .key, .capture, .reply, .random: true
            }
        }
    }

    /// Scripts are sent whole, since each of these calls is made only once.
    private func fill(_ call: Strategy.Call) -> [[UInt8]] {
        switch call {
        case .command(let command): command.arguments.map(fill)
        case .script(let call): strategy.wire(call, hashes: [:], functions: SaleFunctions(saleTag: saleTag)).map(fill)
        }
    }

    private func fill(_ template: Template) -> [UInt8] {
        template.pieces.reduce(into: []) { bytes, piece in
            switch piece {
            case .text(let text): bytes += Array(text.utf8)
            case .expression(let expression): bytes += fill(expression)
            }
        }
    }

    private func fill(_ expression: Template.Expression) -> [UInt8] {
        if expression.terms.count == 1 {
            switch expression.terms[0].value {
            case .variable(.sale): return Array(saleTag.utf8)
            case .key(let name): return strategy.keys.first { $0.name == name }.map { fill($0.template) } ?? []
            default: break
            }
        }
        let sum = expression.terms.reduce(0) { sum, term in
            let number =
                switch term.value {
                case .integer(let number): number
                case .variable(.units): unitCount
                case .variable, .key, .capture, .reply, .random: 1
                }
            return term.isNegative ? sum &- number : sum &+ number
        }
        return Array(String(sum).utf8)
    }
}

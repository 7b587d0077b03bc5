/// Names of units as the machine makes them.
extension StrategyCompiler {
    /// Puts a rule's parts into the tables; empty where there is none.
    mutating func units(_ rule: UnitRule?) -> StrategyProgram.Span {
        let parts = rule?.parts.map { unitPart($0) } ?? []
        let start = unitParts.count
        unitParts += parts
        return .init(start: start, end: unitParts.count)
    }

    private mutating func unitPart(_ part: UnitRule.Part) -> StrategyProgram.UnitPart {
        switch part {
        case .place(let place): return .place(path(place))
        case .text(let template):
            let pieces = template.pieces.flatMap { unitPieces(of: $0) }
            let start = unitPieces.count
            unitPieces += pieces
            return .pieces(.init(start: start, end: unitPieces.count))
        }
    }

    private mutating func unitPieces(of piece: Template.Piece) -> [StrategyProgram.UnitPiece] {
        if case .expression(let expression) = piece, expression.terms.count == 1,
            case .reply(let place) = expression.terms[0].value
        {
            return [.place(path(place))]
        }
        return resolve(Template(pieces: [piece])).map { resolved in
            switch resolved {
            case .text(let bytes):
                literals += bytes
                return .text(start: literals.count - bytes.count, count: bytes.count)
            case .sum(let sum): return .number(sum)
            case .capture(let index): return .capture(index)
            case .itemOfLine: preconditionFailure("with carts no unit has a name")
            }
        }
    }
}

/// Commands and values as the machine writes them.
extension StrategyCompiler {
    // MARK: Commands to parts

    mutating func flush() {
        guard !pending.isEmpty else { return }
        parts.append(.literal(start: literals.count, count: pending.count))
        literals += pending
        pending = []
    }

    mutating func append(_ arguments: [Template]) {
        pending += Array("*\(arguments.count)\r\n".utf8)
        for argument in arguments { append(argument) }
    }

    private mutating func append(_ argument: Template) {
        let resolved = resolve(argument)
        switch resolved.count {
        case 0: pending += RESP.bulk([])
        case 1:
            switch resolved[0] {
            case .text(let bytes): pending += RESP.bulk(bytes)
            case .sum(let sum):
                flush()
                parts.append(.number(sum))
            case .capture(let index):
                flush()
                parts.append(.capture(index))
            }
        default:
            flush()
            let start = pieces.count
            for piece in resolved { pieces.append(store(piece)) }
            parts.append(.mixed(start: start, count: resolved.count))
        }
    }

    private mutating func store(_ piece: Resolved) -> StrategyProgram.Piece {
        switch piece {
        case .text(let bytes):
            literals += bytes
            return .text(start: literals.count - bytes.count, count: bytes.count)
        case .sum(let sum): return .number(sum)
        case .capture(let index): return .capture(index)
        }
    }

    // MARK: Templates to pieces

    private enum Resolved {
        case text([UInt8])
        case sum(StrategyProgram.Sum)
        case capture(Int)
    }

    /// Fills in what is known before the doors open, and joins neighbouring text.
    private mutating func resolve(_ template: Template) -> [Resolved] {
        var resolved: [Resolved] = []
        func append(_ bytes: [UInt8]) {
            if case .text(let before) = resolved.last {
                resolved[resolved.count - 1] = .text(before + bytes)
            } else {
                resolved.append(.text(bytes))
            }
        }
        for piece in template.pieces {
            switch piece {
            case .text(let text): append(Array(text.utf8))
            case .expression(let expression):
                if expression.terms.count == 1 {
                    switch expression.terms[0].value {
                    case .variable(.sale):
                        append(Array(saleTag.utf8))
                        continue
                    case .key(let name):
                        for inner in resolve(key(name)) {
                            if case .text(let bytes) = inner { append(bytes) } else { resolved.append(inner) }
                        }
                        continue
                    case .capture(let name):
                        textCaptures.insert(index(of: name))
                        resolved.append(.capture(index(of: name)))
                        continue
                    default: break
                    }
                }
                let sum = sum(expression)
                if sum.count == 0 { append(Array(String(sum.constant).utf8)) } else { resolved.append(.sum(sum)) }
            }
        }
        return resolved
    }

    private func key(_ name: String) -> Template { strategy.keys.first { $0.name == name }!.template }

    mutating func sum(_ expression: Template.Expression) -> StrategyProgram.Sum {
        var constant = 0
        let start = terms.count
        for term in expression.terms {
            switch term.value {
            case .integer(let number): constant = term.isNegative ? constant &- number : constant &+ number
            case .variable(.units): constant = term.isNegative ? constant &- units : constant &+ units
            case .capture(let name):
                numericCaptures.insert(name)
                append(.capture(index(of: name)), term)
            case .reply(let place):
                let path = path(place)
                append(.reply(path), term)
            case .random(let lower, let upper): append(.randomBetween(lower, upper), term)
            case .variable(let variable): append(source(variable), term)
            case .key: preconditionFailure("the parser lets no key into a sum")
            }
        }
        return StrategyProgram.Sum(constant: constant, start: start, count: terms.count - start)
    }

    private mutating func append(_ source: StrategyProgram.Source, _ term: Template.Expression.Term) {
        terms.append(.init(isNegative: term.isNegative, source: source))
    }

    private func source(_ variable: Template.Variable) -> StrategyProgram.Source {
        switch variable {
        case .buyer: .buyer
        case .purchase: .purchase
        case .attempt: .attempt
        case .quantity: .quantity
        case .worker: .worker
        case .thread: .thread
        case .nowMilliseconds: .nowMilliseconds
        case .random: .random
        case .units, .sale: preconditionFailure("\(variable.rawValue) is a constant of the sale")
        }
    }
}

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

    enum Resolved {
        case text([UInt8])
        case sum(StrategyProgram.Sum)
        case capture(Int)
    }

    /// Fills in what is known before the doors open, and joins neighbouring text.
    mutating func resolve(_ template: Template) -> [Resolved] {
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

/// Matchers and places in replies as the machine looks at them.
extension StrategyCompiler {
    /// Puts a matcher into the tables and returns the index of its test.
    mutating func test(_ matcher: Matcher) -> Int {
        let compiled: ReplyTest
        switch matcher {
        case .integers(let range): compiled = .integers(from: range.lowerBound, through: range.upperBound)
        case .notEqual(let number): compiled = .notEqual(number)
        case .compare(let comparison, let expression): compiled = .compare(comparison, sum(expression))
        case .null: compiled = .null
        case .ok: compiled = .ok
        case .empty: compiled = .empty
        case .text(let text): compiled = .text(start: literal(text), count: text.utf8.count)
        case .pattern(let pattern):
            patterns.append(pattern)
            compiled = .pattern(patterns.count - 1)
        case .array: compiled = .array
        case .any: compiled = .any
        case .error(let prefix): compiled = .error(start: literal(prefix), count: prefix.utf8.count)
        case .element(let position, let inner): compiled = .element(position, test: test(inner))
        case .json(let steps, let inner):
            let path = path(ReplyPath(json: steps))
            compiled = .json(path, test(inner))
        }
        tests.append(compiled)
        return tests.count - 1
    }

    private mutating func test(_ matcher: Matcher.JSONTest) -> ReplyTest.JSONTest {
        switch matcher {
        case .exists: .exists
        case .integers(let range): .integers(from: range.lowerBound, through: range.upperBound)
        case .notEqual(let number): .notEqual(number)
        case .compare(let comparison, let expression): .compare(comparison, sum(expression))
        case .text(let text, let isNegated):
            .text(start: literal(text), count: text.utf8.count, isNegated: isNegated)
        case .boolean(let value): .boolean(value)
        case .null: .null
        }
    }

    mutating func path(_ place: ReplyPath) -> StrategyProgram.Path {
        let steps = place.json ?? place.elements.map(JSONStep.element)
        var compiled: [StrategyProgram.PathStep] = []
        for step in steps {
            switch step {
            case .element(let element): compiled.append(.element(element))
            case .field(let name): compiled.append(.field(start: literal(name), count: name.utf8.count))
            }
        }
        pathSteps += compiled
        return .init(start: pathSteps.count - compiled.count, count: compiled.count, isJSON: place.json != nil)
    }
}

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
            case .itemOfLine: appendMixed(resolved)
            }
        default: appendMixed(resolved)
        }
    }

    private mutating func appendMixed(_ resolved: [Resolved]) {
        flush()
        let stored = resolved.map { store($0) }
        parts.append(.mixed(start: pieces.count, count: stored.count))
        pieces += stored
    }

    private mutating func store(_ piece: Resolved) -> StrategyProgram.Piece {
        switch piece {
        case .text(let bytes):
            literals += bytes
            return .text(start: literals.count - bytes.count, count: bytes.count)
        case .sum(let sum): return .number(sum)
        case .capture(let index): return .capture(index)
        case .itemOfLine(let line): return .item(line: line, names: nameRun(.none))
        }
    }

    // MARK: Templates to pieces

    enum Resolved {
        case text([UInt8])
        case sum(StrategyProgram.Sum)
        case capture(Int)
        /// The name of what is on a line of the cart, from 0.
        case itemOfLine(Int)
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
                if expression.terms.count == 1, expression.terms[0].modulus == nil {
                    switch expression.terms[0].value {
                    case .variable(.sale):
                        append(Array(saleTag.utf8))
                        continue
                    case .variable(.item):
                        append(Array(item.utf8))
                        continue
                    case .variable(.shard):
                        let (head, tail) = Shelves.parts(of: saleTag)
                        append(Array(head.utf8))
                        resolved.append(.sum(shelfNumber()))
                        append(Array(tail.utf8))
                        continue
                    case .key(let name):
                        for inner in resolve(key(name)) {
                            if case .text(let bytes) = inner { append(bytes) } else { resolved.append(inner) }
                        }
                        continue
                    case .ofLine, .variable(.items), .variable(.quantities), .variable(.cart):
                        guard let own = ofCart(expression.terms[0].value) else { break }
                        for inner in own {
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

    private mutating func shelfNumber() -> StrategyProgram.Sum {
        terms.append(.init(isNegative: false, source: .shelf))
        return .init(constant: 0, start: terms.count - 1, count: 1)
    }

    func key(_ name: String) -> Template { strategy.keys.first { $0.name == name }!.template }

    mutating func sum(_ expression: Template.Expression) -> StrategyProgram.Sum {
        var constant = 0
        // What remainders are taken of stands before the sum, whose own terms follow each other.
        let own = expression.terms.compactMap { term -> StrategyProgram.Term? in
            guard let source = source(of: term) else {
                let single =
                    term.value == .variable(.lines)
                    ? lines : Template.Expression(terms: [term]).constant(units: units) ?? 0
                constant = constant &+ single
                return nil
            }
            return .init(isNegative: term.isNegative, source: source)
        }
        let start = terms.count
        terms += own
        return StrategyProgram.Sum(constant: constant, start: start, count: own.count)
    }

    /// Where the number of a term comes from; nil for one that is the same for the whole sale.
    private mutating func source(of term: Template.Expression.Term) -> StrategyProgram.Source? {
        let source: StrategyProgram.Source
        switch term.value {
        case .variable(.units) where shelves.count > 0: source = .shelfUnits
        case .ofLine(let line, _): source = quantitySource(ofLine: line)
        case .integer, .variable(.units), .variable(.lines): return nil
        case .capture(let name):
            numericCaptures.insert(name)
            source = .capture(index(of: name))
        case .reply(let place): source = .reply(path(place))
        case .random(let lower, let upper): source = .randomBetween(lower, upper)
        case .draw(let name): source = .draw(strategy.draws.firstIndex { $0.name == name } ?? 0)
        case .variable(let variable): source = self.source(variable)
        case .key: preconditionFailure("the parser lets no key into a sum")
        }
        guard let modulus = term.modulus else { return source }
        terms.append(.init(isNegative: false, source: source))
        return .remainder(
            of: terms.count - 1,
            by: Template.Expression(terms: [.init(value: modulus)]).constant(units: units) ?? 1)
    }

    private func source(_ variable: Template.Variable) -> StrategyProgram.Source {
        switch variable {
        case .buyer: .buyer
        case .purchase: .purchase
        case .attempt: .attempt
        case .quantity: .quantity
        case .worker: .worker
        case .thread: .thread
        case .client: .client
        case .nowMilliseconds: .nowMilliseconds
        case .random: .random
        case .units, .sale, .shard, .unitsBefore, .item, .lines, .items, .quantities, .cart:
            preconditionFailure("\(variable.rawValue) is a constant of the sale")
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
        case .both(let first, let second):
            let first = test(first)
            compiled = .both(first, test(second))
        case .json(let steps, let inner):
            let path = path(ReplyPath(json: steps))
            compiled = .json(path, test(inner))
        case .named(let name, let inner):
            usesHeaders = true
            compiled = .named(start: literal(name), count: name.utf8.count, test: test(inner))
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
        var compiled = place.elements.map(StrategyProgram.PathStep.element)
        if let name = place.named {
            usesHeaders = true
            compiled.append(.named(start: literal(name), count: name.utf8.count))
        }
        for step in place.json ?? [] {
            switch step {
            case .element(let element): compiled.append(.element(element))
            case .field(let name): compiled.append(.field(start: literal(name), count: name.utf8.count))
            }
        }
        pathSteps += compiled
        let jsonCount = place.json?.count ?? -1
        return .init(
            start: pathSteps.count - compiled.count, count: compiled.count - max(0, jsonCount), jsonCount: jsonCount)
    }
}

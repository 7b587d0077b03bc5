/// Turns a ``Strategy`` into the tables of a ``StrategyProgram``.
struct StrategyCompiler {
    let strategy: Strategy
    let saleTag: String
    let units: Int
    let readOnlyCommands: Set<String>
    let think: Scenario.Range?

    private(set) var literals: [UInt8] = []
    private(set) var parts: [StrategyProgram.Part] = []
    private(set) var pieces: [StrategyProgram.Piece] = []
    private(set) var terms: [StrategyProgram.Term] = []
    private(set) var steps: [StrategyProgram.Step] = []
    private(set) var rules: [StrategyProgram.Rule] = []
    private(set) var tests: [ReplyTest] = []
    private(set) var captures: [String] = []
    /// Captures that are added, subtracted or taken for the units left.
    private(set) var numericCaptures: Set<String> = []

    init(strategy: Strategy, saleTag: String, units: Int, readOnlyCommands: Set<String>, think: Scenario.Range?) {
        self.strategy = strategy
        self.saleTag = saleTag
        self.units = units
        self.readOnlyCommands = readOnlyCommands
        self.think = think
    }

    mutating func compile() {
        captures = strategy.buy.compactMap(\.capture).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        for step in strategy.buy { compile(step) }
    }

    private mutating func compile(_ step: Strategy.Step) {
        var compiled = StrategyProgram.Step(kind: .send)
        let firstPart = parts.count
        // A literal never grows into the step before: each step's parts stand alone.
        pending = []
        switch step.kind {
        case .think(let own):
            compiled.kind = .think
            compiled.thinkMinimum = (think ?? own)?.min ?? 0
            compiled.thinkMaximum = (think ?? own)?.max ?? 0
        case .send(let command):
            append(command)
            compiled.replies = 1
            compiled.hasNoEffect = hasNoEffect(command)
            compiled.watches = command.name == "WATCH"
        case .atomically(let commands):
            compiled.kind = .transaction
            pending += RESP.command(["MULTI"])
            for command in commands { append(command) }
            pending += RESP.command(["EXEC"])
            compiled.replies = commands.count + 2
            compiled.hasNoEffect = commands.allSatisfy(hasNoEffect)
        }
        flush()
        compiled.parts = .init(start: firstPart, end: parts.count)
        let firstRule = rules.count
        for rule in step.rules {
            rules.append(
                .init(
                    test: test(rule.matcher), namesErrors: rule.matcher.namesErrors, outcome: rule.outcome,
                    remaining: rule.remaining.map { sum($0) }))
        }
        compiled.rules = .init(start: firstRule, end: rules.count)
        compiled.capture = step.capture.flatMap { captures.firstIndex(of: $0) } ?? -1
        compiled.joinsPrevious = joinsPrevious(compiled)
        steps.append(compiled)
    }

    /// A step without effect may go out together with the one before, if that one's reply decides nothing.
    private func joinsPrevious(_ step: StrategyProgram.Step) -> Bool {
        guard let previous = steps.last, previous.kind == .send, step.kind == .send else { return false }
        return step.hasNoEffect && previous.hasNoEffect && previous.rules.start == previous.rules.end
            && previous.capture < 0
    }

    private func hasNoEffect(_ command: Strategy.Command) -> Bool {
        StrategyProgram.harmless.contains(command.name) || readOnlyCommands.contains(command.name)
    }

    // MARK: Matchers to tests

    /// Puts a matcher into the tables and returns the index of its test.
    mutating func test(_ matcher: Matcher) -> Int {
        let compiled: ReplyTest =
            switch matcher {
            case .integers(let range): .integers(from: range.lowerBound, through: range.upperBound)
            case .notEqual(let number): .notEqual(number)
            case .null: .null
            case .ok: .ok
            case .empty: .empty
            case .text(let text): .text(start: literal(text), count: text.utf8.count)
            case .array: .array
            case .any: .any
            case .error(let prefix): .error(start: literal(prefix), count: prefix.utf8.count)
            case .element(let position, let inner): .element(position, test: test(inner))
            }
        tests.append(compiled)
        return tests.count - 1
    }

    private mutating func literal(_ text: String) -> Int {
        literals += Array(text.utf8)
        return literals.count - text.utf8.count
    }

    // MARK: Commands to parts

    /// Bytes that are the same for every attempt, until something that is not ends them.
    private var pending: [UInt8] = []

    private mutating func flush() {
        guard !pending.isEmpty else { return }
        parts.append(.literal(start: literals.count, count: pending.count))
        literals += pending
        pending = []
    }

    private mutating func append(_ command: Strategy.Command) {
        pending += Array("*\(command.arguments.count)\r\n".utf8)
        for argument in command.arguments { append(argument) }
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
                        resolved.append(.capture(captures.firstIndex(of: name)!))
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

    private mutating func sum(_ expression: Template.Expression) -> StrategyProgram.Sum {
        var constant = 0
        let start = terms.count
        for term in expression.terms {
            switch term.value {
            case .integer(let number): constant = term.isNegative ? constant &- number : constant &+ number
            case .variable(.units): constant = term.isNegative ? constant &- units : constant &+ units
            case .capture(let name):
                numericCaptures.insert(name)
                append(.capture(captures.firstIndex(of: name)!), term)
            case .reply(let element): append(.reply(element: element), term)
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

/// The little of Redis's wire protocol that commands need.
package enum RESP {
    /// One argument.
    package static func bulk(_ bytes: [UInt8]) -> [UInt8] {
        Array("$\(bytes.count)\r\n".utf8) + bytes + [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    /// A whole command.
    package static func command(_ arguments: [String]) -> [UInt8] {
        arguments.reduce(into: Array("*\(arguments.count)\r\n".utf8)) { $0 += bulk(Array($1.utf8)) }
    }
}

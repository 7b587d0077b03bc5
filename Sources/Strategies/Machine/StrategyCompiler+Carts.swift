internal import FlashSale

/// What a purchase with a cart asks for: a program is made for carts of each number of lines, so that only names and quantities are
/// left to an attempt.
extension StrategyCompiler {
    /// Arguments of `each: item`: those that name the item, or how much of it is wanted, once for each line.
    func forEachLine(_ arguments: [Template]) -> [Template] {
        arguments.flatMap { argument in
            let ofFirst = strategy.ofLine(1, argument)
            return ofFirst == argument ? [argument] : [ofFirst] + (1..<lines).map { strategy.ofLine($0 + 1, argument) }
        }
    }

    func forEachLine(_ call: Strategy.ScriptCall) -> Strategy.ScriptCall {
        guard call.isForEachLine else { return call }
        var call = call
        call.keys = forEachLine(call.keys)
        call.arguments = forEachLine(call.arguments)
        return call
    }

    /// What a value is that the lines of the cart say; nil for a number.
    mutating func ofCart(_ value: Template.Value) -> [Resolved]? {
        switch value {
        case .ofLine(let line, .variable(.item)): return [item(ofLine: line)]
        case .ofLine(let line, .key(let name)): return resolve(strategy.ofLine(line, key(name)))
        case .variable(.items): return listed { compiler, line in [compiler.item(ofLine: line)] }
        case .variable(.quantities): return listed { compiler, line in [compiler.quantity(ofLine: line)] }
        case .variable(.cart):
            let lines = listed { compiler, line in
                [
                    Self.text("{\"item\":\""), compiler.item(ofLine: line), Self.text("\",\"quantity\":"),
                    compiler.quantity(ofLine: line), Self.text("}"),
                ]
            }
            return [Self.text("[")] + lines + [Self.text("]")]
        default: return nil
        }
    }

    private static func text(_ text: String) -> Resolved { .text(Array(text.utf8)) }

    private mutating func listed(_ line: (inout StrategyCompiler, Int) -> [Resolved]) -> [Resolved] {
        var listed: [Resolved] = []
        for number in 1...lines { listed += (number > 1 ? [Self.text(",")] : []) + line(&self, number) }
        return listed
    }

    private func item(ofLine line: Int) -> Resolved {
        cartItems == nil ? Self.text(item) : .itemOfLine(min(line, lines) - 1)
    }

    private mutating func quantity(ofLine line: Int) -> Resolved {
        terms.append(.init(isNegative: false, source: quantitySource(ofLine: line)))
        return .sum(.init(constant: 0, start: terms.count - 1, count: 1))
    }

    func quantitySource(ofLine line: Int) -> StrategyProgram.Source {
        cartItems == nil ? .quantity : .quantityOfLine(min(line, lines) - 1)
    }

    /// Where the names of items, written in this way, begin in ``names``.
    mutating func nameRun(_ encoding: TextEncoding) -> Int {
        if let start = nameRuns[encoding] { return start }
        let start = names.count
        nameRuns[encoding] = start
        for name in cartItems ?? [] {
            let bytes = encoding.encode(Array(name.utf8))
            names.append(.init(start: literals.count, end: literals.count + bytes.count))
            literals += bytes
        }
        return start
    }

    // MARK: What is left

    /// What a rule says is left, where there is one number.
    mutating func remaining(_ rule: Strategy.Rule) -> StrategyProgram.Sum? {
        if let place = rule.remainders, cartItems == nil, rule.outcome == .won {
            return sum(remainder(place, ofLine: 0))
        }
        return rule.remaining.map { sum($0) }
    }

    /// The names of units that a rule gives. Of a cart it is one text in their place, what is left of the item of each line: `7,12,0`.
    mutating func units(_ rule: Strategy.Rule) -> StrategyProgram.Span {
        guard let place = rule.remainders, cartItems != nil else { return units(rule.unit) }
        let start = unitPieces.count
        var own: [StrategyProgram.UnitPiece] = []
        for line in 0..<lines {
            if line > 0 { own.append(.text(start: literal(","), count: 1)) }
            own.append(.number(sum(remainder(place, ofLine: line))))
        }
        unitPieces += own
        unitParts.append(.pieces(.init(start: start, end: unitPieces.count)))
        return .init(start: unitParts.count - 1, end: unitParts.count)
    }

    private func remainder(_ place: ReplyPath, ofLine line: Int) -> Template.Expression {
        .init(terms: [.init(value: .reply(place.element(line)))])
    }
}

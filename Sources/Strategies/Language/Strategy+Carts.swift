internal import FlashSale

/// Carts: several items in one purchase.
extension Strategy {
    /// A template with what a line of the cart says in place of `{item}`, `{quantity}` and keys that name the item.
    ///
    /// - Parameter line: from 1.
    func ofLine(_ line: Int, _ template: Template) -> Template {
        var template = template
        for index in template.pieces.indices {
            guard case .expression(var expression) = template.pieces[index] else { continue }
            for term in expression.terms.indices {
                expression.terms[term].value = ofLine(line, expression.terms[term].value)
            }
            template.pieces[index] = .expression(expression)
        }
        return template
    }

    private func ofLine(_ line: Int, _ value: Template.Value) -> Template.Value {
        switch value {
        case .variable(.item), .variable(.quantity): .ofLine(line, value)
        case .key(let name):
            keys.contains {
                $0.name == name
                    && ($0.template.values.contains(.variable(.item))
                        || $0.template.values.contains(.variable(.quantity)))
            } ? .ofLine(line, value) : value
        default: value
        }
    }

    /// Why purchases of this file cannot have carts, with a line of it; nil where they can.
    package var cartsProblem: (line: Int, words: String)? {
        let steps = buy + finally
        if namesUnits, let line = steps.first?.line {
            return (line, "unit: names units of one item; leave it out")
        }
        if shards != nil {
            return (steps.first?.line ?? 1, "shards: the stock of one item is on shelves; leave them out")
        }
        let asks = steps.contains { step in
            step.program != nil || step.calls.contains { $0.isForEachLine }
                || step.templates.contains(where: \.namesCart)
        }
        guard asks else {
            return (
                steps.first?.line ?? 1,
                "no step asks for what is in it: say {item 1}, {items} or {cart}, or each: item beside a command"
            )
        }
        for step in steps {
            // What `each: item` repeats is said of a line.
            let plain = step.calls.contains(where: \.isForEachLine) ? [] : step.templates
            if plain.contains(where: { template in template.values.contains { isOfItemAlone($0) } }) {
                return (
                    step.line,
                    "which line is meant has to be said: {item 1} in place of {item}, {KEY 1} in place of a key that names the item, or each: item beside the command"
                )
            }
            if step.templates.contains(where: { $0.values.contains(.variable(.units)) }) {
                return (step.line, "{units}: each item has units of its own, and this would be those of all of them")
            }
            if let rule = step.rules.first(where: { $0.remaining != nil }) {
                return (
                    rule.line,
                    "remaining: there is a number for each line: remaining: each reply[1] says where the reply has them, or leave it out"
                )
            }
            if case .finish(_, _?) = step.kind {
                return (step.line, "remaining: there is a number for each line; leave it out")
            }
        }
        return nil
    }

    /// How many lines of a cart the steps know, where they name each by its number; nil where something takes the whole cart.
    package var linesNamed: Int? {
        let steps = buy + finally
        let takesAll = steps.contains { step in
            step.program != nil || step.calls.contains(where: \.isForEachLine)
                || step.templates.flatMap(\.values).contains {
                    [.variable(.items), .variable(.quantities), .variable(.cart)].contains($0)
                }
        }
        return takesAll ? nil : steps.map(\.cartLine).max()
    }

    /// Whether it is of one item, and nothing says of which line's. A quantity by itself is that of the whole cart.
    private func isOfItemAlone(_ value: Template.Value) -> Bool {
        switch value {
        case .variable(.item): true
        case .key(let name): keys.contains { $0.name == name && $0.template.values.contains(.variable(.item)) }
        default: false
        }
    }
}

extension Strategy.Call {
    /// Whether arguments are repeated for each line of the cart.
    var isForEachLine: Bool {
        switch self {
        case .command(let command): command.isForEachLine
        case .script(let call): call.isForEachLine
        case .query: false
        }
    }
}

extension Template {
    /// Whether it asks for something of the cart.
    var namesCart: Bool {
        values.contains { value in
            switch value {
            case .ofLine, .variable(.items), .variable(.quantities), .variable(.cart): true
            default: false
            }
        }
    }
}

extension Strategy.Step {
    /// The last line of the cart that it names; 0 for none. It is left out where the cart has fewer.
    var cartLine: Int {
        templates.flatMap(\.values).reduce(0) { last, value in
            if case .ofLine(let line, _) = value { max(last, line) } else { last }
        }
    }
}

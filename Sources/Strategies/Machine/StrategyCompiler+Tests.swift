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

internal import FlashSale

/// Turns a ``Strategy`` into the tables of a ``StrategyProgram``.
struct StrategyCompiler {
    let strategy: Strategy
    let saleTag: String
    /// What `{item}` stands for.
    let item: String
    let units: Int
    let shelves: Shelves
    let readOnlyCommands: Set<String>
    let scriptHashes: [String: String]
    let think: Scenario.Range?
    /// The most that a purchase makes.
    var attempts = 1
    /// Lines of the cart of a purchase.
    var lines = 1
    /// The items that lines of a cart can be of; nil where a purchase has no cart, which is as one line of ``item``.
    var cartItems: [String]?
    /// Where the names of items stand in the literals, for each way to write them, one run after the other.
    var names: [StrategyProgram.Span] = []
    /// Where the run of each way begins.
    var nameRuns: [TextEncoding: Int] = [:]
    private let functions: SaleFunctions

    var literals: [UInt8] = []
    var parts: [StrategyProgram.Part] = []
    var pieces: [StrategyProgram.Piece] = []
    var terms: [StrategyProgram.Term] = []
    private(set) var steps: [StrategyProgram.Step] = []
    private(set) var rules: [StrategyProgram.Rule] = []
    private(set) var conditions: [StrategyProgram.Condition] = []
    private(set) var stepCaptures: [StrategyProgram.Capture] = []
    var unitParts: [StrategyProgram.UnitPart] = []
    var unitPieces: [StrategyProgram.UnitPiece] = []
    var tests: [ReplyTest] = []
    var pathSteps: [StrategyProgram.PathStep] = []
    var patterns: [String] = []
    /// Where the steps of a phase end, and those of the next begin.
    private(set) var buyEnd = 0
    private(set) var payEnd = 0
    private(set) var finallyStart = 0
    private(set) var captures: [String] = []
    /// Where no step joins the one before.
    private var boundaries: Set<Int> = []
    /// Captures that are added, subtracted, compared or taken for the units left.
    var numericCaptures: Set<String> = []
    /// Captures whose text is sent or compared, by their index.
    var textCaptures: Set<Int> = []
    /// Whether a header or a cookie of a service's answer is looked at.
    var usesHeaders = false
    /// Bytes that are the same for every attempt, collected until a part that varies.
    var pending: [UInt8] = []

    init(
        strategy: Strategy, saleTag: String, item: String? = nil, units: Int,
        readOnlyCommands: Set<String>,
        scriptHashes: [String: String] = [:], think: Scenario.Range?
    ) {
        self.strategy = strategy
        self.saleTag = saleTag
        self.item = item ?? strategy.firstItem
        self.units = units
        shelves = strategy.shelves(units: units)
        self.readOnlyCommands = readOnlyCommands
        self.scriptHashes = scriptHashes
        self.think = think
        functions = SaleFunctions(saleTag: saleTag)
    }

    /// What is drawn once for each attempt. A sale that leaves nothing to draw from is refused before.
    var draws: [StrategyProgram.Draw] {
        strategy.draws.map { draw in
            let range = draw.range(units: units) ?? 0...0
            return .init(lower: range.lowerBound, upper: range.upperBound)
        }
    }

    mutating func compile() {
        let later = strategy.later.flatMap(\.steps)
        captures = (strategy.signIn + strategy.buy).flatMap(\.captures).map(\.name)
        for name in later.flatMap(\.captures).map(\.name) where !captures.contains(name) { captures.append(name) }
        for step in strategy.buy { compile(step) }
        buyEnd = steps.count
        boundaries.insert(buyEnd)
        for own in strategy.later where own.phase == .pay { for step in own.steps { compile(step) } }
        payEnd = steps.count
        boundaries.insert(payEnd)
        for own in strategy.later where own.phase == .cancel { for step in own.steps { compile(step) } }
        finallyStart = steps.count
        boundaries.insert(finallyStart)
        for step in strategy.finally { compile(step) }
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
            append(command.isForEachLine ? forEachLine(command.arguments) : command.arguments)
            compiled.replies = 1
            compiled.hasNoEffect = hasNoEffect(command)
            compiled.watches = command.name == "WATCH"
        case .atomically(let commands):
            compiled.kind = .transaction
            pending += RESP.command(["MULTI"])
            for command in commands { append(command.arguments) }
            pending += RESP.command(["EXEC"])
            compiled.replies = commands.count + 2
            compiled.hasNoEffect = commands.allSatisfy(hasNoEffect)
        case .script(let call):
            compiled.kind = .script
            append(strategy.wire(forEachLine(call), hashes: scriptHashes, functions: functions))
            compiled.replies = 1
            setReload(of: &compiled, call)
        case .http(let request):
            compiled.kind = .http
            append(request)
            compiled.replies = 1
            compiled.hasNoEffect = request.hasNoEffect
        case .program:
            compiled.kind = .program
            appendQuestion()
            compiled.replies = 1
        case .command(let call):
            compiled.kind = .command
            append(call)
            compiled.replies = 1
        case .finish(let outcome, let remaining):
            compiled.kind = .finish
            compiled.outcome = outcome
            compiled.remaining = remaining.map { sum($0) }
            compiled.units = units(step.unit)
        }
        flush()
        compiled.parts = .init(start: firstPart, end: parts.count)
        let templates =
            step.calls.flatMap(\.templates) + (step.request?.templates ?? []) + (step.command?.arguments ?? [])
        compiled.needs = bits(of: templates.flatMap(\.values))
        if step.cartLine > lines {
            // What is not in the cart is not asked for: no condition of none holds.
            conditions.append(.init(needs: 0, test: .any(.init(start: 0, end: 0))))
            compiled.condition = conditions.count - 1
        } else if let condition = step.condition {
            let compiledCondition = self.condition(condition)
            conditions.append(compiledCondition)
            compiled.condition = conditions.count - 1
        }
        let firstRule = rules.count
        for rule in step.rules {
            let test = test(rule.matcher)
            let (remaining, units) = (remaining(rule), units(rule))
            rules.append(
                .init(
                    test: test, namesErrors: rule.matcher.namesErrors, outcome: rule.outcome,
                    remaining: remaining, units: units))
        }
        compiled.rules = .init(start: firstRule, end: rules.count)
        let firstCapture = stepCaptures.count
        for capture in step.captures {
            let path = path(capture.path)
            stepCaptures.append(.init(index: index(of: capture.name), path: path))
        }
        compiled.captures = .init(start: firstCapture, end: stepCaptures.count)
        compiled.joinsPrevious = joinsPrevious(compiled)
        steps.append(compiled)
    }

    func index(of capture: String) -> Int {
        guard let index = captures.firstIndex(of: capture) else {
            preconditionFailure("the parser lets no unknown capture pass")
        }
        return index
    }

    /// A step without effect may go out together with the one before, if that one's reply decides nothing.
    private func joinsPrevious(_ step: StrategyProgram.Step) -> Bool {
        guard let previous = steps.last, !boundaries.contains(steps.count) else { return false }
        return previous.kind == .send && step.kind == .send && step.hasNoEffect && previous.hasNoEffect
            && previous.rules.isEmpty && previous.captures.isEmpty
            && step.condition < 0
    }

    private func hasNoEffect(_ command: Strategy.Command) -> Bool {
        StrategyProgram.harmless.contains(command.name) || readOnlyCommands.contains(command.name)
    }

    /// What the step sends if the server does not know its script or function.
    private mutating func setReload(of step: inout StrategyProgram.Step, _ call: Strategy.ScriptCall) {
        var commands: [[String]] = []
        switch call.callee {
        case .script(let name):
            guard let script = strategy.script(named: name), !script.isSentWhole, scriptHashes[name] != nil else {
                return
            }
            commands = [["SCRIPT", "LOAD", script.text]]
        case .function:
            commands = strategy.libraries.map { ["FUNCTION", "LOAD", functions.text(of: $0.text)] }
        }
        let start = literals.count
        for command in commands { literals += RESP.command(command) }
        step.reload = .init(start: start, end: literals.count)
        step.reloadReplies = commands.count
    }

    private mutating func condition(_ condition: Strategy.Condition) -> StrategyProgram.Condition {
        switch condition {
        case .taken(let name): return .init(needs: 1 << UInt64(index(of: name)), test: .taken)
        case .notTaken(let name): return .init(needs: 1 << UInt64(index(of: name)), test: .notTaken)
        case .compare(let left, let comparison, let right):
            let needs = bits(of: (left.terms + right.terms).map(\.value))
            let (left, right) = (sum(left), sum(right))
            return .init(needs: needs, test: .compare(left, comparison, right))
        case .text(let name, let text, let isNegated):
            textCaptures.insert(index(of: name))
            return .init(
                needs: 1 << UInt64(index(of: name)),
                test: .text(
                    capture: index(of: name), start: literal(text), count: text.utf8.count, isNegated: isNegated))
        // Each part has captures of its own to look for.
        case .all(let parts): return .init(needs: 0, test: .all(run(of: parts)))
        case .any(let parts): return .init(needs: 0, test: .any(run(of: parts)))
        }
    }

    /// Puts conditions into the table, one behind the other.
    private mutating func run(of parts: [Strategy.Condition]) -> StrategyProgram.Span {
        let compiled = parts.map { condition($0) }
        conditions += compiled
        return .init(start: conditions.count - compiled.count, end: conditions.count)
    }

    /// The captures among values, those of keys included, one bit each.
    private func bits(of values: [Template.Value]) -> UInt64 {
        values.reduce(0) { bits, value in
            if case .capture(let name) = value { bits | 1 << UInt64(index(of: name)) } else { bits }
        }
    }

    mutating func literal(_ text: String) -> Int {
        literals += Array(text.utf8)
        return literals.count - text.utf8.count
    }
}

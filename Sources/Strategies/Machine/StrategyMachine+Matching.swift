internal import _StringProcessing

/// Which rule a reply meets, and what is at a place in it.
///
/// What runs for every reply is `mutating` although it changes nothing, because the compiler copies the whole machine
/// for a borrowing function.
extension StrategyMachine {
    mutating func match(
        _ step: UnsafePointer<StrategyProgram.Step>, with reply: borrowing Reply, onlyRulesForErrors: Bool
    ) -> Result? {
        var index = step.pointee.rules.start
        let end = step.pointee.rules.end
        while index < end {
            // The parser lets no rule be without a test.
            let rule = tables.rules.baseAddress! + index
            index += 1
            if onlyRulesForErrors, !rule.pointee.namesErrors { continue }
            guard passes(tables.tests[rule.pointee.test], in: reply, at: Reply.root) else { continue }
            counts.countMatch(ofRule: index &- 1)
            guard rule.pointee.units.isEmpty else { return named(rule, reply) }
            guard let remaining = rule.pointee.remaining else { return Result(rule.pointee.outcome) }
            return Result(rule.pointee.outcome, remaining: value(of: remaining, reply))
        }
        return nil
    }

    /// Whether the value at `node` of `reply` passes.
    @inline(__always)
    mutating func passes(_ test: ReplyTest, in reply: borrowing Reply, at node: Int) -> Bool {
        let kind = reply.kind(at: node)
        switch test {
        case .integers(let from, let through):
            guard let value = reply.integer(at: node) else { return false }
            return value >= from && value <= through
        case .notEqual(let number):
            guard let value = reply.integer(at: node) else { return false }
            return value != number
        case .null: return kind == .null
        case .ok: return kind == .status && reply.textIsOK(at: node)
        case .empty:
            return (kind == .string && reply.textCount(at: node) == 0)
                || (kind == .array && reply.elementCount(at: node) == 0)
        case .text(let start, let count):
            return (kind == .string || kind == .status) && reply.text(at: node, equals: literal(start, count))
        case .array: return kind == .array
        case .any: return kind != .error
        case .error(let start, let count):
            return kind == .error && reply.text(at: node, startsWithWord: literal(start, count))
        case .compare, .pattern, .element, .named, .both, .json: return passesSlowly(test, in: reply, at: node)
        }
    }

    @inline(never)
    private mutating func passesSlowly(_ test: ReplyTest, in reply: borrowing Reply, at node: Int) -> Bool {
        switch test {
        case .compare(let comparison, let sum):
            guard let value = reply.integer(at: node), let other = self.value(of: sum, reply) else { return false }
            return comparison.holds(value, other)
        case .pattern(let index):
            guard reply.kind(at: node) == .string || reply.kind(at: node) == .status else { return false }
            return patterns[index].hasMatch(in: reply.string(at: node))
        case .element(let position, let inner):
            guard let element = reply.element(position, of: node) else { return false }
            return passes(tables.tests[inner], in: reply, at: element)
        case .named(let start, let count, let inner):
            guard let value = reply.value(named: literal(start, count), among: node) else { return false }
            return passes(tables.tests[inner], in: reply, at: value)
        case .both(let first, let second):
            return passes(tables.tests[first], in: reply, at: node) && passes(tables.tests[second], in: reply, at: node)
        case .json(let path, let inner): return passes(inner, along: path, in: reply, at: node)
        default: return passes(test, in: reply, at: node)
        }
    }

    private func literal(_ start: Int, _ count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: tables.literals[start..<start + count])
    }

    // MARK: JSON

    private mutating func passes(
        _ test: ReplyTest.JSONTest, along path: StrategyProgram.Path, in reply: borrowing Reply, at node: Int
    ) -> Bool {
        var other: Int?
        if case .compare(_, let sum) = test { other = value(of: sum, reply) }
        return withJSON(at: path, in: reply, node: node) { scanner, value in
            switch test {
            case .exists: return true
            case .null: return value == .null
            case .boolean(let expected): return value == .boolean(expected)
            case .text(let start, let count, let isNegated):
                guard case .text(let range, let hasEscapes) = value else { return false }
                return scanner.text(range, hasEscapes: hasEscapes, equals: literal(start, count)) != isNegated
            case .integers(let from, let through):
                guard let number = Self.number(value, scanner) else { return false }
                return number >= from && number <= through
            case .notEqual(let expected):
                guard let number = Self.number(value, scanner) else { return false }
                return number != expected
            case .compare(let comparison, _):
                guard let number = Self.number(value, scanner), let other else { return false }
                return comparison.holds(number, other)
            }
        } ?? false
    }

    /// A number, or text that is one.
    static func number(_ value: JSONScanner.Value, _ scanner: borrowing JSONScanner) -> Int? {
        switch value {
        case .integer(let number): number
        case .text(let range, _): Reply.integer(scanner.bytes[range])
        case .otherNumber, .boolean, .null, .array, .object: nil
        }
    }

    /// Looks at the JSON value at the end of a path; nil where there is none.
    func withJSON<Found>(
        at path: StrategyProgram.Path, in reply: borrowing Reply, node: Int,
        _ look: (borrowing JSONScanner, JSONScanner.Value) -> Found?
    ) -> Found? {
        guard let node = self.node(path, reply, from: node),
            reply.kind(at: node) == .string || reply.kind(at: node) == .status
        else { return nil }
        return reply.withText(at: node) { bytes in
            var scanner = JSONScanner(bytes)
            guard scanner.root() != nil else { return nil }
            for index in path.start + path.count..<path.start + path.count + path.jsonCount {
                switch tables.pathSteps[index] {
                case .named: return nil
                case .element(let position): guard scanner.enter(element: position) else { return nil }
                case .field(let start, let count):
                    guard scanner.enter(field: literal(start, count)) else { return nil }
                }
            }
            guard let value = scanner.peek() else { return nil }
            return look(scanner, value)
        }
    }

    // MARK: Places

    /// The node at the end of a path into arrays; nil where there is none.
    @inline(__always)
    func node(_ path: StrategyProgram.Path, _ reply: borrowing Reply, from start: Int = Reply.root) -> Int? {
        var node = start
        for index in path.start..<path.start + path.count {
            guard let next = step(tables.pathSteps[index], in: reply, from: node) else { return nil }
            node = next
        }
        return node
    }

    @inline(__always)
    private func step(_ step: StrategyProgram.PathStep, in reply: borrowing Reply, from node: Int) -> Int? {
        switch step {
        case .element(let position): reply.element(position, of: node)
        case .named(let start, let count): reply.value(named: literal(start, count), among: node)
        case .field: nil
        }
    }

    /// The number at a place in the reply.
    mutating func number(at path: StrategyProgram.Path, _ reply: borrowing Reply) -> Int? {
        if path.isJSON { return numberInJSON(at: path, reply) }
        if path.count == 0 { return reply.integer() }
        return node(path, reply).flatMap { reply.integer(at: $0) }
    }

    @inline(never)
    private func numberInJSON(at path: StrategyProgram.Path, _ reply: borrowing Reply) -> Int? {
        withJSON(at: path, in: reply, node: Reply.root) { Self.number($1, $0) }
    }
}

/// A ``Matcher`` made ready: plain memory, its texts among the program's literals and its parts among the tests.
enum ReplyTest: Equatable, BitwiseCopyable {
    case integers(from: Int, through: Int)
    case notEqual(Int)
    case compare(Comparison, StrategyProgram.Sum)
    case null
    case ok
    case empty
    case text(start: Int, count: Int)
    /// An index among the machine's regular expressions.
    case pattern(Int)
    case array
    case any
    case error(start: Int, count: Int)
    case element(Int, test: Int)
    /// A test of the value after a name in a service's headers.
    case named(start: Int, count: Int, test: Int)
    /// Indexes of two tests.
    case both(Int, Int)
    case json(StrategyProgram.Path, JSONTest)

    enum JSONTest: Equatable, BitwiseCopyable {
        case exists
        case integers(from: Int, through: Int)
        case notEqual(Int)
        case compare(Comparison, StrategyProgram.Sum)
        case text(start: Int, count: Int, isNegated: Bool)
        case boolean(Bool)
        case null
    }
}

/// A regular expression of a matcher. Each machine has its own, so that threads share none.
struct ReplyPattern {
    private let regex: Regex<AnyRegexOutput>?

    /// - Parameter text: one that the parser has let pass.
    init(_ text: String) { regex = try? Regex(text) }

    func hasMatch(in text: String) -> Bool {
        guard let regex else { return false }
        return text.contains(regex)
    }
}

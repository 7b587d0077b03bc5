internal import Strategies

/// Which replies decide what an attempt does later, and which flow into what it sends.
///
/// A reply decides where an outcome of its step would have ended the attempt, or where a condition (`if:`) asks for what was
/// captured from it.
struct DecisionFlow {
    /// What a decision asks of a reply.
    enum Question: Int, Comparable {
        /// Only whether anything is there.
        case existence
        case value

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// For each section: the sections before it that decided that it is sent, or flow into it.
    private(set) var deciders: [[Int: Question]] = []
    /// For each section: the sections before it whose replies it sends.
    private(set) var sources: [Set<Int>] = []

    private let strategy: Strategy
    private let steps: [Strategy.Step]
    /// What has decided so far that the attempt goes on.
    private var path: [Int: Question] = [:]
    private var captures: [String: Set<Int>] = [:]

    init(_ trace: AttemptTrace, _ strategy: Strategy) {
        self.strategy = strategy
        steps = strategy.buy + strategy.finally
        var next = 0
        for (index, section) in trace.sections.enumerated() {
            if section.step >= strategy.buy.count, next < strategy.buy.count {
                // Every exit comes here, however the attempt went.
                path = [:]
                next = strategy.buy.count
            }
            while next < section.step {
                passOver(steps[next])
                next += 1
            }
            take(section, index)
            next = section.step + 1
        }
    }

    /// A step that was skipped might have ended the attempt.
    private mutating func passOver(_ step: Strategy.Step) {
        guard let condition = step.condition, canEnd(step) else { return }
        for section in replies(behind: condition.captureNames) { path[section] = .value }
    }

    private func canEnd(_ step: Strategy.Step) -> Bool {
        if case .finish = step.kind { return true }
        return !step.rules.isEmpty
    }

    private mutating func take(_ section: AttemptTrace.Section, _ index: Int) {
        let step = steps[section.step]
        let sent = replies(behind: strategy.captureNames(in: step.calls.flatMap(\.templates)))
        let asked = replies(behind: step.condition?.captureNames ?? [])
        var decided = path
        for other in sent.union(asked) { decided[other] = .value }
        deciders.append(decided)
        sources.append(sent)
        let rules = step.rules.filter { !$0.matcher.namesErrors }
        if !rules.isEmpty {
            for other in asked { path[other] = .value }
            for rule in rules {
                for other in replies(behind: rule.matcher.expressions.flatMap(\.captureNames)) { path[other] = .value }
            }
            let asksOnlyWhetherAnythingIsThere = rules.allSatisfy { $0.matcher == .null || $0.matcher == .empty }
            path[index] = max(path[index] ?? .existence, asksOnlyWhetherAnythingIsThere ? .existence : .value)
            if step.isEcho { for other in sent { path[other] = .value } }
        }
        for capture in step.captures { captures[capture.name] = sent.union(asked).union([index]) }
    }

    private func replies(behind names: some Sequence<String>) -> Set<Int> {
        names.reduce(into: []) { $0.formUnion(captures[$1] ?? []) }
    }
}

extension Strategy {
    /// The values that templates use, those of keys included.
    func values(in templates: [Template]) -> [Template.Value] {
        templates.flatMap(\.values).flatMap { value -> [Template.Value] in
            guard case .key(let name) = value, let key = keys.first(where: { $0.name == name }) else { return [value] }
            return key.template.values
        }
    }

    func captureNames(in templates: [Template]) -> [String] { values(in: templates).compactMap(\.captureName) }
}

extension Strategy.Step {
    /// Whether its reply is what it sends.
    var isEcho: Bool {
        if case .send(let command) = kind { command.name == "ECHO" } else { false }
    }
}

extension Strategy.Condition {
    var captureNames: [String] {
        switch self {
        case .taken(let name), .notTaken(let name), .text(capture: let name, equals: _, isNegated: _): [name]
        case .compare(let left, _, let right): left.captureNames + right.captureNames
        case .all(let parts), .any(let parts): parts.flatMap(\.captureNames)
        }
    }

    /// Captures whose value it compares; that one was taken says little.
    var comparedNames: [String] {
        switch self {
        case .taken, .notTaken: []
        case .all(let parts), .any(let parts): parts.flatMap(\.comparedNames)
        case .compare, .text: captureNames
        }
    }
}

extension Template.Expression {
    var captureNames: [String] { terms.compactMap { $0.value.captureName } }
}

extension Template.Value {
    var captureName: String? {
        if case .capture(let name) = self { name } else { nil }
    }
}

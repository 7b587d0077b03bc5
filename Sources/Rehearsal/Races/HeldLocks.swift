internal import FlashSale
internal import Strategies

/// What keeps others away between two sections of an attempt: a WATCH, or a lock that is held around both.
struct HeldLocks {
    /// Why what looks like a lock does not keep others away.
    enum Weakness: Equatable {
        case lapses(lock: String, leaseMilliseconds: Int, thinkMilliseconds: Int)
        case isOfEachBuyer(lock: String)
        case releasedByAnybody(lock: String)
        case releasedBefore(lock: String)
    }

    private struct Lock {
        var section: Int
        var item: KeyAccess.Item
        var marks: Set<String>
        var command: [String]
        var leaseMilliseconds: Int?
    }

    private let trace: AttemptTrace
    private let steps: [Strategy.Step]
    private let buySteps: Int
    private let places: MeetingPlaces
    private let thinkTime: Scenario.Range?
    private var locks: [Lock] = []

    /// - Parameters:
    ///   - tokens: lists and sets into which `open:` puts one element only: who has it holds the lock.
    ///   - thinkTime: in place of the file's own.
    init(
        _ trace: AttemptTrace, _ strategy: Strategy, _ places: MeetingPlaces, tokens: Set<String>,
        thinkTime: Scenario.Range?
    ) {
        self.trace = trace
        steps = strategy.buy + strategy.finally
        buySteps = strategy.buy.count
        self.places = places
        self.thinkTime = thinkTime
        for (index, section) in trace.sections.enumerated() {
            for access in section.accesses where isTaking(access, in: index, tokens) {
                locks.append(
                    Lock(
                        section: index, item: access.access.item, marks: places.marks(of: access, section),
                        command: access.command, leaseMilliseconds: access.access.leaseMilliseconds))
            }
        }
    }

    private func isTaking(_ access: AttemptTrace.Access, in index: Int, _ tokens: Set<String>) -> Bool {
        let section = trace.sections[index]
        let item = access.access.item
        guard section.kind != .transaction, steps[section.step].judges(access.access.effect, by: steps) else {
            return false
        }
        switch access.access.effect {
        case .create: return true
        case .add: return item.part != nil
        case .pop: return tokens.contains(item.key)
        case .delta: return isRemoved(item, after: index)
        case .overwrite: return section.kind == .script && section.reads(item) && isRemoved(item, after: index)
        default: return false
        }
    }

    private func isRemoved(_ item: KeyAccess.Item, after index: Int) -> Bool {
        trace.sections[(index + 1)...].contains { section in
            section.accesses.contains { $0.access.effect == .remove && $0.access.item == item }
        }
    }

    /// Whether somebody who changes what section `first` read, before section `second` writes it, is kept away or noticed.
    ///
    /// - Parameters:
    ///   - marks: what makes the item differ from one attempt to another.
    ///   - weakness: why a lock that is there does not help.
    func protect(
        _ key: String, marks: Set<String>, from first: Int, to second: Int, weakness: inout Weakness?
    ) -> Bool {
        if isWatched(key, from: first, to: second) { return true }
        for lock in locks where lock.section <= first {
            guard let weak = self.weakness(of: lock, marks: marks, to: second) else { return true }
            weakness = weak
        }
        return false
    }

    private func isWatched(_ key: String, from first: Int, to second: Int) -> Bool {
        guard trace.sections[second].kind == .transaction else { return false }
        // The nearest end of a watch before the write; what was watched after it counts.
        let start = (trace.sections[..<second].lastIndex { $0.endsWatch } ?? -1) + 1
        guard start <= first else { return false }
        return trace.sections[start..<first].contains { $0.watched.contains(key) }
    }

    private func weakness(of lock: Lock, marks: Set<String>, to second: Int) -> Weakness? {
        let text = lock.command.joined(separator: " ")
        guard lock.marks.isSubset(of: marks) else { return .isOfEachBuyer(lock: text) }
        var lease = lock.leaseMilliseconds
        var start = trace.sections[lock.section].step
        for section in trace.sections[(lock.section + 1)..<second] {
            for access in section.accesses where access.access.item == lock.item {
                if case .lease(let milliseconds) = access.access.effect {
                    lease = milliseconds
                    start = section.step
                } else if access.access.effect.isWrite {
                    return .releasedBefore(lock: text)
                }
            }
        }
        let think = thinking(from: start, to: trace.sections[second].step)
        if let lease, lease * 1000 <= think {
            return .lapses(lock: text, leaseMilliseconds: lease, thinkMilliseconds: (think + 999) / 1000)
        }
        return isReleasedByAnybody(lock) ? .releasedByAnybody(lock: text) : nil
    }

    /// The most time to think between two steps, in microseconds.
    private func thinking(from first: Int, to last: Int) -> Int {
        steps[first..<max(first, last)].reduce(0) { sum, step in
            guard case .think(let own) = step.kind else { return sum }
            return sum + ((thinkTime ?? own)?.max ?? 0)
        }
    }

    /// Whether `finally:` removes the lock whoever holds it: then those who did not get it remove it too.
    private func isReleasedByAnybody(_ lock: Lock) -> Bool {
        trace.sections.contains { section in
            section.step >= buySteps && steps[section.step].condition == nil && section.kind == .command
                && section.accesses.contains { $0.access.effect == .remove && $0.access.item.meets(lock.item) }
        }
    }
}

extension Strategy.Step {
    /// Whether the file looks at what the reply says of a write with that effect.
    func judges(_ effect: KeyAccess.Effect, by steps: [Strategy.Step]) -> Bool {
        if rules.contains(where: { $0.matcher.judges(effect) }) { return true }
        let compared = Set(steps.compactMap(\.condition).flatMap(\.comparedNames))
        return captures.contains { compared.contains($0.name) }
    }
}

extension Matcher {
    fileprivate func judges(_ effect: KeyAccess.Effect) -> Bool {
        switch self {
        case .integers, .notEqual, .compare, .text, .pattern, .json, .element, .named, .both, .empty: true
        case .null: effect == .pop || effect == .create
        case .ok: effect == .create
        case .array, .any, .error: false
        }
    }
}

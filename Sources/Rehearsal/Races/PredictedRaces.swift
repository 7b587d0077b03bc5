internal import FlashSale
internal import Strategies

/// Races that the commands of buyers who came one after the other show: a read whose value decides a later write to the same
/// place, with nothing around both that keeps another buyer out.
///
/// The idea is that of 2AD (Warszawski and Bailis, "ACIDRain", SIGMOD 2017): lay two copies of one trace beside each other, and
/// ask whether the second can change what the first has read before the first writes. What an atomic write's own reply decides
/// again is no race.
struct PredictedRaces {
    struct Race: Equatable {
        /// Counted through `buy` and then `finally`.
        var readStep: Int
        var writeStep: Int
        var read: [String]
        var write: [String]
        var company: MeetingPlaces.Company
        /// Whether the second write removes what the first one did.
        var overwrites: Bool
        var weakness: HeldLocks.Weakness?
    }

    private let strategy: Strategy
    private let steps: [Strategy.Step]
    private let tokens: Set<String>
    private let thinkTime: Scenario.Range?
    private let buyersComeTwice: Bool

    /// - Parameters:
    ///   - open: the commands that opened the sale.
    ///   - scenario: of the run that is to follow; nil where there is none.
    init(_ strategy: Strategy, open: [RehearsalRecord.Exchange], scenario: Scenario?) {
        self.strategy = strategy
        steps = strategy.buy + strategy.finally
        thinkTime = scenario?.thinkTimeMicroseconds ?? strategy.load.thinkTimeMicroseconds
        let purchases = scenario?.purchasesPerBuyer ?? strategy.load.purchasesPerBuyer ?? 1
        buyersComeTwice = purchases > 1 || strategy.limit != nil || strategy.idempotency == .buyer
        let pushed = open.flatMap { KeyAccess.of($0.command).filter { $0.effect == .add } }
        let isOne = { (command: [String]) in command.count == 3 }
        let single = open.filter { isOne($0.command) }.flatMap { KeyAccess.of($0.command).filter { $0.effect == .add } }
        tokens = Set(single.map(\.item.key).filter { key in pushed.count { $0.item.key == key } == 1 })
    }

    /// The races of all visits, each pair of steps once.
    func found(in visits: [RehearsalRecord.Visit]) -> [Race] {
        let traces = visits.map { AttemptTrace($0, strategy) }
        let places = MeetingPlaces(traces, strategy, buyersComeTwice: buyersComeTwice)
        var races: [Race] = []
        for trace in traces {
            for race in found(in: trace, places)
            where !races.contains(where: { $0.readStep == race.readStep && $0.writeStep == race.writeStep }) {
                races.append(race)
            }
        }
        return races
    }

    private func found(in trace: AttemptTrace, _ places: MeetingPlaces) -> [Race] {
        let flow = DecisionFlow(trace, strategy)
        let locks = HeldLocks(trace, strategy, places, tokens: tokens, thinkTime: thinkTime)
        var races: [Race] = []
        for (second, section) in trace.sections.enumerated() {
            for (index, write) in section.accesses.enumerated() where write.access.effect.isWrite {
                // A script that reads for itself decides by what it reads.
                if section.kind == .script, section.reads(write.access.item, before: index) { continue }
                if let race = race(of: write, at: second, trace, flow, locks, places) { races.append(race) }
            }
        }
        return races
    }

    private func race(
        of write: AttemptTrace.Access, at second: Int, _ trace: AttemptTrace, _ flow: DecisionFlow, _ locks: HeldLocks,
        _ places: MeetingPlaces
    ) -> Race? {
        let section = trace.sections[second]
        let marks = places.marks(of: write, section)
        var weakness: HeldLocks.Weakness?
        // The last read of each kind is what counts; one before a lock is only a first look.
        for first in flow.deciders[second].keys.sorted(by: >) {
            guard let read = reading(write.access.item, in: trace.sections[first]) else { continue }
            // Who looks at all parts meets everybody who writes one.
            let looksAtAll = read.access.item.part == nil && write.access.item.part != nil
            let company = places.company(at: write, section, in: trace, keyOnly: looksAtAll)
            guard company != .none else { continue }
            if locks.protect(write.access.item.key, marks: marks, from: first, to: second, weakness: &weakness) {
                return nil
            }
            let decision = Decision(
                question: flow.deciders[second][first] ?? .value, isSource: flow.sources[second].contains(first),
                reply: trace.sections[first].reply)
            if looksAtAll, !decision.isSource, isDecidedAgain(after: first, before: second, trace, flow) { continue }
            guard canBeWrong(decision, read.access.effect, write, section) else { continue }
            return Race(
                readStep: trace.sections[first].step, writeStep: section.step, read: read.command,
                write: write.command, company: company,
                overwrites: write.access.effect == .overwrite && !looksAtAll, weakness: weakness)
        }
        return nil
    }

    /// Whether the answer of an atomic write in between decides that the attempt may go on: a count of what is there, which was
    /// looked at before, is then only a first look.
    private func isDecidedAgain(
        after first: Int, before second: Int, _ trace: AttemptTrace, _ flow: DecisionFlow
    ) -> Bool {
        flow.deciders[second].keys.contains { index in
            index > first
                && trace.sections[index].accesses.contains { access in
                    access.access.effect.isWrite && access.access.effect != .overwrite
                        && steps[trace.sections[index].step].judges(access.access.effect, by: steps)
                }
        }
    }

    /// What reads an item in a section: a read, or the reply of a number that was counted on.
    private func reading(_ item: KeyAccess.Item, in section: AttemptTrace.Section) -> AttemptTrace.Access? {
        let there = section.accesses.filter { $0.access.item.meets(item) }
        if let write = there.first(where: { $0.access.effect.isWrite }) { return write }
        return there.first { $0.access.effect.isRead }
    }

    private struct Decision {
        var question: DecisionFlow.Question
        /// Whether what was read is sent with the write.
        var isSource: Bool
        var reply: String
    }

    /// Whether a write of somebody else after the read makes this one wrong.
    private func canBeWrong(
        _ decision: Decision, _ read: KeyAccess.Effect, _ write: AttemptTrace.Access, _ section: AttemptTrace.Section
    ) -> Bool {
        let effect = write.access.effect
        let isJudged = steps[section.step].judges(effect, by: steps)
        if read.isWrite {
            // Who took and gives back has read nothing; who writes down what a counter said overwrites who came after.
            return effect == .overwrite && decision.isSource && (read == .delta || read == .overwrite)
        }
        if decision.question == .existence || read == .existence {
            let wasThere = decision.reply != "(nil)" && decision.reply != "(integer) 0"
            if wasThere, effect != .remove, effect != .pop { return false }
        }
        switch effect {
        case .overwrite:
            // HSET and SETBIT say whether something was there.
            return decision.isSource || !isJudged || write.access.item.part == nil
        case .delta, .remove, .pop: return !isJudged
        case .add:
            let name = write.command.first?.uppercased()
            let tellsCount = name == "RPUSH" || name == "LPUSH"
            let asksForPart = read == .read && write.access.item.part != nil
            return !(isJudged && (tellsCount || asksForPart))
        case .create, .lease, .read, .count, .existence: return false
        }
    }
}

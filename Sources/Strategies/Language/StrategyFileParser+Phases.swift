internal import FlashSale
internal import Yams

/// `phases:`: purchases that take their time.
extension StrategyFileParser {
    /// The longest hold: a run waits as long at its end.
    private static var longestLapseNanoseconds: UInt64 { 600_000_000_000 }

    /// The steps of the phases, wherever the file has them.
    struct Phases {
        var reserve: [Strategy.Step]
        var later: [Strategy.Later] = []
        var crossing = 0
    }

    /// What a purchase does: `buy:`, or `phases:`, or both where `buy:` says how to reserve.
    mutating func purchase(
        _ entries: [String: Node], at root: Node
    ) throws(StrategyFileError) -> Phases {
        guard let node = entries["phases"] else {
            return Phases(reserve: try steps(try reader.required(entries, key: "buy", of: "a strategy file", at: root)))
        }
        let phases = try reader.map(node, of: "phases", known: ["reserve", "pay", "cancel"])
        if let buy = entries["buy"], phases["reserve"] != nil {
            throw reader.error("buy: and reserve: under phases: say the same thing; leave one of them out", buy)
        }
        guard let first = phases["reserve"] ?? entries["buy"] else {
            throw reader.error(
                "phases: reserve: is wanted, the steps that put units on hold (or buy: beside phases:)", node)
        }
        guard phases["pay"] != nil else {
            throw reader.error(
                "phases: no purchase would ever end, since nothing pays; pay: is wanted, such as pay: { share: 60%, after: 20ms..200ms, steps: [ … ] }",
                node)
        }
        try checkPhases(entries, node)
        var found = Phases(reserve: try steps(first, of: phases["reserve"] == nil ? "buy" : "reserve"))
        for index in found.reserve.indices { try hold(&found.reserve[index]) }
        let kept = captures
        for phase in [AttemptPhase.pay, .cancel] {
            guard let own = phases[phase.word] else { continue }
            captures = kept
            found.later.append(try later(own, phase, &found.crossing))
        }
        let shares = found.later.reduce(0) { $0 + $1.part.share }
        guard shares <= PhasePlan.whole else {
            throw reader.error(
                "phases: the shares of pay: and cancel: are \(Self.percent(shares)) together; at most 100% can follow a hold",
                node)
        }
        return found
    }

    /// - Throws: ``StrategyFileError`` where the file says something that phases do not go with.
    private func checkPhases(_ entries: [String: Node], _ node: Node) throws(StrategyFileError) {
        guard let lapses = entries["lapses"] else {
            throw reader.error(
                "phases: lapses: is wanted at the top of the file, the least time after which a hold that nobody pays for comes back, such "
                    + "as lapses: 5s; without it a purchase that is left alone never ends", node)
        }
        guard try self.lapses(lapses) <= Self.longestLapseNanoseconds else {
            throw reader.error(
                "lapses: a run with phases: waits at its end until holds have lapsed, 10 minutes at most; let the shop hold for less while it is tested",
                lapses)
        }
        for key in ["shards", "cart", "idempotent", "safe-under", "units"] {
            guard let other = entries[key] else { continue }
            throw reader.error("\(key): and phases: do not go together yet", other)
        }
        if let load = entries["load"], case .mapping(let mapping) = load {
            for (key, value) in mapping where ["retry-unknown", "repeat-every"].contains(key.string ?? "") {
                throw reader.error(
                    "load: \(key.string ?? "") and phases: do not go together; at-least-once: in a phase repeats it",
                    value)
            }
        }
    }

    /// What wins in a step that reserves has its units on hold.
    private func hold(_ step: inout Strategy.Step) throws(StrategyFileError) {
        try refuseNames(step)
        if case .finish(.won, let remaining) = step.kind { step.kind = .finish(.held, remaining: remaining) }
        for index in step.rules.indices where step.rules[index].outcome == .won { step.rules[index].outcome = .held }
        for outcome in step.outcomes where outcome == .returned {
            throw problem(step, "reserve: an attempt is not \(outcome.word) here, since cancel: gives back")
        }
    }

    private func refuseNames(_ step: Strategy.Step) throws(StrategyFileError) {
        guard step.program == nil, step.command == nil else {
            throw problem(step, "phases: and steps that ask a program do not go together yet")
        }
        guard step.unit == nil, !step.rules.contains(where: { $0.unit != nil }) else {
            throw problem(step, "phases: and units with names (unit:) do not go together yet")
        }
    }

    private func problem(_ step: Strategy.Step, _ message: String) -> StrategyFileError {
        StrategyFileError(file: reader.file, line: step.line, message: message)
    }

    private mutating func later(
        _ node: Node, _ phase: AttemptPhase, _ crossing: inout Int
    ) throws(StrategyFileError) -> Strategy.Later {
        let what = "\(phase.word):"
        let known = ["share", "after", "elsewhere", "at-least-once", "steps"]
        let entries = try reader.map(node, of: what, known: phase == .cancel ? known + ["crossing"] : known)
        let share = try share(try reader.required(entries, key: "share", of: what, at: node), "\(what) share")
        let after = try reader.required(entries, key: "after", of: what, at: node)
        let range = try thinkTime(after, "\(what) after")
        guard range.max <= PhasePlan.longestMicroseconds else {
            throw reader.error("\(what) after: an hour at most is possible", after)
        }
        var part = PhasePlan.Part(share: share, afterMicroseconds: range)
        if let elsewhere = entries["elsewhere"] { part.elsewhere = try boolean(elsewhere, "\(what) elsewhere") }
        if let again = entries["at-least-once"] {
            // Every time is what a bare true says.
            part.repeated = again.string == "true" ? PhasePlan.whole : try self.share(again, "\(what) at-least-once")
        }
        if let crosses = entries["crossing"] { crossing = try self.share(crosses, "\(what) crossing") }
        let steps = try reader.required(entries, key: "steps", of: what, at: node)
        var own = try self.steps(steps, of: phase.word)
        for index in own.indices { try conclude(&own[index], phase) }
        return Strategy.Later(phase: phase, part: part, steps: own, line: reader.line(of: node))
    }

    /// What a step that follows a hold may say of it.
    private func conclude(_ step: inout Strategy.Step, _ phase: AttemptPhase) throws(StrategyFileError) {
        try refuseNames(step)
        for outcome in step.outcomes where outcome == .duplicate {
            throw problem(
                step,
                "\(phase.word): then: \(outcome.word) means nothing here; won says that it was \(phase == .pay ? "paid" : "given back"), also once more, "
                    + "and conflict or failed that it was refused"
                    + (phase == .pay ? "; returned, that it was declined and the hold let go" : ""))
        }
        if step.rules.contains(where: { $0.remaining != nil }) {
            throw problem(step, "\(phase.word): remaining: belongs to the outcome that puts units on hold")
        }
        guard phase == .cancel else { return }
        if case .finish(.won, let remaining) = step.kind { step.kind = .finish(.returned, remaining: remaining) }
        for index in step.rules.indices where step.rules[index].outcome == .won {
            step.rules[index].outcome = .returned
        }
    }

    /// `60%`, in hundredths of a percent.
    private func share(_ node: Node, _ what: String) throws(StrategyFileError) -> Int {
        let text = try reader.text(node, what)
        guard text.hasSuffix("%"), let number = Double(text.dropLast()), (0...100).contains(number) else {
            throw reader.error(
                "\(what): a share from 0% to 100%, such as 60%, is wanted; found \(text.isEmpty ? "nothing" : text)",
                node)
        }
        return Int((number * 100).rounded())
    }

    private static func percent(_ share: Int) -> String {
        share.isMultiple(of: 100) ? "\(share / 100)%" : "\(Double(share) / 100)%"
    }
}

extension Strategy.Step {
    /// What it may end as.
    fileprivate var outcomes: [Outcome] {
        var outcomes = rules.map(\.outcome)
        if case .finish(let outcome, _) = kind { outcomes.append(outcome) }
        return outcomes
    }
}

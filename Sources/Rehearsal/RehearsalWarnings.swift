package import FlashSale
package import Strategies

/// What a rehearsal, and a reading of the strategy file and its scripts, give reason to doubt.
package enum RehearsalWarnings {
    package struct Warning: Sendable, Equatable {
        /// A short word, such as `burned-stock`.
        package var name: String
        /// `shop.yaml:12` or `buy.lua:3`; nil where no line is meant.
        package var place: String?
        package var message: String
        /// Of several with the same name and kind only the first is told: they say the same of one buyer after the other.
        private let kind: String?

        /// - Parameter kind: nil for a warning that is one of its own whenever its words are.
        init(_ name: String, at place: String? = nil, kind: String? = nil, message: String) {
            self.name = name
            self.place = place
            self.kind = kind
            self.message = message
        }

        /// Whether nobody knows what the scheme does as long as it stands.
        var leavesOpen: Bool { ["hole", "no-capture", "nothing-sold", "cut-short"].contains(name) }

        fileprivate func repeats(_ other: Warning) -> Bool {
            guard name == other.name else { return false }
            return kind == nil || other.kind == nil ? message == other.message : kind == other.kind
        }
    }

    /// Every warning once, what the rehearsal showed first.
    ///
    /// - Parameter scenario: of the run that is to follow; nil where there is none.
    package static func of(
        _ strategy: Strategy, _ record: RehearsalRecord, scenario: Scenario? = nil
    ) -> [Warning] {
        var warnings: [Warning] = []
        for act in record.acts {
            if act.kind == .withoutStock {
                warnings += withoutStock(act)
            } else {
                for visit in act.visits { warnings += self.warnings(visit, strategy) }
                warnings += AttemptWarnings.of(act, strategy)
                warnings += endings(act)
            }
        }
        // Before a run it is shorter, and its end is told by itself.
        if let place = record.cutShort, scenario == nil {
            warnings.append(
                Warning(
                    "cut-short",
                    message:
                        "the \(Int(RehearsalClock.seconds)) seconds of the rehearsal were over before it came to its end, so what follows "
                        + "was not seen: \(place)"))
        }
        warnings += ReturnWarnings.of(record)
        warnings += RaceWarnings.of(strategy, record, scenario: scenario)
        warnings += record.strays.prefix(5).map {
            Warning(
                "foreign-key",
                message:
                    "a script calls \($0), which is not this sale's: on a server that is not private it is refused; use keys with {sale} in them"
            )
        }
        let keys = undeclaredKeys(record)
        warnings += keys
        warnings += ScriptWarnings.of(strategy).filter { $0.name != "undeclared-key" || keys.isEmpty }
        let showsHole = warnings.contains { $0.name == "hole" }
        warnings += UnreachableRules.warnings(strategy).filter { $0.name != "hole" || !showsHole }
        return warnings.reduce(into: []) { kept, warning in
            if !kept.contains(where: warning.repeats) { kept.append(warning) }
        }
    }

    // MARK: What an attempt did

    private static func warnings(_ visit: RehearsalRecord.Visit, _ strategy: Strategy) -> [Warning] {
        let attempt = visit.attempt
        var warnings: [Warning] = []
        if attempt.isHole, attempt.outcome == .won {
            let reply = visit.exchanges.last?.reply ?? "no reply"
            warnings.append(
                Warning(
                    "nameless",
                    message:
                        "a buyer won, but the reply \(reply) has no name of a unit, or more than the buyer wanted, where the file looks for it (unit:)"
                ))
        } else if attempt.isHole, !visit.lacksCapture {
            let reply = visit.exchanges.last?.reply ?? "no reply"
            warnings.append(
                Warning(
                    "hole", kind: String(reply.filter { !$0.isNumber }),
                    message:
                        "the reply \(reply) matches no outcome of the file, so what it means is not known; add an outcome for it"
                ))
        }
        guard case .units(let before) = visit.before, case .units(let after) = visit.after else { return warnings }
        let taken = before - after
        if attempt.outcome == .won, !visit.isRepeated, taken != attempt.quantity {
            warnings.append(
                Warning(
                    "won-without-stock", kind: "",
                    message:
                        "a buyer won \(attempt.quantity.counted("unit")), but the stock went from \(before.grouped) to \(after.grouped)"
                ))
        }
        // Where units lapse, the probe may count those that others hold.
        let mayBeMore = strategy.lapsesNanoseconds != nil && attempt.remaining ?? 0 <= after
        if attempt.outcome == .won, let remaining = attempt.remaining, remaining != after, !visit.isRepeated, !mayBeMore
        {
            warnings.append(
                Warning(
                    "wrong-remaining", kind: "",
                    message:
                        "a win says that \(remaining.counted("unit")) are left, but the probe finds \(after.grouped): remaining: must be "
                        + "the units left after the win (for a number sold, write \"{units - reply}\")"))
        }
        // What is on hold lapses by itself.
        let mayHold = strategy.lapsesNanoseconds != nil && (attempt.outcome == .failed || attempt.outcome == .conflict)
        if attempt.outcome != .won, attempt.outcome != .unknown, taken != 0, !mayHold {
            warnings.append(
                Warning(
                    "burned-stock", kind: attempt.outcome.word,
                    message:
                        "an attempt that ended as \(attempt.outcome.word) changed the stock from \(before.grouped) to \(after.grouped)"
                ))
        }
        if after < 0 {
            warnings.append(
                Warning(
                    "negative-stock", kind: "",
                    message:
                        "the stock fell to \(after.grouped); if refused buyers may count on, say stock: { read: …, below-zero: sold-out }"
                ))
        }
        if attempt.outcome == .soldOut, before >= attempt.quantity, strategy.lapsesNanoseconds == nil {
            warnings.append(
                Warning(
                    "sold-out-with-stock", kind: "",
                    message:
                        "a buyer of \(attempt.quantity.counted("unit")) was told that nothing is left while there \(before == 1 ? "was" : "were") \(before.grouped)"
                ))
        }
        return warnings
    }

    private static func endings(_ act: RehearsalRecord.Act) -> [Warning] {
        guard act.kind == .single else { return [] }
        var warnings: [Warning] = []
        if !act.visits.contains(where: { $0.attempt.outcome == .won }) {
            warnings.append(
                Warning("nothing-sold", message: "nobody won, although there were \(act.units.counted("unit"))"))
        }
        if let last = act.visits.last, last.attempt.outcome == .won {
            warnings.append(
                Warning(
                    "never-sold-out",
                    message:
                        "after \(act.visits.count.counted("purchase")) of \(act.units.counted("unit")) the sale was still not sold out"
                ))
        }
        return warnings
    }

    private static func withoutStock(_ act: RehearsalRecord.Act) -> [Warning] {
        let wins = act.visits.count { $0.attempt.outcome == .won }
        guard wins > 0 else { return [] }
        return [
            Warning(
                "sells-without-stock",
                message: wins == act.visits.count
                    ? "without the stock's key (it expired, was evicted or was never made) it sells without end: \(wins.grouped) of \(wins.grouped) buyers won; "
                        + "a missing key should be an error"
                    : "without the stock's key (it expired, was evicted or was never made) it sells all the same: \(wins.grouped) of \(act.visits.count.counted("buyer")) won"
            )
        ]
    }

    private static func undeclaredKeys(_ record: RehearsalRecord) -> [Warning] {
        var seen: [String: String] = [:]
        for exchange in record.acts.flatMap(\.visits).flatMap(\.exchanges) {
            let script = exchange.command.count > 1 ? exchange.command[1] : ""
            for key in exchange.inner.flatMap(\.undeclaredKeys) where seen[key] == nil { seen[key] = script }
        }
        return seen.sorted { $0.key < $1.key }.prefix(5).map { key, script in
            Warning(
                "undeclared-key",
                message:
                    "the script \(script) uses the key \(key), which it was not given as KEYS: that breaks in a Redis Cluster"
            )
        }
    }
}

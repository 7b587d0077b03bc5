internal import FlashSale
package import Rehearsal
package import Strategies

/// A rehearsal for people: every command, every reply, what the file makes of it, and the stock after it.
package struct RehearsalText {
    private let record: RehearsalRecord
    private let warnings: [RehearsalWarnings.Warning]
    private let layout: TextLayout
    private var paint: Paint { layout.paint }

    package static func text(
        _ record: RehearsalRecord, warnings: [RehearsalWarnings.Warning], strategy: Strategy, layout: TextLayout
    ) -> String {
        let text = RehearsalText(record: record, warnings: warnings, layout: layout)
        var lines = text.introduction(strategy)
        for act in record.acts { lines += [""] + text.lines(of: act) }
        lines += [""] + text.warningLines
        lines += [""] + text.conclusion
        return lines.joined(separator: "\n") + "\n"
    }

    private func introduction(_ strategy: Strategy) -> [String] {
        let name = strategy.file == strategy.name ? strategy.name : "\(strategy.name) (\(strategy.file))"
        var lines = layout.hanging(strategy.summary.isEmpty ? name : "\(name): \(strategy.summary)")
        if !strategy.require.isEmpty {
            lines += layout.hanging("Each run has to reach \(strategy.require.map(\.text).joined(separator: ", ")).")
        }
        guard !strategy.safeUnder.isEmpty else { return lines }
        let claims = strategy.safeUnder.map(\.rawValue).joined(separator: ", ")
        return lines
            + layout.hanging(
                "Its author claims that it is safe under \(claims); that is not rehearsed, but put to the test below.")
    }

    // MARK: Acts

    private func lines(of act: RehearsalRecord.Act) -> [String] {
        let title =
            switch act.kind {
            case .single: "A sale of \(act.units.counted("unit")), one buyer after the other (private \(record.server))"
            case .quantities: "A sale of \(act.units.counted("unit")), to buyers who want \(Self.wishes(act))"
            case .withoutStock: "A sale whose stock is gone: the keys that the probe reads are removed first"
            }
        var lines = [paint.heading(title)]
        if act.kind == .single { lines += act.open.flatMap { command($0.command, after: "  open") } }
        for (index, visit) in act.visits.enumerated() {
            let comesAgain = act.visits[..<index].contains {
                $0.attempt.buyer == visit.attempt.buyer && $0.attempt.purchase != visit.attempt.purchase
            }
            lines += self.lines(of: visit, comesAgain: comesAgain)
        }
        for check in act.checks where check.result == .violated || check.result == .inconclusive {
            let name = "  \(check.name.rawValue)  "
            lines += layout.hanging(
                check.detail, after: "\(name)\(check.result.word)  ",
                painted: "\(name)\(paint.result(check.result.word, check.result))  ")
        }
        return lines
    }

    private static func wishes(_ act: RehearsalRecord.Act) -> String {
        let wanted = act.visits.map(\.attempt.quantity)
        let (least, most) = (wanted.min() ?? 1, wanted.max() ?? 2)
        return least == 1 && most == 2 ? "one or two" : "\(least.grouped) or \(most.grouped)"
    }

    /// How many commands of one call of a script are shown.
    private static var shownCommands: Int { 100 }

    private func lines(of visit: RehearsalRecord.Visit, comesAgain: Bool) -> [String] {
        let attempt = visit.attempt
        var title = "buyer \(attempt.buyer)"
        if attempt.number > 1 {
            title += ", the same purchase again"
        } else if comesAgain {
            title += ", once more"
        }
        if attempt.quantity > 1 { title += ", wants \(attempt.quantity)" }
        var lines = [title + ":"]
        for exchange in visit.exchanges {
            lines += command(exchange.command, after: "  >")
            for inner in exchange.inner.prefix(Self.shownCommands) {
                lines += command(inner.arguments, after: "      script").map(paint.faint)
            }
            let more = exchange.inner.count - Self.shownCommands + exchange.moreInner
            if more > 0 { lines.append(paint.faint("      script … \(more.grouped) more")) }
            lines += layout.hanging(exchange.reply, after: "  < ")
        }
        var outcome = attempt.outcome.word
        if attempt.isHole {
            outcome += attempt.outcome == .won ? " (no name of a unit)" : " (no outcome of the file matches)"
        }
        if let unit = attempt.unit {
            outcome += " \(UnitText.names(in: unit).map(UnitText.shown).joined(separator: ", "))"
        }
        if let remaining = attempt.remaining { outcome += ", \(remaining.grouped) left" }
        lines.append("  = \(paint.heading(outcome)); stock \(visit.before.inWords) -> \(visit.after.inWords)")
        return lines
    }

    /// A command as one would type it, as much of it as anybody reads.
    private func command(_ arguments: [String], after prefix: String) -> [String] {
        var text = ShortText(limit: ForeignText.limit)
        for (index, argument) in arguments.enumerated() where !text.isCut {
            text.append(own: (index == 0 ? "" : " ") + Self.argument(argument))
        }
        return layout.hanging(
            text.ended(
                arguments.reduce(0) { $0 + $1.utf8.count }, "\(arguments.count.counted("argument")), "),
            after: prefix + " ")
    }

    /// An argument as one would type it; a text of several lines is cut short.
    private static func argument(_ text: String) -> String {
        if text.utf8.count > 320 || text.contains(where: \.isNewline) || text.count > 80 {
            return "\"\(ForeignText.shown(String(text.prefix { !$0.isNewline }.prefix(40)), limit: 80))…\""
        }
        let shown = ForeignText.shown(text)
        return shown.isEmpty || shown.contains(where: { $0.isWhitespace || $0 == "\"" })
            ? "\"\(shown.replacing("\"", with: "\\\""))\"" : shown
    }

    // MARK: The end

    private var warningLines: [String] {
        guard !warnings.isEmpty else { return [paint.heading("Warnings: none")] }
        return [paint.heading("Warnings")]
            + warnings.flatMap { warning in
                layout.hanging(
                    (warning.place.map { "\($0): " } ?? "") + warning.message, after: "  \(warning.name)  ")
            }
    }

    private var conclusion: [String] {
        if record.isBroken {
            let checks = record.brokenChecks.map(\.rawValue).joined(separator: ", ")
            return conclusion("the rehearsal breaks \(checks), without any race", word: "BROKEN", result: .violated)
        }
        if record.result(warnings) == .inconclusive {
            let reason =
                warnings.contains { $0.name == "cut-short" }
                ? "the time of the rehearsal was over before its end"
                : warnings.contains { $0.name == "nothing-sold" }
                    ? "nothing could be sold" : "a reply has no outcome in the file, so what it means is not known"
            return conclusion("\(reason); see the warnings", word: "OPEN", result: .inconclusive)
        }
        let next = "a rehearsal has no races: stress run shows whether it holds when buyers come at once"
        return conclusion(
            warnings.isEmpty
                ? next : "no invariant was broken, but see the \(warnings.count.counted("warning")); \(next)",
            word: "OK", result: .upheld)
    }

    private func conclusion(_ text: String, word: String, result: CheckResult.Result) -> [String] {
        layout.hanging(text, after: word + "  ", painted: paint.result(word, result) + "  ")
    }
}

/// The built-in strategies as a table.
package enum StrategyTable {
    package static func text(_ strategies: [Strategy], _ layout: TextLayout) -> String {
        let rows = strategies.map { strategy -> (head: [String], summary: String) in
            let nature = BuiltinStrategies.Nature(summary: strategy.summary)
            let word =
                switch nature {
                case .safe: "safe"
                case .conditional: "safe if"
                case .broken: "broken"
                case nil: "?"
                }
            return ([strategy.name, word, "\(strategy.commandsPerWin)"], strategy.summary)
        }
        let heads = TextLines.table(
            [["name", "", "per win"]] + rows.map(\.head), left: [0, 1], indent: 0)
        let width = heads.map(\.count).max() ?? 0
        var lines = [TextLines.padded(heads[0], width: width) + "  summary"]
        for (head, row) in zip(heads.dropFirst(), rows) {
            lines += layout.hanging(row.summary, after: TextLines.padded(head, width: width) + "  ")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

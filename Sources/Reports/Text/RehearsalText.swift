internal import FlashSale
package import Rehearsal
package import Strategies

/// A rehearsal for people: every command, every reply, what the file makes of it, and the stock after it.
package enum RehearsalText {
    package static func text(
        _ record: RehearsalRecord, warnings: [RehearsalWarnings.Warning], strategy: Strategy, layout: TextLayout
    ) -> String {
        let name = strategy.file == strategy.name ? strategy.name : "\(strategy.name) (\(strategy.file))"
        var lines = layout.hanging("", strategy.summary.isEmpty ? name : "\(name): \(strategy.summary)")
        if !strategy.safeUnder.isEmpty {
            lines += layout.hanging(
                "",
                "Its author claims that it is safe under \(strategy.safeUnder.joined(separator: ", ")); that is not rehearsed."
            )
        }
        for act in record.acts { lines += [""] + self.lines(of: act, record, layout) }
        lines += [""] + self.lines(of: warnings, layout)
        lines += [""] + conclusion(record, warnings, layout)
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Acts

    private static func lines(
        of act: RehearsalRecord.Act, _ record: RehearsalRecord, _ layout: TextLayout
    ) -> [String] {
        let title =
            switch act.kind {
            case .single: "A sale of \(act.units.counted("unit")), one buyer after the other (private \(record.server))"
            case .quantities: "A sale of \(act.units.counted("unit")), to buyers who want one or two"
            case .withoutStock: "A sale whose stock is gone: the keys that the probe reads are removed first"
            }
        var lines = [layout.paint.heading(title)]
        if act.kind == .single { lines += act.open.flatMap { command("  open", $0.command, layout) } }
        for visit in act.visits { lines += self.lines(of: visit, act, layout) }
        for check in act.checks where check.result == .violated || check.result == .inconclusive {
            let name = "  \(check.name.rawValue)  \(check.result.word)  "
            lines += layout.hanging(
                name, painted: "  \(check.name.rawValue)  \(layout.paint.result(check.result.word, check.result))  ",
                check.detail)
        }
        return lines
    }

    private static func lines(
        of visit: RehearsalRecord.Visit, _ act: RehearsalRecord.Act, _ layout: TextLayout
    ) -> [String] {
        let attempt = visit.attempt
        var title = "buyer \(attempt.buyer)"
        if attempt.number > 1 {
            title += ", the same purchase again"
        } else if attempt.purchase.isMultiple(of: 2) {
            // The first of a buyer's two purchases has an odd number.
            title += ", once more"
        }
        if attempt.quantity > 1 { title += ", wants \(attempt.quantity)" }
        var lines = [title + ":"]
        for exchange in visit.exchanges {
            lines += command("  >", exchange.command, layout)
            for inner in exchange.inner {
                lines += command("      script", inner.arguments, layout).map(layout.paint.faint)
            }
            lines += layout.hanging("  < ", exchange.reply)
        }
        var outcome = attempt.outcome.word
        if attempt.isHole { outcome += " (no outcome of the file matches)" }
        if let remaining = attempt.remaining { outcome += ", \(remaining.grouped) left" }
        lines.append("  = \(layout.paint.heading(outcome)); stock \(visit.before.inWords) -> \(visit.after.inWords)")
        return lines
    }

    private static func command(_ prefix: String, _ arguments: [String], _ layout: TextLayout) -> [String] {
        layout.hanging(prefix + " ", arguments.map(argument).joined(separator: " "))
    }

    /// An argument as one would type it; a text of several lines is cut short.
    private static func argument(_ text: String) -> String {
        if text.contains(where: \.isNewline) || text.count > 80 {
            return "\"\(text.prefix { !$0.isNewline }.prefix(40))…\""
        }
        return text.isEmpty || text.contains(where: { $0.isWhitespace || $0 == "\"" })
            ? "\"\(text.replacing("\"", with: "\\\""))\"" : text
    }

    // MARK: The end

    private static func lines(of warnings: [RehearsalWarnings.Warning], _ layout: TextLayout) -> [String] {
        guard !warnings.isEmpty else { return [layout.paint.heading("Warnings: none")] }
        return [layout.paint.heading("Warnings")]
            + warnings.flatMap { warning in
                layout.hanging(
                    "  \(warning.name)  ", (warning.place.map { "\($0): " } ?? "") + warning.message)
            }
    }

    private static func conclusion(
        _ record: RehearsalRecord, _ warnings: [RehearsalWarnings.Warning], _ layout: TextLayout
    ) -> [String] {
        if record.isBroken {
            return layout.hanging(
                "BROKEN  ", painted: layout.paint.result("BROKEN", .violated) + "  ",
                "the rehearsal breaks \(record.brokenChecks.map(\.rawValue).joined(separator: ", ")), without any race")
        }
        let next = "a rehearsal has no races: stress run shows whether it holds when buyers come at once"
        if warnings.isEmpty { return layout.hanging("OK  ", painted: layout.paint.result("OK", .upheld) + "  ", next) }
        return layout.hanging(
            "OK  ", painted: layout.paint.result("OK", .upheld) + "  ",
            "no invariant was broken, but see the \(warnings.count.counted("warning")); \(next)")
    }
}

package import FlashSale

/// An exploration as text: what was tried, and the order that goes wrong as a table.
package enum ExplorationText {
    /// - Parameter path: of the folder with the files; nil where there is none.
    package static func text(_ record: ExplorationRecord, _ layout: TextLayout, path: String? = nil) -> String {
        var blocks = [headline(record, layout), phases(record, layout)]
        if let counterexample = record.counterexample {
            blocks.append(table(counterexample, layout))
            blocks.append(meaning(counterexample, layout))
        }
        if !record.findings.isEmpty {
            blocks.append(
                [layout.paint.heading("Findings")]
                    + record.findings.flatMap { layout.hanging($0.detail, after: "  - ") })
        }
        if let path {
            blocks.append([
                "\(layout.paint.heading("Results"))  \(TextLines.plain(path))  (explore.json and explore.html)"
            ])
        }
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    /// One order that was made again.
    package static func replay(_ record: ExplorationRecord, _ layout: TextLayout) -> String {
        guard let counterexample = record.counterexample else { return "" }
        let word = record.verdict.word.uppercased()
        let sentence =
            (record.verdict == .violated ? "the order goes wrong" : "the order does not go wrong")
            + (record.reason.map { "; NOT THE SAME AS BEFORE: \($0)" } ?? "") + "."
        let blocks = [
            layout.hanging(sentence, after: word + "  ", painted: layout.paint.result(word, record.verdict) + "  "),
            table(counterexample, layout), meaning(counterexample, layout),
        ]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private static func headline(_ record: ExplorationRecord, _ layout: TextLayout) -> [String] {
        let word = record.verdict.word.uppercased()
        return layout.hanging(
            sentence(record), after: word + "  ", painted: layout.paint.result(word, record.verdict) + "  ")
    }

    /// The verdict in a sentence.
    package static func sentence(_ record: ExplorationRecord) -> String {
        if let counterexample = record.counterexample {
            let names = counterexample.checks.filter { $0.result == .violated }.map(\.name.rawValue)
            return
                "\(record.subject): an order of \(counterexample.steps.count.counted("command")) by "
                + "\(counterexample.buyers.counted("buyer")) for \(counterexample.units.counted("unit"))"
                + (counterexample.carts == nil ? "" : " of each item") + " goes wrong"
                + (names.isEmpty ? "." : " (\(names.joined(separator: ", "))).")
        }
        if let reason = record.reason { return "\(record.subject): nothing is proven: \(reason)." }
        let whole = record.phases.filter(\.complete)
        let most = whole.map(\.buyers).max() ?? 0
        let orders = whole.reduce(0) { $0 + $1.orders }
        return
            "\(record.subject): no order of the commands of up to \(most.counted("buyer")) goes wrong; "
            + "\(orders.counted("order")) \(orders == 1 ? "was" : "were") made, and every other one is the same as one of these for all who take part."
    }

    private static func phases(_ record: ExplorationRecord, _ layout: TextLayout) -> [String] {
        guard !record.phases.isEmpty else { return [] }
        let rows = record.phases.map { phase in
            [
                "  " + phase.title, phase.orders.grouped, phase.executions.grouped, phase.commands.grouped,
                seconds(phase.seconds), layout.paint.result(words(phase), phase.verdict),
            ]
        }
        return TextLines.table(
            [["Explored", "orders", "begun", "commands", "seconds", "result"]] + rows, left: [0, 5], indent: 0)
    }

    static func words(_ phase: ExplorationRecord.Phase) -> String {
        if phase.verdict == .violated { return "violated" }
        if phase.doubt != nil { return "open" }
        if let unsteady = phase.unsteady, !unsteady.isEmpty { return "unsteady" }
        if phase.complete { return "all orders" }
        return phase.allUpTo.map { "up to \($0.counted("switch", "switches"))" } ?? "not all"
    }

    static func seconds(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    // MARK: The order that goes wrong

    private static func table(
        _ counterexample: ExplorationRecord.Counterexample, _ layout: TextLayout
    ) -> [String] {
        let rows = counterexample.steps.map { step in
            [
                (step.step == counterexample.wrongStep ? "> " : "  ") + "\(step.step)",
                who(step), TextLines.plain(step.command),
                TextLines.plain(reply(step)), step.stock.map(\.grouped) ?? "-", step.orders.map(\.grouped) ?? "-",
                step.outcome ?? "",
            ]
        }
        return TextLines.table(
            [["step", "who", "command", "reply", "stock", "orders", "told"]] + rows, left: [1, 2, 3, 6], indent: 0)
    }

    /// `buyer 101`, or `buyer 101 pays` where purchases take their time.
    private static func who(_ step: ExplorationRecord.Counterexample.Step) -> String {
        step.buyer.map { "buyer \($0)" + (step.phase.map { " \($0)s" } ?? "") } ?? ""
    }

    private static func reply(_ step: ExplorationRecord.Counterexample.Step) -> String {
        if let reply = step.reply { return reply }
        if step.choice.hasSuffix("!r") { return "(lost)" }
        if step.choice.hasSuffix("!q") { return "(never sent)" }
        if step.choice.hasSuffix("!c") { return "(gone)" }
        return ""
    }

    /// A command, its reply and how its attempt ended.
    static func whatHappens(_ step: ExplorationRecord.Counterexample.Step) -> String {
        let reply = reply(step)
        return (step.phase.map { "\($0): " } ?? "") + step.command + (reply.isEmpty ? "" : " → \(reply)")
            + (step.outcome.map { " (\($0))" } ?? "")
    }

    private static func meaning(
        _ counterexample: ExplorationRecord.Counterexample, _ layout: TextLayout
    ) -> [String] {
        counterexample.story.flatMap { layout.hanging($0, after: "  ") }
            + counterexample.checks.filter { $0.result == .violated }.flatMap {
                layout.hanging($0.detail, after: "  \($0.name.rawValue): ")
            } + ["", "  Again:  \(counterexample.again)"]
    }
}

package import FlashSale

/// How far a run is, in words and figures: a terminal and a page are layouts of it.
package struct ProgressSummary: Sendable, Equatable, Encodable {
    package struct Row: Sendable, Equatable, Encodable {
        package var label: String
        package var text: String
    }

    /// From 0 to 1; nil where nobody can say.
    package var share: Double?
    /// The run's own progress: how much of it is done, for how long it has been going on, and for how long it will.
    package var headline: String
    /// The same rows in the same order for the whole run, but for faults, which only a run that has some tells of.
    package var rows: [Row]

    package init(_ progress: RunProgress, _ plan: ProgressPlan) {
        share = Self.share(progress, plan)
        headline = Self.headline(progress, plan, share)
        rows = [
            Row(label: "Units", text: Self.units(progress, plan)),
            Row(label: "Attempts", text: Self.attempts(progress)),
            Row(label: "Speed", text: Self.speed(progress)),
        ]
        if plan.faults > 0 { rows.append(Row(label: "Faults", text: Self.faults(progress, plan))) }
    }

    private static func share(_ progress: RunProgress, _ plan: ProgressPlan) -> Double? {
        guard progress.elapsedSeconds.isFinite else { return nil }
        if let seconds = plan.seconds, seconds > 0 { return min(1, max(0, progress.elapsedSeconds / seconds)) }
        guard let purchases = plan.purchases, purchases > 0 else { return nil }
        return min(1, max(0, Double(progress.purchases) / Double(purchases)))
    }

    private static func headline(_ progress: RunProgress, _ plan: ProgressPlan, _ share: Double?) -> String {
        var parts: [String] = []
        // Rounded down, so that 100% means done.
        if let share { parts.append("\(Int((share * 100).rounded(.down)))%") }
        if let purchases = plan.purchases {
            parts.append("\(progress.purchases.grouped) of \(purchases.grouped) purchases")
        } else {
            parts.append("\(progress.purchases.grouped) purchases")
        }
        var time = elapsed(progress.elapsedSeconds)
        if progress.isClosing {
            time += ", the doors are closing"
        } else if let left = secondsLeft(progress, plan) {
            // To a second: it is a guess.
            let whole = left.rounded(.up)
            time += ", about \(whole < 60 ? "\(Int(whole)) s" : NumberText.duration(seconds: whole)) left"
        }
        parts.append(time)
        return parts.joined(separator: "  ")
    }

    /// With one decimal as long as it moves visibly.
    static func elapsed(_ seconds: Double) -> String {
        let isShort = seconds.isFinite && (0..<59.95).contains(seconds)
        return isShort ? NumberText.grouped(seconds, places: 1) + " s" : NumberText.duration(seconds: seconds)
    }

    /// nil where it cannot be told, or not yet.
    private static func secondsLeft(_ progress: RunProgress, _ plan: ProgressPlan) -> Double? {
        let elapsed = progress.elapsedSeconds
        guard elapsed.isFinite else { return nil }
        if let seconds = plan.seconds { return max(0, seconds - elapsed) }
        // The first moments say little of the rest.
        guard let purchases = plan.purchases, progress.purchases > 0, elapsed >= 1 else { return nil }
        return Double(max(0, purchases - progress.purchases)) / Double(progress.purchases) * elapsed
    }

    private static func units(_ progress: RunProgress, _ plan: ProgressPlan) -> String {
        var text = "\(progress.unitsSold.grouped) of \(plan.units.grouped) sold"
        if progress.restocked > 0 { text += " (\(progress.restocked.grouped) more were given to the sale)" }
        let left = plan.units + progress.restocked - progress.unitsSold
        return left >= 0 ? text + ", \(left.grouped) left" : text
    }

    private static func attempts(_ progress: RunProgress) -> String {
        guard let tally = progress.recorded?.tally else {
            return "\(progress.attempts.grouped), \(progress.won.grouped) won"
        }
        let ends = Outcome.allCases.filter { tally[$0] > 0 }.map { "\(tally[$0].grouped) \($0.word)" }
        return ([tally.attempts.grouped] + ends).joined(separator: ", ")
    }

    private static func speed(_ progress: RunProgress) -> String {
        guard let second = progress.recorded?.lastSecond else {
            let elapsed = progress.elapsedSeconds
            return NumberText.rate(elapsed > 0 ? Double(progress.attempts) / elapsed : 0) + " attempts/s"
        }
        var parts = [NumberText.rate(second.attemptsPerSecond) + " attempts/s"]
        for (name, value) in [("p50", second.latencyUs.p50), ("p99", second.latencyUs.p99)] {
            if let value { parts.append("\(name) \(milliseconds(value))") }
        }
        return parts.joined(separator: ", ") + " in the last second"
    }

    static func milliseconds(_ microseconds: Double) -> String {
        NumberText.grouped(microseconds / 1000, places: microseconds < 100_000 ? 2 : 0) + " ms"
    }

    private static func faults(_ progress: RunProgress, _ plan: ProgressPlan) -> String {
        let underWay = progress.faults.filter(\.isUnderWay)
        let begun = "\(progress.faults.count.grouped) of \(plan.faults.grouped) have begun"
        guard !underWay.isEmpty else {
            return progress.faults.last.map { "\(begun), the last was \($0.fault)" } ?? begun
        }
        let names = underWay.map { fault in
            "\(fault.fault) for \(elapsed(max(0, progress.elapsedSeconds - fault.beganSeconds)))"
        }
        return "\(names.joined(separator: ", ")); \(begun)"
    }
}

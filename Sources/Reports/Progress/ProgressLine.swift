package import FlashSale

/// How far a run is, on one line.
package enum ProgressLine {
    /// Assumed of a terminal whose width is not known.
    package static let usualColumns = 80

    /// One line without a line break, short enough that the terminal does not wrap it.
    ///
    /// - Parameters:
    ///   - elapsedSeconds: since the doors opened.
    ///   - attempts: attempts that ended so far.
    ///   - won: those of them that won.
    ///   - purchases: purchases that ended so far; nil if that is not known.
    ///   - plannedPurchases: purchases of the whole run; nil where nobody can say how many come.
    ///   - units: units when the doors opened.
    ///   - columns: of the terminal; the last one stays free, since some terminals go on to the next line after it.
    package static func text(
        elapsedSeconds: Double, attempts: Int, won: Int, purchases: Int?, plannedPurchases: Int?, units: Int,
        columns: Int = usualColumns
    ) -> String {
        var parts = [ProgressSummary.elapsed(elapsedSeconds)]
        if let purchases, let plannedPurchases {
            parts.append(percent(purchases, plannedPurchases))
            parts.append("\(amount(purchases))/\(amount(plannedPurchases)) purchases")
        } else if let number = purchases ?? plannedPurchases {
            parts.append("\(amount(number)) purchases")
        }
        parts.append("\(amount(won))/\(amount(units)) units sold")
        let rate = elapsedSeconds > 0 ? Double(attempts) / elapsedSeconds : 0
        parts.append("\(amount(Int(exactly: rate.rounded()) ?? 0)) attempts/s")
        // Where there is no room, the least important parts are left out first.
        let width = max(0, columns - 1)
        while parts.count > 1, parts.joined(separator: "  ").count > width { parts.removeLast() }
        return String(parts.joined(separator: "  ").prefix(width))
    }

    /// The whole line of `--progress plain`: parts with two blanks between them, of which those that are not known are left out.
    package static func plain(_ progress: RunProgress, _ plan: ProgressPlan) -> String {
        var parts = [
            text(
                elapsedSeconds: progress.elapsedSeconds, attempts: progress.attempts, won: progress.unitsSold,
                purchases: progress.purchases, plannedPurchases: plan.purchases, units: plan.units,
                columns: .max)
        ]
        if let recorded = progress.recorded {
            parts += Outcome.allCases.filter { recorded.tally[$0] > 0 }.map {
                "\($0.word) \(recorded.tally[$0].grouped)"
            }
            if let p99 = recorded.lastSecond?.latencyUs.p99 { parts.append("p99 \(ProgressSummary.milliseconds(p99))") }
        }
        parts += progress.faults.filter(\.isUnderWay).map { "fault \($0.fault)" }
        return parts.joined(separator: "  ")
    }

    /// Rounded down, so that 100% means done.
    private static func percent(_ part: Int, _ whole: Int) -> String {
        guard whole > 0, part >= 0 else { return NumberText.absent }
        return "\(Int(min(100, (Double(part) / Double(whole) * 100).rounded(.down))))%"
    }

    /// In full up to 999,999, then `1.2M` and so on, so that the line stays short.
    private static func amount(_ number: Int) -> String {
        let scales: [(size: Double, suffix: String)] = [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M")]
        let size = Double(number.magnitude)
        guard let scale = scales.first(where: { size >= $0.size }) else { return number.grouped }
        return NumberText.grouped(Double(number) / scale.size, places: 1) + scale.suffix
    }
}

package import FlashSale

/// What a run has to say on a terminal: the verdict first, then the account that it rests on, then everything else, for
/// an engineer in a hurry and for their manager.
package enum TextReport {
    /// The report, with a line break at its end, in the columns of ``TextWidth``.
    ///
    /// - Parameters:
    ///   - resultsPath: where the run's files are; nil if none were written.
    ///   - originNanoseconds: CLOCK_MONOTONIC of the run's first invocation, from which the evidence counts its times;
    ///     nil counts from the first attempt of the evidence.
    ///   - color: whether to use ANSI colours; the text reads as well without.
    package static func text(
        _ record: RunRecord, resultsPath: String?, originNanoseconds: UInt64?, color: Bool
    ) -> String {
        let paint = Paint(isOn: color)
        let sections = [
            headline(record, paint),
            account(record, paint),
            purchases(record, paint),
            attempts(record, paint),
            speed(record, paint),
            checks(record, paint),
            evidence(record, originNanoseconds, paint),
            findings(record, paint),
            ending(record, resultsPath, paint),
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    static func findings(_ record: RunRecord, _ paint: Paint) -> [String] {
        guard !record.findings.isEmpty else { return [] }
        return [paint.heading("What you should know")]
            + record.findings.flatMap { TextLines.hanging("  - ", sentence($0.detail)) }
    }

    private static func ending(_ record: RunRecord, _ resultsPath: String?, _ paint: Paint) -> [String] {
        let run = "run \(record.run), started \(record.started), seed \(record.scenario.seed), stress \(record.version)"
        let ending = TextLines.hanging("", run).map(paint.faint)
        guard let resultsPath else { return ending }
        // Never wrapped, so that it can be copied.
        let missing = record.missingFiles ?? []
        let note =
            missing.contains(RunFiles.runJSONName)
            ? "run.json could not be written" : missing.isEmpty ? "run.json has everything" : "not complete"
        return ["\(paint.heading("Results"))  \(TextLines.plain(resultsPath))  (\(note))"] + ending
    }

    /// `detail` with a capital and a full stop.
    private static func sentence(_ detail: String) -> String {
        let text = detail.prefix(1).uppercased() + detail.dropFirst()
        return ".!?".contains(text.last ?? ".") ? text : text + "."
    }
}

extension TextLines {
    static func hanging(padded heading: String, _ paint: Paint, _ text: String) -> [String] {
        hanging(heading + "  ", painted: paint.heading(heading) + "  ", text)
    }
}

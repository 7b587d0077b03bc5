internal import FlashSale
internal import Reports

extension GateOptions {
    /// Prints a report on standard output.
    ///
    /// Beside JSON, which programs read, the verdict and the evidence go to standard error where not all is well: the log of a step
    /// that failed says why. Thresholds that were not met are named there in any case.
    ///
    /// - Parameters:
    ///   - decisive: the report on the run that decides, where there are several and not all is well.
    ///   - json: the same for programs.
    /// - Throws: ``RunError`` with 74 if it cannot be written there.
    func show(
        _ document: ReportDocument, _ format: ResultsOptions.Format, decisive: ReportDocument? = nil,
        exitCode: ExitStatus, thresholds: [RunRecord.Threshold]?, json: (inout MemorySink) -> Void
    ) throws(RunError) {
        switch format {
        case .json:
            var output = MemorySink()
            json(&output)
            try Terminal.write(data: output.bytes)
            if exitCode != .upheld {
                Terminal.say(text([document.brief, decisive?.brief], TextLayout(color: false), isQuiet: true))
            }
        case .text:
            let documents = quiet ? [document.brief, decisive?.brief] : [document, decisive]
            try Terminal.write(text(documents, Terminal.layout, isQuiet: quiet) + "\n")
        }
        for unmet in thresholds ?? [] where !unmet.met {
            Terminal.note("\(unmet.threshold) was not met: \(unmet.detail)")
        }
    }

    /// The first report, what decides below it, and the verdict once more at the end, where somebody scrolled it away.
    ///
    /// - Returns: text without a line break at its end.
    private func text(_ documents: [ReportDocument?], _ layout: TextLayout, isQuiet: Bool) -> String {
        guard let all = documents.first ?? nil else { return "" }
        guard let decisive = documents.dropFirst().first ?? nil else {
            return String(layout.text(all, closes: !isQuiet).dropLast())
        }
        let text = layout.text(all, closes: false) + "\n" + layout.text(decisive, closes: false)
        return isQuiet ? String(text.dropLast()) : text + "\n" + layout.closing(all)
    }
}

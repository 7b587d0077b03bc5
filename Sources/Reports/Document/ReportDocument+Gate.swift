internal import FlashSale

extension ReportDocument {
    /// How far first attempts were apart; nil where nobody knows.
    static func gate(_ record: RunRecord) -> Section? {
        guard let gate = record.gate, let spread = gate.firstAttemptsUs else { return nil }
        func time(_ microseconds: Double) -> String { NumberText.duration(seconds: microseconds / 1e6) }
        var text = gate.kind.rawValue + ": "
        if let held = gate.held, let unheld = gate.unheld {
            text += "\(held.grouped) of \((held + unheld).counted("first request")) held; "
        }
        text +=
            gate.held ?? 0 > 0
            ? "their last bytes left within \(time(spread.max)) of the opening"
            : "first attempts began within \(time(spread.max)) of the opening"
        return Section("Gate", text: text + ", half of them within \(time(spread.p50))")
    }
}

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
        text += ", half of them within \(time(spread.p50))"
        if let machines = gate.machines {
            let hosts = machines.hosts.counted("host")
            text +=
                machines.provenWithinUs.map { "; doors opened within \(time($0)) on \(hosts), proven" }
                ?? "; how far apart doors opened on \(hosts) is not proven"
        }
        return Section("Gate", text: text)
    }
}

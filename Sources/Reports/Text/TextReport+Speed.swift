internal import FlashSale

extension TextReport {
    /// Throughput, and latency with its label.
    static func speed(_ record: RunRecord, _ paint: Paint) -> [String] {
        let throughput = record.throughput
        guard record.totals.tally.attempts > 0 else { return [] }
        let attempts = Figures.rate(throughput.attemptsPerSecond)
        let commands = Figures.rate(throughput.commandsPerSecond)
        let elapsed = Figures.duration(seconds: throughput.elapsedSeconds)
        var rates = "\(attempts) attempts/s and \(commands) commands/s over \(elapsed)"
        if record.observed.serverLoss != nil { rates += ", without attempts that the lost server did not answer" }
        return TextLines.hanging(padded: "Speed", paint, rates) + pace(record, paint) + latency(record, paint)
            + surroundings(record, paint)
    }
}
